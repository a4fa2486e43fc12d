using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;

namespace CrmFunctions.Customers.People;

/// <summary>Takes decisions of ours about who is who: into the log first, like events.</summary>
public sealed class RulingWriter(CustomerStore customers, HandleIndex handles, EventLog log, Clocks clocks)
{
    private const int LongestReason = 1024;
    private const int LongestOwnId = 600;

    /// <summary>Who decided, by the key, and why, by the body.</summary>
    public static (string By, string Reason) WhoAndWhy(RequestFields fields)
    {
        var reason = fields.Text("reason", LongestReason);
        AuditTrail.Because(reason);
        return (Caller.CurrentName, reason);
    }

    /// <summary>Reads two customers.</summary>
    /// <returns>Empty where they cannot be taken; the fields say why.</returns>
    public async Task<IReadOnlyList<(Handle Asked, StoredCustomer Customer)>> ReadPair(
        RequestFields fields,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(Handle, StoredCustomer)>();
        var ids = fields.Texts("customers", 2, LongestOwnId);
        for (var i = 0; i < ids.Count; i++)
        {
            var named = Handle.FromKey(ids[i]) ?? Handle.OfOwnId(ids[i]);
            if (named is { } handle && await customers.Follow(handle, cancellationToken) is { } customer)
                found.Add((handle, customer));
            else
                fields.Refuse($"customers[{i}]", "is no customer; send the customerId of an answer, or source:id");
        }

        if (found is [var (one, _), var (other, _)] && one == other)
            fields.Refuse("customers", "are the same id twice; send two");
        return fields.Problem is null ? found : [];
    }

    /// <summary>Files a ruling about two handles.</summary>
    public Task<Ruling> File(RulingKind kind, Handle one, Handle other, string by, string reason, CancellationToken cancellationToken) =>
        File(kind, one < other ? (one, other) : (other, one), by, reason, cancellationToken);

    private async Task<Ruling> File(
        RulingKind kind,
        (Handle One, Handle Other) pair,
        string by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        // Real time even where the business clock stands: the last word about a pair must be the last.
        var at = Domain.Events.Instants.Milliseconds(clocks.Machine.GetUtcNow());
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"people-{at.UtcTicks:D19}-{Base32.Hash($"{kind}\n{pair.One}\n{pair.Other}\n{Guid.NewGuid()}", 12)}"
        );
        var ruling = new Ruling(id, kind, pair.One, pair.Other, at);
        await log.File(ruling, by, reason, cancellationToken);

        // At both handles before it is answered: until the customers are who it says, nothing irreversible is done to either.
        await handles.Index(ruling, ruling.One, cancellationToken);
        if (!ruling.IsAboutOne)
            await handles.Index(ruling, ruling.Other, cancellationToken);
        return ruling;
    }
}
