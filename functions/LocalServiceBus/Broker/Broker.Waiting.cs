namespace LocalServiceBus;

/// <content>Receivers that wait: first come, first served, at the instant that a message becomes available.</content>
internal sealed partial class Broker
{
    // A timer cannot be set further ahead than 49 days; looking once a day costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, WaitingList> waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Reception> served = [];
    private readonly ITimer timer;
    private long? timerSet;

    /// <summary>How many receivers wait at a queue.</summary>
    public int Waiting(Entity entity)
    {
        lock (gate)
            return waiting.TryGetValue(entity.Path, out var list) ? list.Receptions.Count : 0;
    }

    /// <summary>Notes that something may have become available; only within a transaction.</summary>
    private void Look(Entity entity)
    {
        if (waiting.TryGetValue(entity.Path, out var list))
            list.Changed = true;
    }

    private void LookAtAll()
    {
        timerSet = null;
        foreach (var list in waiting.Values)
            list.Changed = true;
    }

    private void Wait(Reception reception)
    {
        if (!waiting.TryGetValue(reception.Entity.Path, out var list))
            waiting[reception.Entity.Path] = list = new WaitingList(reception.Entity);
        reception.Waits = list.Receptions.AddLast(reception);
        list.Changed = true;
    }

    private void EndWait(Reception reception)
    {
        if (!waiting.TryGetValue(reception.Entity.Path, out var list))
            return;
        Serve(list);
        if (list.Receptions.Remove(reception))
            served.Add(reception);
    }

    private void Serve()
    {
        // Bringing one queue up to the present can change another: its dead-letter queue.
        while (waiting.Values.FirstOrDefault(list => list.Changed) is { } list)
            Serve(list);
    }

    private void Serve(WaitingList list)
    {
        if (!list.Changed)
            return;
        list.Changed = false;
        if (list.Receptions.Count == 0)
        {
            list.Next = null;
            return;
        }

        var now = Now();
        BringUpTo(now, list.Entity);
        list.Changed = false;
        while (
            list.Receptions.First is { Value: var reception }
            && Take(list.Entity, reception.Max, reception.Delete, now) is { Count: > 0 } messages
        )
        {
            reception.Taken = messages;
            served.Add(reception);
            list.Receptions.RemoveFirst();
        }

        list.Next = list.Receptions.Count == 0 ? null : NextChange(list.Entity);
    }

    private void AnswerServed()
    {
        foreach (var reception in served)
        {
            if (reception.Taken.Count > 0)
                BrokerOperations.Count("receive", reception.Entity, reception.Taken.Select(message => message.Content));
            reception.Answer();
        }

        served.Clear();
    }

    // The file failed: nobody was served. They wait on, and are looked after again in a while.
    private void TakeBackServed()
    {
        for (var i = served.Count - 1; i >= 0; i--)
        {
            if (served[i].Taken.Count == 0)
                continue;
            served[i].Taken = [];
            waiting[served[i].Entity.Path].Receptions.AddFirst(served[i]);
            served.RemoveAt(i);
        }

        foreach (var list in waiting.Values.Where(list => list.Receptions.Count > 0))
            list.Next = Now() + (long)AfterFailure.TotalMilliseconds;
    }

    private void SetTimer()
    {
        var next = waiting.Values.Min(list => list.Next);
        if (next == timerSet)
            return;
        timerSet = next;
        timer.Change(next is { } at ? Until(at) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Until(long at)
    {
        var left = Time(at) - Clock.GetUtcNow();
        if (left >= LongestWait)
            return LongestWait;
        // Timers count whole milliseconds and would fire early; the stored instants are whole milliseconds themselves.
        return left <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
    }

    private void EndAllWaits()
    {
        foreach (var reception in waiting.Values.SelectMany(list => list.Receptions))
            reception.Answer();
        waiting.Clear();
    }

    private sealed class WaitingList(Entity entity)
    {
        public Entity Entity { get; } = entity;

        public LinkedList<Reception> Receptions { get; } = [];

        public bool Changed { get; set; }

        /// <summary>When time alone next changes something.</summary>
        public long? Next { get; set; }
    }
}

/// <summary>A receive that goes on until there is a message.</summary>
internal sealed class Reception(Entity entity, int max, bool delete)
{
    private readonly TaskCompletionSource<IReadOnlyList<StoredMessage>> messages = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Entity Entity { get; } = entity;

    public int Max { get; } = max;

    public bool Delete { get; } = delete;

    /// <summary>Null until the broker knows of it.</summary>
    public LinkedListNode<Reception>? Waits { get; set; }

    public IReadOnlyList<StoredMessage> Taken { get; set; } = [];

    /// <summary>What was received; none if it was ended first.</summary>
    public Task<IReadOnlyList<StoredMessage>> Messages => messages.Task;

    /// <summary>Ends the wait with what was taken.</summary>
    public void Answer() => messages.TrySetResult(Taken);
}
