using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels.Acs;

/// <summary>What e-mail and SMS through Azure Communication Services share: one resource, one signature.</summary>
internal static class AcsPost
{
    /// <summary>Posts to the resource, signed.</summary>
    internal static Task<SendOutcome> Post(
        HttpClient http,
        AcsOptions options,
        string path,
        JsonObject json,
        IEnumerable<(string Name, string Value)> headers,
        Func<PlatformAnswer, SendOutcome> judge,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (body, url) = (Encoding.UTF8.GetBytes(json.ToJsonString()), new Uri(options.Endpoint!, path));
        return JsonPost.Post(
            http,
            url,
            body,
            AcsSignature.Headers(options.Key, "POST", url, body, clock.GetUtcNow()).Concat(headers),
            judge,
            clock,
            cancellationToken
        );
    }

    /// <summary>How fast a sender of the resource may be used.</summary>
    internal static ChannelRateLimit PaceOf(AcsOptions options, string sender, IReadOnlyList<Rate> rates) =>
        new($"acs-{Base32.Hash($"{options.Endpoint}\n{sender}", 26)}", rates);
}
