using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalHost.Http;

/// <summary>Route templates.</summary>
internal static class RouteTable
{
    internal static RoutePattern Parse(string route, string prefix, string place)
    {
        if (route.Contains('%', StringComparison.Ordinal))
        {
            throw new HostStartException(
                $"{place}: route '{route}' names a setting, which the ASP.NET Core integration does not resolve in routes."
            );
        }

        if (route.TrimStart('/').StartsWith("admin", StringComparison.OrdinalIgnoreCase) && prefix.Length == 0)
        {
            throw new HostStartException($"{place}: route '{route}' lies under 'admin', which is the host's own.");
        }

        try
        {
            return RoutePatternFactory.Parse($"{prefix}/{route.TrimStart('/')}".TrimStart('/'));
        }
        catch (RoutePatternException error)
        {
            throw new HostStartException($"{place}: route '{route}' is not a route template. {error.Message}", error);
        }
    }
}
