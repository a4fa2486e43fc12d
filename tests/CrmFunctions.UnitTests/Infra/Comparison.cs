using System.Globalization;
using System.Xml;
using NCrontab;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>Where what is declared and what is needed are not the same.</summary>
internal static class Comparison
{
    // Read by the Functions host and the packages, not by our code.
    private static readonly string[] host =
    [
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__clientId",
        "ServiceBusConnection__credential",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AZURE_CLIENT_ID",
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
        "AzureWebJobsDisableHomepage",
    ];

    private static readonly string[] connections =
    [
        $"{Flow.Storage}__tableServiceUri",
        $"{Flow.Storage}__clientId",
        $"{Flow.ServiceBus}__fullyQualifiedNamespace",
        $"{Flow.ServiceBus}__clientId",
    ];

    // Least roles: learn.microsoft.com/azure/role-based-access-control/built-in-roles.
    private static readonly (string Module, string Role, string On)[] roles =
    [
        ("monitoring", "3913510d-42f4-4e42-8a64-420c390055eb", "insights"),
        ("storage", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "host"),
        ("storage", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "data"),
        ("service-bus", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", "queueOf"),
        ("service-bus", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "queueOf"),
        ("vault", "4633458b-17de-408a-b874-0445c86b69e6", "vault"),
    ];

    // Once a week is longer than alerts look back; health tells of a calibration that did not come.
    private static readonly string[] watchedByHealth = ["Calibrate"];

    public static IReadOnlyList<string> Findings(Declared declared, Needed needed) =>
        [
            .. Differ("table", declared.Tables, needed.Tables),
            .. Differ("queue", declared.Queues.Keys, needed.Queues),
            .. Differ("timer", declared.Timers.Keys, needed.Timers.Keys.Except(watchedByHealth)),
            .. Differ("part of health", declared.HealthParts, needed.HealthParts),
            .. Differ("setting", declared.Settings.Where(setting => !needed.Reads(setting)), [.. host, .. connections]),
            .. Differ("role", declared.Roles.Select(Name), roles.Select(Name)),
            .. needed
                .Queues.Where(declared.Queues.ContainsKey)
                .Where(needed.QueueSettings.ContainsKey)
                .SelectMany(queue => OfQueue(queue, declared, needed)),
            .. needed
                .Timers.Where(timer => declared.Timers.ContainsKey(timer.Key))
                .SelectMany(timer => OfTimer(timer.Key, timer.Value, declared.Timers[timer.Key])),
            .. OfLocks(declared, needed),
        ];

    private static IEnumerable<string> Differ(string what, IEnumerable<string> declared, IEnumerable<string> needed)
    {
        var (has, wants) = (declared.ToList(), needed.ToList());
        return wants
            .Except(has)
            .Select(name => $"{what} {name} is needed and not declared")
            .Concat(has.Except(wants).Select(name => $"{what} {name} is declared and not needed"))
            .Concat(
                has.GroupBy(name => name)
                    .Where(group => group.Count() > 1)
                    .Select(group => $"{what} {group.Key} is declared {group.Count()} times")
            );
    }

    // The local broker and the namespace behave alike.
    private static IEnumerable<string> OfQueue(string queue, Declared declared, Needed needed)
    {
        foreach (var (name, value) in needed.QueueSettings[queue])
        {
            var property = char.ToLowerInvariant(name[0]) + name[1..];
            var has = property == "lockDuration" ? declared.Queues[queue] : declared.QueueProperties.GetValueOrDefault(property);
            if (
                has
                != Convert.ToString(
                    value!.GetValueKind() is System.Text.Json.JsonValueKind.True ? "true" : value.ToString(),
                    CultureInfo.InvariantCulture
                )
            )
                yield return $"queue {queue}: {property} is {has ?? "nothing"} in Bicep and {value} in servicebus.json";
        }
    }

    private static IEnumerable<string> OfTimer(string timer, string schedule, string silentFor)
    {
        var runs = CrontabSchedule
            .Parse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            .GetNextOccurrences(new DateTime(2026, 1, 1), new DateTime(2026, 2, 1))
            .ToList();
        var longest = runs.Count < 2 ? TimeSpan.FromDays(31) : runs.Zip(runs.Skip(1)).Max(pair => pair.Second - pair.First);
        if (XmlConvert.ToTimeSpan(silentFor) < 2 * longest)
            yield return $"timer {timer} is called silent after {silentFor}, and runs every {longest}";
    }

    // A lock that cannot be renewed as long as a function may run delivers a message twice.
    private static IEnumerable<string> OfLocks(Declared declared, Needed needed)
    {
        var longest = TimeSpan.Parse((string)needed.Host["functionTimeout"]!, CultureInfo.InvariantCulture);
        var renewed = TimeSpan.Parse(
            (string)needed.Host["extensions"]!["serviceBus"]!["maxAutoLockRenewalDuration"]!,
            CultureInfo.InvariantCulture
        );
        if (renewed < longest)
            yield return $"locks are renewed for {renewed}, and a function may run for {longest}";
        foreach (var (queue, held) in declared.Queues)
        {
            if (XmlConvert.ToTimeSpan(held) > TimeSpan.FromMinutes(5))
                yield return $"queue {queue}: a lock of {held} is longer than Service Bus allows";
        }
    }

    private static string Name((string Module, string Role, string On) role) => $"{role.Role} on {role.On} in {role.Module}";
}
