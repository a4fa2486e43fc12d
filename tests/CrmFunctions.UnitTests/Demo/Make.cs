using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Loading;

namespace CrmFunctions.UnitTests.Demo;

internal static class Make
{
    /// <summary>A terminal that is a file: what was written to it can be read.</summary>
    public static (Terminal Terminal, StringWriter Out, StringWriter Error) Terminal(
        string lang = "en_GB.UTF-8",
        TimeProvider? clock = null,
        params (string Name, string Value)[] variables
    )
    {
        var (standard, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var environment = variables.Append(("LANG", lang)).ToDictionary();
        return (new Terminal(standard, error, false, clock ?? new HurriedClock(), environment.GetValueOrDefault), standard, error);
    }

    public static Arguments Arguments(ICommand command, params string[] words) => Cli.Commands.Arguments.Parse(command, words);

    public static BaseReport Base(long customers = 3, long events = 12, long orders = 5, string hash = "ab12") =>
        new(
            new DateTimeOffset(2026, 6, 30, 22, 0, 0, TimeSpan.Zero),
            customers,
            events,
            orders,
            "value@1",
            [new("A", Labels("钻石", "Diamond"), 1), new("C", null, 2)],
            [new("active", Labels("活跃", "Active"), 2), new("churned", Labels("流失", "Churned"), 1)],
            [new("A", "active", 1), new("C", "active", 1), new("C", "churned", 1)],
            ["c1", "c2", "c3"],
            hash
        );

    public static string File(string text, string name = "purchases.csv")
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("crm-test-").FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static Dictionary<string, string> Labels(string chinese, string english) => new() { ["zh-CN"] = chinese, ["en"] = english };
}
