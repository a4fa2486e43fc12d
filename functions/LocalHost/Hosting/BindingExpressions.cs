using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Hosting;

/// <summary>Puts settings in the place of <c>%Name%</c>.</summary>
internal static partial class BindingExpressions
{
    /// <param name="place">The function and property, for the message.</param>
    internal static string Resolve(string text, IConfiguration settings, string place) =>
        Name()
            .Replace(
                text,
                match =>
                    settings[match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)]
                    ?? throw new HostStartException(
                        $"{place}: setting '{match.Groups[1].Value}' is not set. Set it in the environment or under Values in local.settings.json."
                    )
            );

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Name();
}
