using System.Text.Json;
using LocalHost.Hosting;
using LocalHost.Http;
using LocalHost.Protocol;
using LocalHost.Queues;
using LocalHost.Timers;
using Microsoft.Extensions.Configuration;

namespace LocalHost.Functions;

/// <summary>Reads a trigger from a function's metadata, resolves its settings and refuses what this host cannot do.</summary>
internal static class TriggerReader
{
    internal static Trigger Read(FunctionMetadata function, IConfiguration settings, HostSettings host)
    {
        var place = function.EntryPoint;
        var triggers = function
            .RawBindings.Select(Binding.Parse)
            .Where(binding => binding.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (triggers.Count != 1)
        {
            throw new HostStartException(
                triggers.Count == 0 ? $"{place}: has no trigger." : $"{place}: has {triggers.Count} triggers; a function has one."
            );
        }

        var binding = triggers[0];
        var retry = RetryPolicy.Of(function.RetryOptions);
        Trigger trigger = binding.Type.ToUpperInvariant() switch
        {
            "HTTPTRIGGER" => Http(binding, function.Name, place, host),
            "TIMERTRIGGER" => Timer(binding, retry, place, settings),
            "SERVICEBUSTRIGGER" => Queue(binding, place, settings, host),
            _ => throw new HostStartException(
                $"{place}: has the trigger '{binding.Type}'; the local host has HTTP, timer and Service Bus triggers."
            ),
        };
        return retry is null || trigger is TimerTrigger
            ? trigger
            : throw new HostStartException(
                $"{place}: has a retry policy, which is for timers; a message is retried by redelivery up to the queue's MaxDeliveryCount."
            );
    }

    private static HttpTrigger Http(Binding binding, string name, string place, HostSettings host)
    {
        var level = binding.Text("authLevel") ?? nameof(KeyLevel.Function);
        return Enum.TryParse<KeyLevel>(level, ignoreCase: true, out var known)
            ? new HttpTrigger(
                binding.Name,
                known,
                binding.Texts("methods"),
                RouteTable.Parse(binding.Text("route") ?? name, host.RoutePrefix, place)
            )
            : throw new HostStartException($"{place}: AuthorizationLevel.{level} needs the platform's sign-in; use Function or Anonymous.");
    }

    private static TimerTrigger Timer(Binding binding, RetryPolicy? retry, string place, IConfiguration settings)
    {
        var schedule = binding.Text("schedule") ?? throw new HostStartException($"{place}: the timer has no schedule.");
        var expression = BindingExpressions.Resolve(schedule, settings, $"{place}: schedule '{schedule}'");
        return new TimerTrigger(
            binding.Name,
            TimerSchedule.Parse(expression, place),
            binding.Flag("useMonitor") ?? true,
            binding.Flag("runOnStartup") ?? false,
            retry
        );
    }

    private static QueueTrigger Queue(Binding binding, string place, IConfiguration settings, HostSettings host)
    {
        if (binding.Text("queueName") is not { } name || binding.Flag("isSessionsEnabled") == true)
        {
            throw new HostStartException(
                $"{place}: the local host receives from queues without sessions only; use [ServiceBusTrigger(\"queue\")]."
            );
        }

        return new QueueTrigger(
            binding.Name,
            BindingExpressions.Resolve(name, settings, $"{place}: queue '{name}'"),
            ConnectionSetting.Resolve(binding.Text("connection"), settings, place),
            string.Equals(binding.Text("cardinality"), "Many", StringComparison.OrdinalIgnoreCase),
            binding.Flag("autoCompleteMessages") ?? host.AutoCompleteMessages,
            binding.Property("supportsDeferredBinding"),
            string.Equals(binding.Text("dataType"), "Binary", StringComparison.OrdinalIgnoreCase)
        );
    }

    /// <summary>One binding of the metadata's JSON; names compare without regard to case.</summary>
    private sealed class Binding(Dictionary<string, JsonElement> members)
    {
        public string Name => Text("name") ?? "";

        public string Type => Text("type") ?? "";

        public static Binding Parse(string json)
        {
            using var document = JsonDocument.Parse(json);
            return new Binding(
                document
                    .RootElement.EnumerateObject()
                    .ToDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.OrdinalIgnoreCase)
            );
        }

        public string? Text(string name) =>
            members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        public IReadOnlyList<string> Texts(string name) =>
            members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
                ? [.. value.EnumerateArray().Select(item => item.GetString() ?? "")]
                : [];

        public bool? Flag(string name) =>
            members.TryGetValue(name, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.String => bool.TryParse(value.GetString(), out var flag) ? flag : null,
                    _ => null,
                }
                : null;

        public bool Property(string name) =>
            members.TryGetValue("properties", out var all)
            && all.ValueKind == JsonValueKind.Object
            && all.EnumerateObject()
                .Any(member =>
                    member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                    && member.Value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase)
                );
    }
}
