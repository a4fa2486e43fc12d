using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>Bicep, code and documents say the same, and the comparison that says so sees every difference.</summary>
public sealed partial class InfraTests
{
    private static readonly Declared declared = Declared.Read();
    private static readonly Needed needed = Needed.Read();

    [Fact]
    public void Every_table_queue_timer_setting_and_role_that_the_code_uses_is_declared_and_nothing_else() =>
        Assert.Empty(Comparison.Findings(declared, needed));

    [Fact]
    public void A_rename_in_Bicep_is_found()
    {
        string[] names =
        [
            .. declared.Tables,
            .. declared.Queues.Keys,
            .. declared.Timers.Keys,
            .. declared.Settings,
            .. declared.HealthParts,
            .. declared.Roles.Select(role => role.Role),
        ];
        var tried = 0;
        foreach (var name in names.Distinct())
        {
            foreach (var (place, text) in declared.All)
            {
                // As a whole word, where it is declared: not in comments, and not where a name stands for itself elsewhere.
                var pattern = new Regex(
                    $@"(?<=^\s*(name: )?'){Regex.Escape(name)}(?=')|^(\s*){Regex.Escape(name)}(?=:)|(?<=roleDefinitions', '){Regex.Escape(name)}",
                    RegexOptions.Multiline
                );
                if (
                    !pattern.IsMatch(text)
                    || (
                        place != "main"
                        && declared
                            .Tables.Concat(declared.Queues.Keys)
                            .Concat(declared.Timers.Keys)
                            .Concat(declared.HealthParts)
                            .Contains(name)
                    )
                )
                    continue;
                tried++;
                Assert.True(
                    Comparison.Findings(declared.With(place, pattern.Replace(text, "$2renamed", 1)), needed).Count > 0,
                    $"{name} renamed in {place} was not found"
                );
            }
        }

        Assert.True(tried >= names.Distinct().Count(), $"only {tried} of {names.Length} were tried");
    }

    [Fact]
    public void A_removal_from_Bicep_is_found()
    {
        foreach (var table in declared.Tables)
            Found("main", $"  '{table}'\n");
        foreach (var part in declared.HealthParts)
            Found("main", $"  '{part}'\n");
        foreach (var (queue, held) in declared.Queues)
            Found("main", $"  {{\n    name: '{queue}'\n    lockDuration: '{held}'\n  }}\n");
        foreach (var (timer, silent) in declared.Timers)
            Found("main", $"  {{\n    name: '{timer}'\n    silentFor: '{silent}'\n  }}\n");
        foreach (var line in SettingLine().Matches(declared.Modules["app"]).Select(match => match.Value))
            Found("app", line);
        foreach (var module in declared.Modules)
        {
            foreach (var assignment in Assignment().Matches(module.Value).Select(match => match.Value))
                Found(module.Key, assignment);
        }

        static void Found(string place, string lines)
        {
            var text = declared.All.Single(each => each.Place == place).Text;
            Assert.Contains(lines, text, StringComparison.Ordinal);
            Assert.NotEmpty(Comparison.Findings(declared.With(place, text.Replace(lines, "", StringComparison.Ordinal)), needed));
        }
    }

    [Fact]
    public void A_removal_from_the_code_or_a_rename_there_is_found()
    {
        foreach (var table in needed.Tables)
        {
            Assert.NotEmpty(Comparison.Findings(declared, needed with { Tables = [.. needed.Tables.Except([table])] }));
            Assert.NotEmpty(Comparison.Findings(declared, needed with { Tables = [.. needed.Tables.Except([table]), "renamed"] }));
        }

        foreach (var part in needed.HealthParts)
            Assert.NotEmpty(Comparison.Findings(declared, needed with { HealthParts = [.. needed.HealthParts.Except([part])] }));
        foreach (var queue in needed.Queues)
            Assert.NotEmpty(Comparison.Findings(declared, needed with { Queues = [.. needed.Queues.Except([queue])] }));
        foreach (var timer in declared.Timers.Keys)
        {
            Assert.NotEmpty(
                Comparison.Findings(declared, needed with { Timers = needed.Timers.Where(each => each.Key != timer).ToDictionary() })
            );
            Assert.NotEmpty(
                Comparison.Findings(
                    declared,
                    needed with
                    {
                        Timers = new Dictionary<string, string>(needed.Timers) { [timer] = "0 0 0 1 1 *" },
                    }
                )
            );
        }

        foreach (var section in declared.Settings.Select(setting => setting.Split("__")[0]).Where(needed.Sections.ContainsKey).Distinct())
            Assert.NotEmpty(
                Comparison.Findings(declared, needed with { Sections = needed.Sections.Where(each => each.Key != section).ToDictionary() })
            );
    }

    [Fact]
    public void The_settings_page_names_every_section_of_the_code_and_the_README_of_the_infrastructure_every_queue_table_and_role()
    {
        var settings = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "docs", "settings.md"));
        Assert.All(needed.Sections.Keys, section => Assert.Contains($"`{section.Split("__")[0]}__", settings, StringComparison.Ordinal));
        var infra = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "infra", "README.md"));
        Assert.All(needed.Tables.Concat(needed.Queues), name => Assert.Contains($"`{name}`", infra, StringComparison.Ordinal));
        Assert.All(declared.Roles, role => Assert.Contains(role.Role, infra, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_module_is_used_and_every_parameter_of_an_environment_is_one_of_main()
    {
        Assert.All(
            declared.Modules.Keys.Except(["types"]),
            module => Assert.Contains($"'modules/{module}.bicep'", declared.Main, StringComparison.Ordinal)
        );
        var parameters = Parameter().Matches(declared.Main).Select(match => match.Groups[1].Value).ToList();
        var required = RequiredParameter().Matches(declared.Main).Select(match => match.Groups[1].Value).ToList();
        Assert.All(
            declared.Parameters,
            environment =>
            {
                var given = Parameter().Matches(environment.Value).Select(match => match.Groups[1].Value).ToList();
                Assert.Empty(given.Except(parameters));
                Assert.Empty(required.Except(given));
            }
        );
    }

    [Fact]
    public void The_alarms_ask_the_routes_that_health_answers_at()
    {
        Assert.Contains($"/api/{Flow.Routes.Ready}'", declared.Modules["alerts"], StringComparison.Ordinal);
        Assert.Contains($"/api/{Flow.Routes.Fresh}?part=${{part}}'", declared.Modules["alerts"], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_comes_from_a_registry_and_nothing_has_a_key()
    {
        foreach (var (_, text) in declared.All)
        {
            Assert.DoesNotContain("br:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("listKeys", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("AccountKey", text, StringComparison.Ordinal);
        }

        Assert.Contains("disableLocalAuth: true", declared.Modules["service-bus"], StringComparison.Ordinal);
        Assert.Contains("allowSharedKeyAccess: false", declared.Modules["storage"], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^ {6}[A-Z]\w+: .+\n", RegexOptions.Multiline)]
    private static partial Regex SettingLine();

    [GeneratedRegex(@"^resource \w+ 'Microsoft.Authorization/roleAssignments@[\s\S]*?^[}\]]\n", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^param (\w+)", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^param (\w+) [^=\n]*$", RegexOptions.Multiline)]
    private static partial Regex RequiredParameter();
}
