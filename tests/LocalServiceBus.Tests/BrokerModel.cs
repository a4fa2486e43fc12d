namespace LocalServiceBus.Tests;

/// <summary>A queue as the documentation describes it: a list, and a clock that ticks every second. No laziness, no storage.</summary>
internal sealed class BrokerModel(QueueSettings queue)
{
    private readonly List<Item> items = [];
    private readonly Dictionary<string, int> accepted = [];
    private long lastNumber;
    private int now;

    public sealed class Item
    {
        public required long Number { get; set; }

        public required string Id { get; init; }

        public int? TimeToLive { get; init; }

        public int? Scheduled { get; set; }

        public int? Expires { get; set; }

        public int? LockedUntil { get; set; }

        public bool Deferred { get; set; }

        public bool Dead { get; set; }

        public string? Reason { get; set; }

        public int Failed { get; set; }

        public int Delivery { get; set; }
    }

    /// <summary>All there is, as peeking shows it: number, id, state, failures, and why it is dead.</summary>
    public IReadOnlyList<(long Number, string Id, MessageState State, int Failed, string? Reason)> Look(bool dead) =>
        [
            .. items
                .Where(item => item.Dead == dead)
                .OrderBy(item => item.Number)
                .Select(item =>
                    (
                        item.Number,
                        item.Id,
                        item.Scheduled is not null ? MessageState.Scheduled
                        : item.Deferred ? MessageState.Deferred
                        : MessageState.Active,
                        item.Failed,
                        item.Reason
                    )
                ),
        ];

    public long Send(string id, int? timeToLive, int? delay)
    {
        if (accepted.TryGetValue(id, out var at) && now - at < (int)queue.DuplicateDetectionHistoryTimeWindow.TotalSeconds)
            return 0;
        accepted[id] = now;
        var waits = delay > 0;
        items.Add(
            new Item
            {
                Number = ++lastNumber,
                Id = id,
                TimeToLive = timeToLive,
                Scheduled = waits ? now + delay : null,
                Expires = waits ? null : now + timeToLive,
            }
        );
        return lastNumber;
    }

    public bool Cancel(long number) => items.RemoveAll(item => item.Number == number && item.Scheduled is not null) == 1;

    public IReadOnlyList<Item> Receive(bool dead, int max)
    {
        List<Item> got = [.. items.Where(item => item.Dead == dead && IsAvailable(item)).OrderBy(item => item.Number).Take(max)];
        foreach (var item in got)
            Lock(item);
        return got;
    }

    public Item? ReceiveDeferred(long number)
    {
        if (items.Find(i => i.Number == number && !i.Dead && i.Deferred && i.LockedUntil is null) is not { } item)
            return null;
        if (item.Expires <= now)
        {
            Kill(item, "TTLExpiredException");
            return null;
        }

        Lock(item);
        return item;
    }

    public bool Complete(Item item, int delivery) => IsMine(item, delivery) && items.Remove(item);

    public bool Abandon(Item item, int delivery)
    {
        if (!IsMine(item, delivery))
            return false;
        Fail(item);
        Settle();
        return true;
    }

    public bool Defer(Item item, int delivery)
    {
        if (!IsMine(item, delivery))
            return false;
        (item.LockedUntil, item.Deferred) = (null, true);
        return true;
    }

    public bool DeadLetter(Item item, int delivery)
    {
        if (!IsMine(item, delivery))
            return false;
        Kill(item, "by hand");
        return true;
    }

    public bool Renew(Item item, int delivery)
    {
        if (!IsMine(item, delivery))
            return false;
        item.LockedUntil = now + (int)queue.LockDuration.TotalSeconds;
        return true;
    }

    public void Tick()
    {
        now++;
        foreach (var item in items.Where(item => item.LockedUntil <= now))
            Fail(item);
        foreach (var item in items.Where(item => item.Scheduled <= now).OrderBy(item => item.Number))
            (item.Number, item.Scheduled, item.Expires) = (++lastNumber, null, now + item.TimeToLive);
        Settle();
    }

    private static bool IsAvailable(Item item) => item.Scheduled is null && !item.Deferred && item.LockedUntil is null;

    private void Settle()
    {
        foreach (var item in items.Where(item => !item.Dead && IsAvailable(item) && item.Expires <= now))
            Kill(item, "TTLExpiredException");
    }

    private bool IsMine(Item item, int delivery) => items.Contains(item) && item.LockedUntil is not null && item.Delivery == delivery;

    private void Lock(Item item)
    {
        item.Delivery++;
        item.LockedUntil = now + (int)queue.LockDuration.TotalSeconds;
    }

    private void Fail(Item item)
    {
        item.LockedUntil = null;
        item.Failed++;
        if (!item.Dead && item.Failed >= queue.MaxDeliveryCount)
            Kill(item, "MaxDeliveryCountExceeded");
    }

    private static void Kill(Item item, string reason) =>
        (item.Dead, item.Deferred, item.LockedUntil, item.Expires, item.Reason) = (true, false, null, null, reason);
}
