using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables;

/// <summary>Signs each try of a request as SharedKeyLite, the scheme the official client uses for tables: over the date and the resource, not the body.</summary>
internal sealed class SharedKeyPolicy(TableSharedKeyCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var date = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        message.Request.Headers.SetValue("x-ms-date", date);
        message.Request.Headers.SetValue("Authorization", Authorization(credential, date, message.Request.Uri.ToUri()));
    }

    /// <summary>The header's value.</summary>
    /// <remarks>
    /// Source: "Authorize with Shared Key", Shared Key Lite for the Table service. The path counts as it is sent, escapes and all; with a path-style
    /// address (Azurite) the account's name therefore stands in it twice. Of the query only <c>comp</c> would count, and no request here has it.
    /// </remarks>
    internal static string Authorization(TableSharedKeyCredential credential, string date, Uri uri) =>
        $"SharedKeyLite {credential.AccountName}:{credential.Sign($"{date}\n/{credential.AccountName}{uri.AbsolutePath}")}";
}
