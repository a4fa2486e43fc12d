using System.Text;
using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace CrmFunctions.EndToEndTests.Telemetry;

/// <summary>What a collector receives of the suite.</summary>
public sealed class TelemetryTests(ObservedSuite observed, ITestOutputHelper output) : IClassFixture<ObservedSuite>
{
    [Fact]
    public void One_trace_leads_from_a_webhook_over_its_recalculation_to_the_notification()
    {
        var traces = observed.Whole.Spans.ToLookup(span => span.Trace);
        var whole = traces.FirstOrDefault(trace =>
            trace.Any(span => span.Name == "ReceiveHook") && trace.Any(span => span.Name == "Notify")
        );
        Assert.True(whole is not null, string.Join('\n', traces.Select(trace => string.Join(", ", trace.Select(span => span.Name)))));

        var hook = whole.Single(span => span.Name == "ReceiveHook");
        var recalculation = whole.First(span => span.Name == "RecalculateCustomer");
        var told = whole.First(span => span.Name == "Notify");
        Assert.Equal(["", hook.Id, recalculation.Id], [hook.Parent, recalculation.Parent, told.Parent]);
        Assert.Equal(("http", "pubsub"), (hook.Attributes["faas.trigger"], told.Attributes["faas.trigger"]));
    }

    [Fact]
    public void A_warning_that_waited_in_the_review_index_goes_on_with_the_trace_of_the_webhook_it_is_about()
    {
        var traces = observed.Whole.Spans.ToLookup(span => span.Trace);
        Assert.Contains(observed.Whole.Spans, span => span.Name == "SendChurnWarnings");
        var warned = Assert
            .Single(observed.Whole.Metric("crm.notifications").Where(point => point.Attributes["outcome"] == "sent").GroupBy(_ => 0))!
            .Sum(point => point.Value);
        Assert.True(warned >= 2, $"{warned} sent");
        Assert.True(traces.Count(trace => trace.Any(span => span.Name == "ReceiveHook") && trace.Any(span => span.Name == "Notify")) >= 2);
        Assert.DoesNotContain(
            traces.Where(trace => trace.Any(span => span.Name == "SendChurnWarnings")),
            trace => trace.Any(span => span.Name == "Notify")
        );
    }

    [Fact]
    public void A_callers_trace_is_linked_to_and_not_gone_on_with()
    {
        Assert.DoesNotContain(observed.Whole.Spans, span => span.Trace == ObservedSuite.CallersTrace);
        Assert.Contains(observed.Whole.Spans, span => span.Name == "ReceiveHook" && span.LinkedTraces.Contains(ObservedSuite.CallersTrace));
    }

    [Fact]
    public void Every_meter_of_the_document_is_heard()
    {
        string[] meters =
        [
            "crm.events.received",
            "crm.events.logged",
            "crm.event.lag",
            "crm.recalculations",
            "crm.notifications",
            "crm.reviews.backlog",
            "crm.reviews.overdue",
            "crm.refusals",
            "crm.table.transactions",
            "crm.broker.operations",
            "crm.hooks.taken",
            "crm.hooks.refused",
            "faas.invoke_duration",
        ];
        Assert.Empty(meters.Except(observed.Whole.Metrics));
        var document = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", "Telemetry", "TELEMETRY.md"));
        Assert.All(observed.Whole.Metrics, meter => Assert.Contains($"`{meter}`", document, StringComparison.Ordinal));

        Assert.Equal(
            14,
            observed
                .Whole.Metric("crm.events.received")
                .Single(point => point.Attributes["source.kind"] == "standard-webhooks" && point.Attributes["outcome"] == "accepted")
                .Value
        );
        Assert.Equal(1, observed.Whole.Metric("crm.refusals").Single(point => point.Attributes["code"] == "bad-signature").Value);
        Assert.Equal(
            ObservedSuite.Events,
            observed.Usual.Metric("crm.events.received").Single(point => point.Attributes["outcome"] == "accepted").Value
        );
        Assert.InRange(observed.Usual.Metric("crm.event.lag").Single().Value, ObservedSuite.Events, ObservedSuite.Events * 2);
    }

    [Fact]
    public void A_line_of_the_log_comes_with_its_trace()
    {
        var recorded = observed.Whole.Spans.Select(span => span.Trace).ToHashSet();
        Assert.NotEmpty(observed.Whole.LogTraces);
        Assert.True(observed.Whole.LogTraces.Count(recorded.Contains) >= recorded.Count);
    }

    [Fact]
    public void At_default_settings_an_event_costs_at_most_three_hundred_bytes_of_telemetry()
    {
        var bytes = observed.Usual.Bytes;
        var traces = observed.Usual.Spans.Select(span => span.Trace).Distinct().Count();
        output.WriteLine(
            $"{ObservedSuite.Events} events: {string.Join(", ", bytes.Select(pair => $"{pair.Key} {pair.Value:N0} bytes"))}; {observed.Usual.Spans.Count} spans of {traces} traces; "
                + $"{(double)bytes.Values.Sum() / ObservedSuite.Events:0} bytes an event, {(double)(bytes.GetValueOrDefault("traces") + bytes.GetValueOrDefault("logs")) / ObservedSuite.Events:0} of them traces and logs"
        );
        output.WriteLine(
            $"recording every trace: {string.Join(", ", observed.Whole.Bytes.Select(pair => $"{pair.Key} {pair.Value:N0} bytes"))}, {observed.Whole.Spans.Count} spans, {observed.Whole.LogTraces.Count} lines"
        );
        Assert.InRange((double)bytes.Values.Sum() / ObservedSuite.Events, 1, 300);
    }

    [Fact]
    public void No_personal_data_key_secret_or_token_is_in_what_is_exported_or_written_to_the_log()
    {
        Assert.NotEmpty(observed.Said);
        foreach (var body in observed.Whole.Bodies.Concat(observed.Usual.Bodies).Concat(observed.Said.Select(Encoding.UTF8.GetBytes)))
        {
            Assert.All(
                ObservedSuite.Personal.Concat(ObservedSuite.Confidential),
                planted => Assert.Equal(-1, body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(planted)))
            );
        }
    }
}
