using System.Diagnostics;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Telemetry;

/// <summary>
/// One trace from a webhook to the notification it leads to: each step is a span, and messages carry the trace from one to the next.
/// </summary>
/// <remarks>Source: Telemetry/TELEMETRY.md, "One trace".</remarks>
public static class FlowTrace
{
    /// <summary>Name of the source, for listeners.</summary>
    public const string SourceName = "CrmFunctions";

    /// <summary>The message's property that holds the trace it belongs to, as Azure.Messaging.ServiceBus names it.</summary>
    public const string Carried = "Diagnostic-Id";

    /// <summary>The message's property that holds a trace it stems from, where too long ago to go on with it.</summary>
    public const string Stems = "crm-stems-from";

    private static readonly ActivitySource source = new(SourceName);

    /// <summary>The present step as text, where it is recorded; else null, so that nobody keeps what nobody can look at.</summary>
    public static string? Recorded => source.HasListeners() && Activity.Current is { Recorded: true, Id: { } id } ? id : null;

    /// <summary>Has a message carry the trace of the present step, unless it carries one.</summary>
    public static void Carry(ServiceBusMessage message)
    {
        if (source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            message.ApplicationProperties.TryAdd(Carried, id);
    }

    /// <summary>A message that goes on with a trace kept elsewhere. Null: with that of the present step.</summary>
    public static ServiceBusMessage GoesOnWith(this ServiceBusMessage message, string? kept)
    {
        if (kept is not null)
            message.ApplicationProperties[Carried] = kept;
        return message;
    }

    /// <summary>A message of which it is told what trace it stems from. Null: it is not known.</summary>
    public static ServiceBusMessage StemsFrom(this ServiceBusMessage message, string? kept)
    {
        if (kept is not null)
            message.ApplicationProperties[Stems] = kept;
        return message;
    }

    /// <summary>Begins the span of a step. Null: nobody listens.</summary>
    public static Activity? Begin(FunctionContext context, string trigger)
    {
        if (!source.HasListeners())
            return null;
        var (parent, links) = trigger switch
        {
            // Who calls us does not decide what is recorded and paid for: a caller's trace is linked to, not gone on with.
            Triggers.Http => (default, Links(Parse(context.TraceContext.TraceParent))),
            Triggers.Queue => OfMessage(context),
            _ => default,
        };

        // What the host or ASP.NET Core began around us is no span of ours, and must not decide either.
        Activity.Current = null;
        return source.StartActivity(
            context.FunctionDefinition.Name,
            trigger switch
            {
                Triggers.Http => ActivityKind.Server,
                Triggers.Queue => ActivityKind.Consumer,
                _ => ActivityKind.Internal,
            },
            parent,
            links: links
        );
    }

    private static (ActivityContext Parent, IEnumerable<ActivityLink>? Links) OfMessage(FunctionContext context)
    {
        var properties = context.BindingContext.BindingData.GetValueOrDefault("ApplicationProperties") as string;
        return (
            Parse(Property(properties, Carried)) ?? Parse(context.TraceContext.TraceParent) ?? default,
            Links(Parse(Property(properties, Stems)))
        );
    }

    // JSON text, as the host sends it.
    private static string? Property(string? properties, string name)
    {
        if (properties is null)
            return null;
        try
        {
            using var json = JsonDocument.Parse(properties);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            // A trace that cannot be read begins anew; the message is worked off all the same.
            return null;
        }
    }

    private static ActivityContext? Parse(string? text) =>
        ActivityContext.TryParse(text, traceState: null, isRemote: true, out var parsed) ? parsed : null;

    private static IEnumerable<ActivityLink>? Links(ActivityContext? linked) => linked is { } context ? [new ActivityLink(context)] : null;
}
