using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Telemetry;
using CrmFunctions.TestKit;
using LocalServiceBus;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Messaging;

public sealed class DebounceTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void With_any_clock_skew_and_write_time_a_message_is_seen_after_the_write()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 20_000; i++)
        {
            var options = new DebounceOptions
            {
                Window = TimeSpan.FromMilliseconds(random.Next(100, 5000)),
                ClockSkew = TimeSpan.FromMilliseconds(random.Next(0, 1000)),
            };
            options.Margin = options.ClockSkew + TimeSpan.FromMilliseconds(random.Next(1, 2000));

            // The broker's clock is the true one; ours is off by at most the skew allowed for.
            var off = options.ClockSkew * ((random.NextDouble() * 2) - 1);
            var asked = start.AddMilliseconds(random.Next(0, 100_000));
            var written = asked.AddMilliseconds(random.Next(0, 10) == 0 ? random.Next(0, 20_000) : random.Next(0, 2000));
            var first = DebounceWindow.At(asked + off, options);

            Assert.True(
                first.VisibleAt > asked,
                "The message of a window is never seen before somebody asked in that window: else asking again would be dropped."
            );
            if (!first.MayHavePassed(written + off, options))
            {
                Assert.True(first.VisibleAt >= written);
                continue;
            }

            var second = DebounceWindow.At(written + off, options);
            Assert.NotEqual(first.Number, second.Number);
            Assert.True(second.VisibleAt > written);
        }
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(5.0, 2)]
    public async Task A_write_that_took_too_long_is_asked_for_again(double secondsOfWriting, int messages)
    {
        var folder = Directory.CreateTempSubdirectory("debounce-").FullName;
        try
        {
            await using var bus = await ServiceBusServer.Start(
                new ServiceBusServerOptions
                {
                    DataFile = Path.Combine(folder, "bus.db"),
                    QueuesFile = Path.Combine(AppContext.BaseDirectory, "servicebus.json"),
                }
            );
            await using var client = new ServiceBusClient(bus.ConnectionString);
            var clock = new ManualTimeProvider(start);
            var requests = new RecalculationRequests(
                new Bus(client, new OperationCount()),
                new Clocks(clock, clock),
                Options.Create(new DebounceOptions())
            );
            Handle[] handles = [Handle.OfId("shop", "42")];

            var asked = await requests.Ask(handles, CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(secondsOfWriting));
            await requests.AskAgainIfLate(handles, asked, CancellationToken.None);

            await using var receiver = client.CreateReceiver(Flow.Queues.Recalculations);
            Assert.Equal(messages, (await receiver.PeekMessagesAsync(10)).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
