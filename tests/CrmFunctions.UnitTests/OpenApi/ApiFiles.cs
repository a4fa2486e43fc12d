using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>
/// What stands in the api.json files beside the functions, by section: <c>head</c>, <c>refusals</c>, <c>parameters</c> (of addresses),
/// <c>schemas</c> (of bodies that are read member by member) and <c>examples</c>. A name stands in one file.
/// </summary>
internal sealed class ApiFiles
{
    private static readonly JsonDocumentOptions strictly = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<(string Section, string Name), JsonNode> all = [];
    private readonly HashSet<(string Section, string Name)> used = [];

    public ApiFiles()
    {
        var app = Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions");
        foreach (var file in Directory.EnumerateFiles(app, "api.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var (section, entries) in JsonNode.Parse(File.ReadAllText(file), documentOptions: strictly)!.AsObject())
            foreach (var (name, value) in entries!.AsObject())
                all.Add((section, name), value!);
        }
    }

    /// <summary>The names that no operation and no schema asked for.</summary>
    public IEnumerable<string> Unused => all.Keys.Except(used).Select(entry => $"{entry.Section}: {entry.Name}");

    /// <summary>An entry, to be put anywhere. Null: no file has it.</summary>
    public JsonNode? Find(string section, string name)
    {
        used.Add((section, name));
        return all.GetValueOrDefault((section, name))?.DeepClone();
    }

    /// <summary>An entry, to be put anywhere.</summary>
    /// <exception cref="KeyNotFoundException">No file has it.</exception>
    public JsonNode Get(string section, string name) =>
        Find(section, name) ?? throw new KeyNotFoundException($"No api.json has {name} among its {section}.");
}
