using CrmFunctions.Http;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>What is read of a request, and for how long.</summary>
public sealed class LimitTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task A_body_that_trickles_is_given_up_when_its_time_is_over()
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new Trickle();
        var reading = new HookLimits(new Clocks(clock, clock), Options.Create(new HookOptions())).Read(request, CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(reading.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        var (delivery, problem) = await reading;

        Assert.Null(delivery);
        Assert.Equal((ProblemKind.Slow, 408), (problem!.Kind, problem.Kind.Status));
    }

    [Fact]
    public async Task A_sender_that_hangs_up_is_not_a_slow_one()
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new Trickle();
        using var gone = new CancellationTokenSource();
        var reading = new HookLimits(new Clocks(clock, clock), Options.Create(new HookOptions())).Read(request, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    // One byte, and then never another.
    private sealed class Trickle : MemoryStream
    {
        private int read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (read++ == 0)
            {
                buffer.Span[0] = (byte)'{';
                return 1;
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
