using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;

namespace CrmFunctions.Privacy;

/// <summary>Everybody a request is about: their handles, and the identifiers themselves as the log has them.</summary>
public sealed class PersonFinder(CustomerStore customers, EventLog log)
{
    /// <summary>The customers that handles belong to.</summary>
    public async Task<IReadOnlyList<StoredCustomer>> Find(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Handle, StoredCustomer>();
        foreach (var handle in handles)
        {
            if (await customers.Find(handle, cancellationToken) is { } customer)
                found[customer.Id] = customer;
        }

        return [.. found.Values];
    }

    /// <summary>The last event filed under handles; null where there is none.</summary>
    public async Task<DateTimeOffset?> LastEvent(IEnumerable<Handle> anchors, CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        foreach (var anchor in anchors)
        {
            foreach (var happened in (await log.Read(anchor, since: null, cancellationToken)).Events)
                last = last > happened.OccurredAt ? last : happened.OccurredAt;
        }

        return last;
    }

    /// <summary>
    /// Whether a handle has events or a customer, and the customer it belongs to is not saved yet: it was not decided so far, or is being
    /// joined into another.
    /// </summary>
    public async Task<bool> IsBeingDecided(Handle handle, CancellationToken cancellationToken) =>
        await customers.BeingJoinedSince(handle, cancellationToken) is not null
        || (
            await customers.Find(handle, cancellationToken) is null
            && (await log.Read(handle, since: null, cancellationToken)).Events.Count > 0
        );

    /// <summary>Whether no event is filed under a handle, and none names it.</summary>
    public async Task<bool> IsUnheard(Handle handle, CancellationToken cancellationToken) =>
        (await customers.FindAll(handle, cancellationToken)).Count == 0
        && (await log.Read(handle, since: null, cancellationToken)).Events.Count == 0;

    /// <summary>The identifiers filed under handles: of the person whose they are, and of nobody else.</summary>
    /// <param name="anchors">The handles under which the person's events are filed.</param>
    /// <param name="own">The person's further handles. One that is shared is none of them: others' data may name it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<PersonalIdentifiers> Identify(
        IReadOnlyCollection<Handle> anchors,
        IReadOnlyCollection<Handle> own,
        CancellationToken cancellationToken
    )
    {
        var handles = anchors.Concat(own).ToHashSet();
        var events = new List<CustomerEvent>();
        foreach (var anchor in anchors)
            events.AddRange((await log.Read(anchor, since: null, cancellationToken)).Events);
        var texts = History.VouchedFor(events).SelectMany(happened => Texts(happened.Customer, handles));
        return new PersonalIdentifiers(handles, texts.ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>
    /// A customer's further handles: those under which nothing is filed. Of a customer of whom only claims are known also those that were
    /// claimed together, where nobody else has them.
    /// </summary>
    public async Task<IReadOnlyList<Handle>> Own(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var own = customer.Handles.Where(pair => !pair.Value).Select(pair => Handle.FromKey(pair.Key)!.Value).ToList();
        if (!customer.Claimed.Any() || await IsKnown(customer, cancellationToken))
            return own;
        foreach (var claimed in customer.Claimed)
        {
            if (!await IsAnother(claimed, customer, cancellationToken))
                own.Add(claimed);
        }

        return own;
    }

    /// <summary>
    /// An event's data as the person it belongs to may read them: of a claimed event without the identifiers that are another customer's,
    /// and then without the name that was claimed beside them.
    /// </summary>
    public async Task<JsonElement> DataFor(StoredCustomer customer, EventRow row, CancellationToken cancellationToken)
    {
        var (data, said) = (row.ToData(), row.ToEvent().Customer);
        if (said.Claimed != true)
            return data;
        var kept = JsonObject.Create(data)!;
        var members = kept["customer"]!.AsObject();
        var anothers = 0;
        foreach (
            var (member, alone) in (IReadOnlyList<(string, Identifiers)>)
                [
                    ("id", new(Id: said.Id)),
                    ("unionid", new(UnionId: said.UnionId)),
                    ("openid", new(OpenId: said.OpenId)),
                    ("email", new(Email: said.Email)),
                    ("phone", new(Phone: said.Phone, Region: said.Region)),
                ]
        )
        {
            if (Handle.Strongest(alone, row.Source) is { } handle && await IsAnother(handle, customer, cancellationToken))
                anothers += members.Remove(member) ? 1 : 0;
        }

        if (anothers == 0)
            return data;
        members.Remove("name");
        return JsonSerializer.SerializeToElement(kept, PrivacyJson.Default.JsonObject);
    }

    private async Task<bool> IsKnown(StoredCustomer customer, CancellationToken cancellationToken)
    {
        foreach (var anchor in customer.Filed)
        {
            if ((await log.Read(anchor, since: null, cancellationToken)).Events.Any(happened => happened.Vouches))
                return true;
        }

        return false;
    }

    private async Task<bool> IsAnother(Handle handle, StoredCustomer customer, CancellationToken cancellationToken) =>
        !customer.Handles.ContainsKey(handle.Key)
        && !customer.Shared.Contains(handle)
        && (await customers.FindAll(handle, cancellationToken)).Any(other =>
            other.Id != customer.Id && (other.Handles.ContainsKey(handle.Key) || other.Shared.Contains(handle))
        );

    private static IEnumerable<string> Texts(Identifiers customer, HashSet<Handle> handles)
    {
        string?[] texts = [customer.Id, customer.UnionId, customer.OpenId, customer.Name];
        foreach (var text in texts.OfType<string>())
            yield return text;
        if (customer.Email is { } email && !(Handle.OfEmail(email) is { } byEmail && !handles.Contains(byEmail)))
        {
            yield return email;
            if (Emails.Normalise(email) is { } normal)
                yield return normal;
        }

        if (customer.Phone is { } phone && !(Handle.OfPhone(phone, customer.Region) is { } byPhone && !handles.Contains(byPhone)))
        {
            yield return phone;
            if (Phones.Normalise(phone, customer.Region) is { } normal)
                yield return normal;
        }
    }
}
