using System.Collections.Concurrent;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Domain.Service.Plans;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Service.Owners;

/// <summary>The owners as last read: one read every few seconds for any number of events.</summary>
public sealed class Team(OwnerStore store, Clocks clocks, IOptions<Standards.StandardOptions> options) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private ConcurrentDictionary<string, (Owner Owner, int Customers)> members = new(StringComparer.Ordinal);
    private DateTimeOffset read = DateTimeOffset.MinValue;

    /// <summary>Whom a customer goes to; null: nobody has the skills and room.</summary>
    /// <param name="rule">What the plan wants.</param>
    /// <param name="customer">The customer's key.</param>
    /// <param name="full">Owners who have turned out to be full.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Owner?> Choose(OwnerRule rule, string customer, IReadOnlySet<string> full, CancellationToken cancellationToken)
    {
        await Look(cancellationToken);
        return Assignment.Choose(members.Values, rule, customer, full, clocks.Now);
    }

    /// <summary>An owner; null where there is none.</summary>
    public async Task<Owner?> Find(string owner, CancellationToken cancellationToken)
    {
        await Look(cancellationToken);
        return members.TryGetValue(owner, out var known) ? known.Owner : null;
    }

    /// <summary>Counts one customer more for an owner until the next read, so that a burst of new customers is spread.</summary>
    public void Note(string owner)
    {
        if (members.TryGetValue(owner, out var known))
            members[owner] = (known.Owner, known.Customers + 1);
    }

    /// <summary>Marks an owner as full until the next read.</summary>
    public void NoteFull(string owner)
    {
        if (members.TryGetValue(owner, out var known))
            members[owner] = (known.Owner, int.MaxValue);
    }

    /// <summary>Has it looked at anew when it is asked next.</summary>
    public void Forget() => read = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private async Task Look(CancellationToken cancellationToken)
    {
        if (clocks.Machine.GetUtcNow() - read < options.Value.FollowEvery)
            return;
        await one.WaitAsync(cancellationToken);
        try
        {
            if (clocks.Machine.GetUtcNow() - read < options.Value.FollowEvery)
                return;
            var rows = await store.ReadAll(cancellationToken);
            members = new(
                rows.Select(row => KeyValuePair.Create(row.PartitionKey, (row.ToOwner(), row.Customers))),
                StringComparer.Ordinal
            );
            read = clocks.Machine.GetUtcNow();
        }
        finally
        {
            one.Release();
        }
    }
}
