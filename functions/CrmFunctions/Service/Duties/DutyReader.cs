using System.Text.Json.Serialization;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;

namespace CrmFunctions.Service.Duties;

/// <summary>Reads an owner's duties: the list says for which customers, the customer's state says what.</summary>
public sealed class DutyReader(DutyLists lists, CustomerStore customers, OwnerStore owners, TieringEngine engine, Clocks clocks)
{
    private const int AtOnce = 16;

    /// <summary>
    /// All open duties of an owner, the most valuable customer first; also those of owners on leave for whom this one stands in.
    /// </summary>
    /// <param name="owner">An owner, or the pool.</param>
    /// <param name="language"><c>zh-CN</c> or <c>en</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null: there is no such owner.</returns>
    public async Task<IReadOnlyList<DutyItem>?> Read(string owner, string language, CancellationToken cancellationToken)
    {
        var now = clocks.Now;
        List<string> read = [owner];
        if (owner != Owner.Pool)
        {
            var team = await owners.ReadAll(cancellationToken);
            if (team.All(row => row.PartitionKey != owner))
                return null;
            read.AddRange(
                team.Where(row => row.PartitionKey != owner && Assignment.Acting(row.ToOwner(), now) == owner)
                    .Select(row => row.PartitionKey)
            );
        }

        var items = new List<DutyItem>();
        foreach (var list in read)
        {
            var rows = new List<ListRow>();
            await foreach (var row in lists.Read(list, cancellationToken))
                rows.Add(row);
            foreach (var some in rows.Chunk(AtOnce))
                items.AddRange(
                    (
                        await Task.WhenAll(some.Select(row => Items(row, list == owner ? null : list, now, language, cancellationToken)))
                    ).SelectMany(found => found)
                );
        }

        return [.. items.OrderByDescending(item => item.Worth).ThenBy(item => item.Due).ThenBy(item => item.Id, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<DutyItem>> Items(
        ListRow row,
        string? instead,
        DateTimeOffset now,
        string language,
        CancellationToken cancellationToken
    )
    {
        var customer = Handle.FromKey(row.RowKey) is { } handle ? await customers.Follow(handle, cancellationToken) : null;
        if (customer is null || customer.Id.Key != row.RowKey || customer.Service.List != row.PartitionKey)
        {
            await lists.Mend(row, cancellationToken);
            return [];
        }

        var decided = customer.Decided!;
        var tier = engine.LabelOf(decided.Tier, language);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(engine.Standard.TimeZone);
        var name = Profile.Of(customer.Snapshot.Events).Name is [var word, ..] ? word.Value : null;
        var visit = AnnouncedTier
            .Served(customer.Service.Standings, engine.InForce.Plans)
            .FirstOrDefault(served => served.Tier.Visits is not null)
            .Tier?.VisitTime;
        return
        [
            .. customer.Service.Open.Select(duty => new DutyItem(
                DutyRow.IdOf(customer.Id, duty.Name),
                customer.Id.Key,
                name,
                decided.Tier,
                tier,
                decided.Stage.Code(),
                duty.Kind.Code(),
                duty.Kind.LabelIn(language),
                DutyText.Of(duty, tier, decided.LastOrderAt, now, zone, language),
                duty.Since,
                duty.Opened,
                duty.Due,
                now >= duty.Due,
                now >= duty.Escalates,
                customer.Service.Worth ?? 0m,
                engine.Standard.Currency,
                instead,
                duty.Kind == ObligationKind.Revisit ? visit : null
            )),
        ];
    }
}

/// <summary>A line of the morning list.</summary>
/// <param name="Id">Names the duty.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Name">As sources last said.</param>
/// <param name="Tier">The tier.</param>
/// <param name="TierLabel">What people call it.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Kind">What has to be done.</param>
/// <param name="Label">What people call that.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Since">From when on it is owed. UTC.</param>
/// <param name="Opened">When it came on the list. UTC.</param>
/// <param name="Due">To be done by then. UTC.</param>
/// <param name="Overdue">It is late.</param>
/// <param name="Escalated">The lead was told, or is about to be.</param>
/// <param name="Worth">What the customer is worth in a year.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="For">The owner for whom it is seen to; null: one's own.</param>
/// <param name="Takes">What the plan has as the time of a visit. Null: not said.</param>
public sealed record DutyItem(
    string Id,
    string CustomerId,
    string? Name,
    string Tier,
    string TierLabel,
    string Stage,
    string Kind,
    string Label,
    string Why,
    DateTimeOffset Since,
    DateTimeOffset Opened,
    DateTimeOffset Due,
    bool Overdue,
    bool Escalated,
    decimal Worth,
    string Currency,
    string? For,
    [property: Example("PT30M")] [property: JsonConverter(typeof(IsoDuration))] TimeSpan? Takes
);
