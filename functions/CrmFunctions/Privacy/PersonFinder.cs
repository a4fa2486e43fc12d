using CrmFunctions.Customers;
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
        var texts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var anchor in anchors)
        {
            foreach (var happened in (await log.Read(anchor, since: null, cancellationToken)).Events)
                texts.UnionWith(Texts(happened.Customer, handles));
        }

        return new PersonalIdentifiers(handles, texts);
    }

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
