using Azure.Messaging.ServiceBus;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.Telemetry;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Moq;

namespace CrmFunctions.UnitTests.Operating;

/// <summary>Whether somebody takes from every queue.</summary>
public sealed class BrokerHealthCheckTests
{
    private static readonly DateTimeOffset now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly OperationCount operations = new();

    public static TheoryData<string> Others => [.. Flow.Queues.All.Where(queue => queue != Flow.Queues.Recalculations)];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task A_message_that_no_function_receives_is_reported_with_its_queue_and_since_when(string queue)
    {
        var backlog = await Look((queue, [Message(now.AddHours(-3)), Message(now.AddHours(-1))]));

        Assert.False(backlog.Good);
        Assert.Equal(now.AddHours(-3), backlog.Since);
        Assert.Contains($"{queue}: its oldest message waits since 2026-03-02T06:00:00Z", backlog.Says, StringComparison.Ordinal);
        Assert.Equal([queue], backlog.Items!.Where(item => !item.Good).Select(item => item.Name));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task One_that_waits_no_longer_than_a_large_import_takes_is_not_nor_one_that_is_scheduled(string queue)
    {
        var backlog = await Look((queue, [Message(now.AddDays(-9), visible: now.AddMinutes(1)), Message(now.AddMinutes(-119))]));

        Assert.True(backlog.Good);
        Assert.Equal("No event waits.", backlog.Says);
    }

    [Fact]
    public async Task An_event_may_wait_less_long()
    {
        Assert.True((await Look((Flow.Queues.Recalculations, [Message(now.AddMinutes(-4))]))).Good);

        var backlog = await Look(
            (Flow.Queues.Recalculations, [Message(now.AddMinutes(-6))]),
            (Flow.Queues.Notifications, [Message(now.AddHours(-3))])
        );

        Assert.False(backlog.Good);
        Assert.Equal(now.AddHours(-3), backlog.Since);
        Assert.StartsWith(
            "The oldest event waits for its recalculation since 2026-03-02T08:54:00Z, longer than 00:05:00.",
            backlog.Says,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_look_at_full_queues_costs_at_most_eight_operations_for_each_of_them_and_thirty_two_for_the_events()
    {
        await Look([
            .. Flow.Queues.All.Select(queue => (queue, Enumerable.Range(0, 500).Select(i => Message(now.AddSeconds(-i))).ToArray())),
        ]);

        Assert.Equal(32 + (7 * 8), operations.Broker);
    }

    private static ServiceBusReceivedMessage Message(DateTimeOffset enqueued, DateTimeOffset visible = default) =>
        ServiceBusModelFactory.ServiceBusReceivedMessage(enqueuedTime: enqueued, scheduledEnqueueTime: visible);

    private async Task<HealthPart> Look(params (string Queue, ServiceBusReceivedMessage[] Messages)[] there)
    {
        var client = new Mock<ServiceBusClient>();
        client
            .Setup(of => of.CreateReceiver(It.IsAny<string>()))
            .Returns(
                (string queue) =>
                {
                    var receiver = new Mock<ServiceBusReceiver>();
                    receiver
                        .Setup(of => of.PeekMessagesAsync(It.IsAny<int>(), It.IsAny<long?>(), It.IsAny<CancellationToken>()))
                        .ReturnsAsync(
                            (int most, long? _, CancellationToken _) =>
                                [.. there.Where(of => of.Queue == queue).SelectMany(of => of.Messages).Take(most)]
                        );
                    return receiver.Object;
                }
            );
        var clock = new ManualTimeProvider(now);
        var check = new BacklogHealthCheck(client.Object, operations, new Clocks(clock, clock), Options.Create(new HealthOptions()));
        var found = await check.CheckHealthAsync(new HealthCheckContext());
        return HealthPart.Of(
            HealthPartNames.Backlog,
            new HealthReportEntry(found.Status, found.Description, TimeSpan.Zero, found.Exception, found.Data)
        );
    }
}
