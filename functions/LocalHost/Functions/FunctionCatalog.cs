using System.Text.RegularExpressions;
using LocalHost.Hosting;
using LocalHost.Protocol;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Functions;

/// <summary>All functions of an app, as its worker describes them. What is declared wrongly stops the start and names the method.</summary>
internal sealed partial class FunctionCatalog
{
    private readonly SortedDictionary<string, HostedFunction> byName = new(StringComparer.OrdinalIgnoreCase);

    private FunctionCatalog() { }

    /// <summary>In the order of their names, in which the real host looks at routes.</summary>
    internal IReadOnlyCollection<HostedFunction> All => byName.Values;

    /// <exception cref="HostStartException">A function is declared wrongly, or a setting is missing or wrong.</exception>
    internal static FunctionCatalog Of(IEnumerable<FunctionMetadata> functions, IConfiguration settings, HostSettings host)
    {
        var catalog = new FunctionCatalog();
        foreach (var function in functions)
        {
            var (name, place) = (function.Name, function.EntryPoint);
            if (!NameForm().IsMatch(name) || string.Equals(name, "host", StringComparison.OrdinalIgnoreCase))
            {
                throw new HostStartException(
                    $"{place}: '{name}' cannot be a function's name; it starts with a letter and has letters, digits, '_' and '-', 128 at most, and is not 'host'."
                );
            }

            var read = new HostedFunction(
                function.FunctionId,
                name,
                place,
                TriggerReader.Read(function, settings, host),
                IsDisabled(name, settings, place)
            );
            if (!catalog.byName.TryAdd(name, read))
            {
                throw new HostStartException(
                    $"{place}: the name '{name}' is already that of {catalog.byName[name].EntryPoint}; each function needs its own."
                );
            }
        }

        return catalog;
    }

    internal HostedFunction? Find(string name) => byName.GetValueOrDefault(name);

    private static bool IsDisabled(string name, IConfiguration settings, string place)
    {
        foreach (var setting in new[] { $"AzureWebJobs.{name}.Disabled", $"AzureWebJobs:{name}:Disabled", $"AzureWebJobs_{name}_Disabled" })
        {
            if (settings[setting] is { Length: > 0 } value)
            {
                return value is "1"
                    || (
                        value is not "0"
                        && (
                            bool.TryParse(value, out var disabled)
                                ? disabled
                                : throw new HostStartException($"{place}: setting '{setting}' is '{value}'; give true or false.")
                        )
                    );
            }
        }

        return false;
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_-]{0,127}$")]
    private static partial Regex NameForm();
}
