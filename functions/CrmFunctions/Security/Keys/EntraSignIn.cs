using System.Text.Json;
using CrmFunctions.Domain.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Security.Keys;

/// <summary>
/// Microsoft Entra through App Service authentication: people sign in at the platform, which takes the header away from callers and writes
/// it itself. It is believed only where the platform says, by a setting that no request can make, that it does so.
/// </summary>
/// <remarks>
/// Source: learn.microsoft.com/azure/app-service/configure-authentication-user-identities. A person has the strongest role of the app roles
/// (claim <c>roles</c>) and of the groups (claim <c>groups</c>) that <c>Keys__Groups__ID</c> maps to one.
/// </remarks>
public sealed class EntraSignIn(IConfiguration settings)
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL";
    private const string Switch = "WEBSITE_AUTH_ENABLED";
    private const int Longest = 64 * 1024;

    /// <summary>Who is signed in; null: nobody, nobody with a role, or a page of another site that uses the browser's cookie.</summary>
    public Caller? Find(HttpRequest request)
    {
        if (
            !string.Equals(settings[Switch], "true", StringComparison.OrdinalIgnoreCase)
            || request.Headers[Header] is not [{ Length: > 0 and <= Longest } header]
            || IsOfAnotherSite(request)
        )
            return null;
        try
        {
            using var principal = JsonDocument.Parse(Convert.FromBase64String(header));
            var claims = principal
                .RootElement.GetProperty("claims")
                .EnumerateArray()
                .Select(claim => (Type: claim.GetProperty("typ").GetString()!, Value: claim.GetProperty("val").GetString()!))
                .ToList();
            string? Claim(params ReadOnlySpan<string> types)
            {
                foreach (var type in types)
                {
                    if (claims.FirstOrDefault(claim => claim.Type == type).Value is { Length: > 0 } value)
                        return value;
                }

                return null;
            }

            // An owner's own customers cannot be told from a sign-in alone: owners have keys.
            var roles = claims
                .Select(claim =>
                    claim.Type is "roles" or "http://schemas.microsoft.com/ws/2008/06/identity/claims/role" ? RoleNames.Parse(claim.Value)
                    : claim.Type == "groups" ? RoleNames.Parse(settings[$"{KeyOptions.Section}:Groups:{claim.Value}"])
                    : null
                )
                .OfType<Roles>()
                .Where(role => role != Roles.Owner)
                .ToList();
            return
                roles.Count > 0
                && Claim("preferred_username", "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name") is { } name
                ? new Caller(name, roles.Max())
                : null;
        }
        catch (Exception broken) when (broken is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    // A browser sends the platform's cookie with forms of other sites, too, and says so.
    private static bool IsOfAnotherSite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return false;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0
            ? site is not ("same-origin" or "none")
            : request.Headers.Origin.ToString() is { Length: > 0 } origin
                && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != request.Host.Value);
    }
}
