using System.Collections.Immutable;
using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace CrmFunctions.UnitTests.Telemetry;

/// <summary>How a trace goes from one step to the next.</summary>
public sealed class FlowTraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Carried = $"00-{Trace}-00f067aa0ba902b7-01";

    [Fact]
    public void A_step_goes_on_with_the_trace_of_its_message()
    {
        using var listener = Listen();
        using var span = FlowTrace.Begin(Message($$"""{"{{FlowTrace.Carried}}":"{{Carried}}","other":1}"""), Triggers.Queue);
        Assert.Equal(Trace, span!.TraceId.ToString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"Diagnostic-Id":7}""")]
    [InlineData("""{"Diagnostic-Id":"nothing"}""")]
    [InlineData("")]
    public void A_trace_that_cannot_be_read_begins_anew(string properties)
    {
        using var listener = Listen();
        using var span = FlowTrace.Begin(Message(properties), Triggers.Queue);
        Assert.NotNull(span);
        Assert.Null(span.ParentId);
    }

    [Fact]
    public void What_stems_from_a_trace_long_ago_links_to_it()
    {
        using var listener = Listen();
        using var span = FlowTrace.Begin(Message($$"""{"{{FlowTrace.Stems}}":"{{Carried}}"}"""), Triggers.Queue);
        Assert.NotEqual(Trace, span!.TraceId.ToString());
        Assert.Equal(Trace, Assert.Single(span.Links).Context.TraceId.ToString());
    }

    [Fact]
    public void A_message_carries_the_present_step_unless_it_carries_another_trace()
    {
        using var listener = Listen();
        using var span = FlowTrace.Begin(Message(""), Triggers.Queue);
        var (fresh, kept) = (new ServiceBusMessage("x"), new ServiceBusMessage("x").GoesOnWith(Carried).StemsFrom(null));
        foreach (var message in new[] { fresh, kept })
            FlowTrace.Carry(message);
        Assert.Equal(span!.Id, fresh.ApplicationProperties[FlowTrace.Carried]);
        Assert.Equal(Carried, Assert.Single(kept.ApplicationProperties).Value);
    }

    // Of this flow of calls only: other tests begin steps too.
    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == FlowTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static FunctionContext Message(string properties)
    {
        var data = new Dictionary<string, object?> { ["ApplicationProperties"] = properties };
        var context = new Mock<FunctionContext>();
        context
            .Setup(c => c.FunctionDefinition)
            .Returns(
                Mock.Of<FunctionDefinition>(definition =>
                    definition.Name == "Step" && definition.InputBindings == ImmutableDictionary<string, BindingMetadata>.Empty
                )
            );
        context.Setup(c => c.TraceContext).Returns(Mock.Of<TraceContext>(trace => trace.TraceParent == ""));
        context.Setup(c => c.BindingContext).Returns(Mock.Of<BindingContext>(binding => binding.BindingData == data));
        return context.Object;
    }
}
