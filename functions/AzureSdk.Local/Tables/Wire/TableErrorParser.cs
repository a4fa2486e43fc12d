using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Takes code and message from the service's error body, and from a transaction's the index of the operation.</summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    public static readonly TableErrorParser Shared = new();

    public override bool TryParse(Response response, [NotNullWhen(true)] out ResponseError? error, out IDictionary<string, string>? data)
    {
        error = null;
        data = null;
        try
        {
            using var body = JsonDocument.Parse(response.Content.ToMemory());
            if (!body.RootElement.TryGetProperty("odata.error", out var detail))
                return false;
            var code = detail.TryGetProperty("code", out var c) ? c.GetString() : null;
            var message = detail.TryGetProperty("message", out var m) && m.TryGetProperty("value", out var v) ? v.GetString() : null;
            error = new ResponseError(code, message);

            // "2:The specified entity already exists."
            if (message?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                && int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                data = new Dictionary<string, string> { [TableTransactionFailedException.IndexKey] = index.ToString(CultureInfo.InvariantCulture) };
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not the service's own error, but one of a proxy or a gateway: Azure.Core shows it as it is.
            return false;
        }
    }
}
