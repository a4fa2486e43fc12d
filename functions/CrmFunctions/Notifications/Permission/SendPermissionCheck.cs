using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Pacing;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Permission;

/// <summary>Asks, right before a send, whether a message may go: consent, suppression, control group, quiet hours, caps.</summary>
public sealed class SendPermissionCheck(
    ConsentStore consents,
    Reservations reservations,
    Clocks clocks,
    IOptions<PermissionOptions> options
)
{
    /// <summary>When a touch is worth nothing any more.</summary>
    public DateTimeOffset ExpiryOf(Touch touch) => touch.Expires ?? touch.AskedAt + options.Value.Keep;

    /// <summary>The verdict on a message to a customer. Where it may go, its place in the caps is taken.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="profile">What sources say of it.</param>
    /// <param name="touch">What is to be said.</param>
    /// <param name="channel">What would carry it.</param>
    /// <param name="address">Where to; null: there is none.</param>
    /// <param name="key">The message's name among those that count.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<SendDecision> Of(
        StoredCustomer customer,
        Profile profile,
        Touch touch,
        IChannel channel,
        string? address,
        string key,
        CancellationToken cancellationToken
    )
    {
        var (now, purpose) = (clocks.Now, Purposes.FromCode(touch.Purpose)!.Value);
        if (!touch.Audience.IsCustomer)
        {
            return now >= ExpiryOf(touch) ? new SendDecision.Suppressed(SendReasons.Expired)
                : address is null ? new SendDecision.Suppressed(SendReasons.NoAddress)
                : new SendDecision.Allowed();
        }

        var handles = customer.Handles.Keys.Select(one => Handle.FromKey(one)!.Value).Concat(HandlesOf(channel.Medium, address));
        var entries = (await consents.Read(handles, cancellationToken))
            .Where(row => IsAbout(row, channel.Medium, address))
            .Select(row => row.ToEntry())
            .ToList();
        var phone = profile.Phone is [var said, ..] ? Phones.Normalise(said.Value, said.Region) : null;
        var zones = Zones.Of(profile.TimeZone is [var zone, ..] ? zone.Value : null, phone, options.Value.Zones);
        SendRequest Asking(SlidingWindows taken) =>
            new(
                purpose,
                channel.Medium,
                address is not null,
                ExpiryOf(touch),
                entries,
                options.Value.Control.Has(customer.Id),
                zones,
                taken
            );

        if (purpose == Purpose.Transactional)
            return Permissions.Of(Asking(SlidingWindows.Empty), options.Value.Hours, options.Value.Caps, now);
        return await reservations.TakeIf(
            CapOf(customer, channel),
            key,
            options.Value.Caps,
            now,
            taken => Permissions.Of(Asking(taken), options.Value.Hours, options.Value.Caps, now),
            cancellationToken
        );
    }

    /// <summary>Gives a place in the caps back: nothing was delivered.</summary>
    public Task Release(StoredCustomer customer, Touch touch, IChannel channel, string key, CancellationToken cancellationToken) =>
        touch.Audience.IsCustomer && touch.Purpose == Purpose.Marketing.Code()
            ? reservations.Release(CapOf(customer, channel), key, cancellationToken)
            : Task.CompletedTask;

    /// <summary>Notes that an address does not exist: the receiver has said so.</summary>
    public async Task NoteBounce(IChannel channel, string? address, string source, CancellationToken cancellationToken)
    {
        foreach (var handle in HandlesOf(channel.Medium, address))
        {
            await consents.Add(
                handle,
                channel.Medium,
                Consents.Any,
                ConsentState.Bounced,
                clocks.Now,
                source,
                wording: null,
                evidence: null,
                cancellationToken
            );
        }
    }

    // A bounce is of one address: who has another one now is written to.
    private static bool IsAbout(ConsentRow row, string medium, string? address) =>
        row.State != nameof(ConsentState.Bounced) || HandlesOf(medium, address).Any(handle => handle.Key == row.PartitionKey);

    private static IEnumerable<Handle> HandlesOf(string medium, string? address)
    {
        if (address is null)
            yield break;
        if (medium == Medium.Email && Handle.OfEmail(address) is { } email)
            yield return email;
        if (medium == Medium.Sms && Handle.OfPhone(address) is { } phone)
            yield return phone;
    }

    private static ReservationKey CapOf(StoredCustomer customer, IChannel channel) => new(customer.Id.Key, $"cap|{channel.Medium}");
}
