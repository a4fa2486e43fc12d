using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>What the Bicep declares, as its text says it: no compiler is at hand where the tests run.</summary>
/// <param name="Main">main.bicep.</param>
/// <param name="Modules">Text of each module, by its name without ending.</param>
/// <param name="Parameters">Text of each .bicepparam, by the environment.</param>
internal sealed partial record Declared(
    string Main,
    IReadOnlyDictionary<string, string> Modules,
    IReadOnlyDictionary<string, string> Parameters
)
{
    private static string Folder => Path.Combine(NodeTools.RepositoryRoot, "infra");

    public static Declared Read() =>
        new(
            File.ReadAllText(Path.Combine(Folder, "main.bicep")),
            Texts(Path.Combine(Folder, "modules"), "*.bicep"),
            Texts(Folder, "*.bicepparam")
        );

    /// <summary>Every text, with the place it stands in.</summary>
    public IEnumerable<(string Place, string Text)> All =>
        [("main", Main), .. Modules.Select(module => (module.Key, module.Value)), .. Parameters.Select(file => (file.Key, file.Value))];

    /// <summary>The same with one text replaced.</summary>
    public Declared With(string place, string text) =>
        place == "main" ? this with { Main = text }
        : Modules.ContainsKey(place) ? this with { Modules = new Dictionary<string, string>(Modules) { [place] = text } }
        : this with { Parameters = new Dictionary<string, string>(Parameters) { [place] = text } };

    public IReadOnlyList<string> Tables => [.. Quoted().Matches(Block(Main, "var tables = [")).Select(match => match.Groups[1].Value)];

    /// <summary>Parts of health that have an alarm of their own.</summary>
    public IReadOnlyList<string> HealthParts =>
        [.. Quoted().Matches(Block(Main, "var healthParts = [")).Select(match => match.Groups[1].Value)];

    public IReadOnlyDictionary<string, string> Queues => Pairs(Main, "var queues = [", "lockDuration");

    public IReadOnlyDictionary<string, string> Timers => Pairs(Main, "var timers = [", "silentFor");

    /// <summary>What all queues have, by property, as written.</summary>
    public IReadOnlyDictionary<string, string> QueueProperties =>
        Property()
            .Matches(
                Block(Modules["service-bus"], "properties: {\n      requiresDuplicateDetection", include: "requiresDuplicateDetection")
            )
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('\''));

    /// <summary>Settings that the app gets in every environment, and those of the environments' parameters.</summary>
    public IReadOnlyList<string> Settings =>
        [
            .. Property()
                .Matches(Block(Modules["app"], "    {\n      AzureWebJobsStorage__", include: "AzureWebJobsStorage__"))
                .Select(match => match.Groups[1].Value),
            .. Parameters
                .Values.SelectMany(text => Property().Matches(Block(text, "param settings = {")).Select(match => match.Groups[1].Value))
                .Distinct(),
        ];

    /// <summary>For each role assignment: module, id of the role, and symbol of the resource that it is given on.</summary>
    public IReadOnlyList<(string Module, string Role, string On)> Roles =>
        [
            .. from module in Modules
            let ids = RoleId().Matches(module.Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value)
            from Match given in Assignment().Matches(module.Value)
            select (module.Key, ids.GetValueOrDefault(given.Groups[2].Value, given.Groups[2].Value), given.Groups[1].Value),
        ];

    private static Dictionary<string, string> Texts(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    private static Dictionary<string, string> Pairs(string text, string begin, string second) =>
        Regex
            .Matches(Block(text, begin), $@"name: '([^']*)'\s+{second}: '([^']*)'")
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    // From the line that begins it to the line that closes it: as far indented as the first, and closing what that opens.
    private static string Block(string text, string begin, string include = "")
    {
        var start = text.IndexOf(begin, StringComparison.Ordinal);
        if (start < 0)
            return "";
        var line = text[(text.LastIndexOf('\n', start) + 1)..];
        var indent = line[..(line.Length - line.TrimStart(' ').Length)];
        var end = Regex.Match(text[(start + begin.Length)..], $@"^{indent}[\]}}]", RegexOptions.Multiline);
        return string.Concat(include, text.AsSpan(start + begin.Length, end.Index));
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s*(\w+): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Property();

    [GeneratedRegex(@"var (\w+) = subscriptionResourceId\('Microsoft.Authorization/roleDefinitions', '([^']+)'\)")]
    private static partial Regex RoleId();

    [GeneratedRegex(@"roleAssignments@[\s\S]*?scope: (\w+)[\s\S]*?roleDefinitionId: (\w+)")]
    private static partial Regex Assignment();
}
