using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Privacy;

/// <summary>
/// Takes requests about a person's data, from our own API and from providers' privacy topics, and keeps them as the audit of what was
/// done. A request holds no personal data but what its reason says: the person is named by handles, which are keyed hashes, until it is done.
/// </summary>
/// <remarks>PRIVACY.md says what is erased, what remains, and what later events do.</remarks>
public sealed class PrivacyRequests(
    PrivacyStore store,
    Bus bus,
    Clocks clocks,
    IOptions<JoiningOptions> joining,
    IOptions<PrivacyOptions> options
)
{
    /// <summary>
    /// Requests the erasure of every customer to whom one of the handles belongs. When this returns, it will be done, also when a process
    /// dies.
    /// </summary>
    /// <param name="handles">At least one, such as <see cref="Handle.All"/> of the identifiers that a provider sent.</param>
    /// <param name="by">Who asked: a person, or the source whose privacy topic it is. No personal data of the customer.</param>
    /// <param name="reason">Why. No personal data of the customer.</param>
    /// <param name="occasion">
    /// What names the request for ever, such as source and the provider's id of the delivery: asked again it is the same request. Null: a
    /// new one.
    /// </param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public Task<PrivacyRequest> Erase(
        IReadOnlyList<Handle> handles,
        string by,
        string reason,
        string? occasion,
        CancellationToken cancellationToken
    ) => Ask(handles, by, reason, occasion, cancellationToken);

    /// <summary>
    /// The same for one customer, all of whose handles were shown to the requester: where the customer has more by the time it is carried
    /// out, a steward must approve it once more.
    /// </summary>
    /// <inheritdoc cref="Erase"/>
    public Task<PrivacyRequest> EraseShown(IReadOnlyList<Handle> handles, string by, string reason, CancellationToken cancellationToken) =>
        Ask(handles, by, reason, occasion: null, cancellationToken, wasShown: true);

    /// <summary>
    /// The same for a provider's request: it waits for <see cref="PrivacyOptions.ProviderWait"/>, or for a steward to approve it, and can be
    /// withdrawn until then.
    /// </summary>
    /// <inheritdoc cref="Erase"/>
    public Task<PrivacyRequest> EraseForProvider(
        IReadOnlyList<Handle> handles,
        string by,
        string reason,
        string occasion,
        CancellationToken cancellationToken
    ) => Ask(handles, by, reason, occasion, cancellationToken, options.Value.ProviderWait);

    private async Task<PrivacyRequest> Ask(
        IReadOnlyList<Handle> handles,
        string by,
        string reason,
        string? occasion,
        CancellationToken cancellationToken,
        TimeSpan wait = default,
        bool wasShown = false
    )
    {
        var status = wait > TimeSpan.Zero ? PrivacyRequest.Waiting : PrivacyRequest.Open;
        var (request, isNew) = await Keep(PrivacyRequest.Erase, status, handles, by, reason, occasion, cancellationToken, wait, wasShown);

        // Asked again it is sent again unless it has ended: who died between the row and the queue has no message.
        if (isNew || request.Status is PrivacyRequest.Open or PrivacyRequest.Waiting)
            await Send(request.Id, cancellationToken, request.DueAt);
        return request;
    }

    /// <summary>Has a waiting request to erase carried out now.</summary>
    /// <returns>The request; null where none of this id waits.</returns>
    public async Task<PrivacyRequest?> Approve(string id, string by, string reason, CancellationToken cancellationToken)
    {
        if (await EndWaiting(id, PrivacyRequest.Open, $"approved by {by}: {reason}", cancellationToken) is not { } request)
            return null;
        await Send(id, cancellationToken);
        return request;
    }

    /// <summary>Takes a waiting request to erase back: nothing is erased.</summary>
    /// <returns>The request; null where none of this id waits.</returns>
    public Task<PrivacyRequest?> Withdraw(string id, string by, string reason, CancellationToken cancellationToken) =>
        EndWaiting(id, PrivacyRequest.Withdrawn, $"withdrawn by {by}: {reason}", cancellationToken);

    private async Task<PrivacyRequest?> EndWaiting(string id, string status, string why, CancellationToken cancellationToken)
    {
        while (id.All(char.IsAsciiLetterOrDigit) && await store.Read(id, cancellationToken) is { Status: PrivacyRequest.Waiting } row)
        {
            row.Status = status;
            row.Reason = $"{row.Reason}; {why}";
            row.DueAt = null;
            row.WasShown = false;
            row.DoneAt = status == PrivacyRequest.Withdrawn ? clocks.Now : null;
            if (await store.Replace(row, cancellationToken))
                return PrivacyRequest.Of(row);
        }

        return null;
    }

    /// <summary>Whether a request may be carried out now. One whose time has not come is sent again for when it has.</summary>
    /// <param name="row">The request. Where its time has come, its status becomes open.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<bool> IsDue(PrivacyRow row, CancellationToken cancellationToken)
    {
        if (row.Status is PrivacyRequest.Done or PrivacyRequest.Withdrawn)
            return false;
        if (row.Status != PrivacyRequest.Waiting)
            return true;
        if (row.DueAt is not { } due)
            return false;
        if (clocks.Machine.GetUtcNow() < due)
        {
            await Send(row.RowKey, cancellationToken, due);
            return false;
        }

        row.Status = PrivacyRequest.Open;
        return true;
    }

    /// <summary>
    /// Whether a customer has handles that were not shown to the requester. Then the request waits for a steward.
    /// </summary>
    public async Task<bool> HasGrown(PrivacyRow row, IEnumerable<StoredCustomer> customers, CancellationToken cancellationToken)
    {
        var shown = PrivacyRequest.Of(row).Handles.ToHashSet();
        if (!row.WasShown || customers.All(customer => customer.Handles.Keys.All(key => shown.Contains(key) || IsClaim(key))))
            return false;
        (row.Status, row.DueAt) = (PrivacyRequest.Waiting, null);
        row.Reason = $"{row.Reason}; the customer has more identifiers now than were shown: look again, then approve or withdraw";

        // Where it has changed meanwhile, the next delivery looks again.
        if (!await store.Replace(row, cancellationToken))
            await Send(row.RowKey, cancellationToken);
        return true;
    }

    // An event that is filed under the customer, and no identifier of the customer's: anybody can send one.
    private static bool IsClaim(string key) => Handle.FromKey(key) is { IsClaim: true };

    /// <summary>Asks that events be erased that came after an erasure and tell of what was before it.</summary>
    public async Task EraseLate(Handle handle, CancellationToken cancellationToken)
    {
        const string system = "the suite";
        var (request, _) = await Keep(
            PrivacyRequest.Late,
            PrivacyRequest.Open,
            [handle],
            system,
            "came after the erasure",
            handle.Key,
            cancellationToken
        );
        if (request.Status == PrivacyRequest.Done && await store.Read(request.Id, cancellationToken) is { } row)
        {
            row.Status = PrivacyRequest.Open;
            row.Handles = JsonSerializer.Serialize([handle.Key], PrivacyJson.Default.StringArray);
            await store.Put(row, cancellationToken);
        }

        await Send(request.Id, cancellationToken);
    }

    /// <summary>
    /// Keeps that a person's data were asked for by a provider: a person must look and send them. It stays open until they were exported.
    /// </summary>
    /// <inheritdoc cref="Erase"/>
    public async Task<PrivacyRequest> AskForData(
        IReadOnlyList<Handle> handles,
        string by,
        string reason,
        string? occasion,
        CancellationToken cancellationToken
    ) => (await Keep(PrivacyRequest.Data, PrivacyRequest.Open, handles, by, reason, occasion, cancellationToken)).Request;

    /// <summary>
    /// Keeps that a shop left and asks that what it told of its customers be erased: a person must decide what of theirs is other shops',
    /// too.
    /// </summary>
    /// <inheritdoc cref="Erase"/>
    public async Task<PrivacyRequest> AskForShop(string by, string reason, string occasion, CancellationToken cancellationToken) =>
        (await Keep(PrivacyRequest.Shop, PrivacyRequest.Open, [], by, reason, occasion, cancellationToken)).Request;

    /// <summary>Keeps that a person's data were exported, and closes what providers asked of it.</summary>
    /// <param name="customer">Key of the customer.</param>
    /// <param name="handles">All handles of the person.</param>
    /// <param name="by">As in <see cref="Erase"/>.</param>
    /// <param name="reason">As in <see cref="Erase"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PrivacyRequest> Exported(
        Handle customer,
        IReadOnlySet<string> handles,
        string by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        await foreach (var row in store.OpenData(cancellationToken))
        {
            if (PrivacyRequest.Of(row).Handles.Any(handles.Contains))
                await Close(row, cancellationToken);
        }

        return (await Keep(PrivacyRequest.Export, PrivacyRequest.Done, [customer], by, reason, occasion: null, cancellationToken)).Request;
    }

    /// <summary>Closes a request that people carry out; null where there is none of this id.</summary>
    public async Task<PrivacyRequest?> Close(string id, string by, string reason, CancellationToken cancellationToken)
    {
        if (
            !id.All(char.IsAsciiLetterOrDigit)
            || await store.Read(id, cancellationToken) is not { Kind: PrivacyRequest.Data or PrivacyRequest.Shop } row
        )
            return null;
        if (row.Status == PrivacyRequest.Done)
            return PrivacyRequest.Of(row);
        row.Reason = $"{row.Reason}; closed by {by}: {reason}";
        return await Close(row, cancellationToken);
    }

    private async Task<PrivacyRequest> Close(PrivacyRow row, CancellationToken cancellationToken)
    {
        row.Status = PrivacyRequest.Done;
        row.DoneAt = clocks.Now;
        await store.Put(row, cancellationToken);
        return PrivacyRequest.Of(row);
    }

    /// <summary>
    /// Has a request carried out when the recalculations under way have ended, or their process has died and the message was delivered
    /// again.
    /// </summary>
    public Task CarryOutLater(string request, CancellationToken cancellationToken) =>
        Send(request, cancellationToken, clocks.Machine.GetUtcNow() + joining.Value.LookAfter);

    /// <summary>Takes handles of a person who was erased out of the requests that have ended.</summary>
    public async Task Forget(IReadOnlySet<Handle> handles, CancellationToken cancellationToken)
    {
        await foreach (var row in store.Ended(cancellationToken))
        {
            var named = PrivacyRequest.Of(row).Handles;
            string[] left = [.. named.Where(key => Handle.FromKey(key) is not { } handle || !handles.Contains(handle))];
            if (left.Length == named.Count)
                continue;
            row.Handles = JsonSerializer.Serialize(left, PrivacyJson.Default.StringArray);

            // Where it was opened again meanwhile, it needs them.
            await store.Replace(row, cancellationToken);
        }
    }

    // Never dropped as one that was there before: carried out twice, the second time finds nothing.
    private Task Send(string request, CancellationToken cancellationToken, DateTimeOffset? visibleAt = null) =>
        bus.Send(Flow.Queues.Erasures, [Bus.Message($"{request}:{Guid.NewGuid():N}", new Erasure(request), visibleAt)], cancellationToken);

    private async Task<(PrivacyRequest Request, bool IsNew)> Keep(
        string kind,
        string status,
        IReadOnlyList<Handle> handles,
        string by,
        string reason,
        string? occasion,
        CancellationToken cancellationToken,
        TimeSpan wait = default,
        bool wasShown = false
    )
    {
        if (handles.Count == 0 && kind != PrivacyRequest.Shop)
            throw new ArgumentException("A request names a person by at least one handle.", nameof(handles));
        var now = clocks.Now;
        var row = new PrivacyRow
        {
            RowKey = KeyedHash.Of(
                occasion is null ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : $"{kind}\n{occasion}",
                26
            ),
            Kind = kind,
            Status = status,
            Handles = JsonSerializer.Serialize([.. handles.Select(handle => handle.Key)], PrivacyJson.Default.StringArray),
            By = by,
            Reason = reason,
            AskedAt = now,
            DoneAt = status == PrivacyRequest.Done ? now : null,
            WasShown = wasShown,

            // Real time also where the business clock stands: it is a wait for people.
            DueAt = wait > TimeSpan.Zero ? clocks.Machine.GetUtcNow() + wait : null,
        };
        var isNew = await store.Add(row, cancellationToken);
        return (PrivacyRequest.Of(isNew ? row : await store.Read(row.RowKey, cancellationToken) ?? row), isNew);
    }
}

/// <summary>A request about a person's data, and what became of it.</summary>
/// <param name="Id">The request.</param>
/// <param name="Kind">
/// erase; export; data: a provider asked for the data, open until they were exported; late: events that came after an erasure and told of
/// what was before it; shop: a shop left, and asks that its customers' data be erased, open until a person says it is done.
/// </param>
/// <param name="Status">waiting: until <c>dueAt</c>, or for a steward; open; done; or withdrawn.</param>
/// <param name="Handles">Keys of handles of the person; none of a shop, and none when the person was erased.</param>
/// <param name="By">Who asked.</param>
/// <param name="Reason">Why.</param>
/// <param name="AskedAt">When.</param>
/// <param name="DoneAt">When it was done or withdrawn. Null: not yet.</param>
/// <param name="DueAt">Until then it waits and can be withdrawn. Null: it does not wait.</param>
/// <param name="Found">
/// What was found and erased, by place; the number of events is rounded up to a power of two. Null: not yet, or it is no erasure.
/// </param>
public sealed record PrivacyRequest(
    string Id,
    [property: AllowedValues("erase", "export", "data", "late", "shop")] string Kind,
    [property: AllowedValues("waiting", "open", "done", "withdrawn")] string Status,
    IReadOnlyList<string> Handles,
    string By,
    string Reason,
    DateTimeOffset AskedAt,
    DateTimeOffset? DoneAt,
    DateTimeOffset? DueAt,
    IReadOnlyDictionary<string, int>? Found
)
{
    public const string Erase = "erase";
    public const string Export = "export";
    public const string Data = "data";
    public const string Late = "late";
    public const string Shop = "shop";
    public const string Open = "open";
    public const string Done = "done";
    public const string Waiting = "waiting";
    public const string Withdrawn = "withdrawn";

    /// <summary>The request of a row.</summary>
    public static PrivacyRequest Of(PrivacyRow row) =>
        new(
            row.RowKey,
            row.Kind,
            row.Status,
            JsonSerializer.Deserialize(row.Handles, PrivacyJson.Default.StringArray)!,
            row.By,
            row.Reason,
            row.AskedAt,
            row.DoneAt,
            row.DueAt,
            row.Found is null ? null : JsonSerializer.Deserialize(row.Found, PrivacyJson.Default.DictionaryStringInt32)
        );
}

/// <summary>Asks that a request to erase be carried out, or that what one has set aside come back into the totals.</summary>
/// <param name="Request">The request. Null: it is about what was set aside.</param>
/// <param name="Aside">The name under which it was set aside. Null: it is about a request.</param>
public sealed record Erasure(string? Request, string? Aside = null);
