using System.Reflection;
using System.Text.Json.Nodes;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.TestKit;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>What the code needs of the place it runs in.</summary>
/// <param name="Tables">Tables of the flow.</param>
/// <param name="Queues">Queues of the flow.</param>
/// <param name="Timers">Functions that timers run, with their schedules.</param>
/// <param name="Sections">Sections of settings, with the names in each.</param>
/// <param name="QueueSettings">Properties of each queue, as servicebus.json has them.</param>
/// <param name="Host">host.json.</param>
/// <param name="HealthParts">Parts of health that nothing else watches.</param>
internal sealed record Needed(
    IReadOnlyList<string> Tables,
    IReadOnlyList<string> Queues,
    IReadOnlyDictionary<string, string> Timers,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Sections,
    IReadOnlyDictionary<string, JsonObject> QueueSettings,
    JsonNode Host,
    IReadOnlyList<string> HealthParts
)
{
    private static Assembly App => typeof(Flow).Assembly;

    public static Needed Read() =>
        new(
            Flow.Tables.All,
            [.. typeof(Flow.Queues).GetFields().Select(field => (string)field.GetRawConstantValue()!)],
            App.GetTypes()
                .SelectMany(type => type.GetMethods())
                .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
                .SelectMany(method =>
                    method
                        .GetParameters()
                        .Select(parameter =>
                            (
                                method.GetCustomAttribute<FunctionAttribute>()!.Name,
                                Timer: parameter.GetCustomAttribute<TimerTriggerAttribute>()
                            )
                        )
                )
                .Where(pair => pair.Timer is not null)
                .ToDictionary(pair => pair.Name, pair => pair.Timer!.Schedule),
            App.GetTypes()
                .Where(type => type.GetField("Section") is { IsLiteral: true })
                .GroupBy(type => (string)type.GetField("Section")!.GetRawConstantValue()!)
                .ToDictionary(
                    group => group.Key.Replace(":", "__", StringComparison.Ordinal),
                    group => (IReadOnlyList<string>)[.. group.SelectMany(type => type.GetProperties().Select(property => property.Name))]
                ),
            Json("functions", "CrmFunctions", "servicebus.json")["UserConfig"]!["Namespaces"]![0]![nameof(Queues)]!
                .AsArray()
                .ToDictionary(queue => (string)queue!["Name"]!, queue => queue!["Properties"]!.AsObject()),
            Json("host.json"),
            // Storage and broker are watched as ready, dead letters by the namespace's metric.
            [.. HealthPartNames.All.Except([HealthPartNames.Storage, HealthPartNames.Broker, HealthPartNames.DeadLetters])]
        );

    /// <summary>Whether the code reads a setting of this name.</summary>
    public bool Reads(string setting) =>
        Sections.Any(section =>
            setting.StartsWith($"{section.Key}__", StringComparison.Ordinal)
            && section.Value.Contains(setting[(section.Key.Length + 2)..].Split("__")[0])
        );

    private static JsonNode Json(params string[] path) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine([NodeTools.RepositoryRoot, .. path])))!;
}
