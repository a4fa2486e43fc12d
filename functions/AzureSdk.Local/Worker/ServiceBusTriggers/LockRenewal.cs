using AzureSdk.Local.Hosting;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>Renews the locks of an invocation's messages, half-way to their end, for as long as host.json allows. On the broker's clock.</summary>
internal sealed class LockRenewal : IDisposable
{
    private readonly MessageSettlement settlement;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly DateTimeOffset until;
    private readonly ITimer? timer;

    internal LockRenewal(MessageSettlement settlement, TimeProvider clock, TimeSpan atMost, ILogger log)
    {
        this.settlement = settlement;
        this.clock = clock;
        this.log = log;
        until = clock.GetUtcNow() + atMost;
        if (atMost > TimeSpan.Zero)
        {
            timer = clock.CreateTimer(_ => _ = Renew(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Set();
        }
    }

    public void Dispose() => timer?.Dispose();

    private void Set()
    {
        var now = clock.GetUtcNow();
        var end = settlement.Open.Select(message => (DateTimeOffset?)message.LockedUntil).Min();
        if (end is { } lockEnd && lockEnd > now && now < until)
        {
            timer!.Change((lockEnd - now) / 2, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Renew()
    {
        if (clock.GetUtcNow() > until)
        {
            return;
        }

        foreach (var message in settlement.Open)
        {
            try
            {
                await settlement.Receiver.RenewMessageLockAsync(message, CancellationToken.None);
            }
            catch (Exception error)
            {
                Log.CannotRenew(log, error, message.MessageId, settlement.Receiver.EntityPath);
            }
        }

        try
        {
            Set();
        }
        catch (ObjectDisposedException)
        {
            // The invocation ended meanwhile.
        }
    }
}
