using System.Globalization;
using System.Text.Json.Serialization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Service.Feed;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Service.Duties;

/// <summary>
/// Makes and reads the addresses of calendar feeds: a calendar cannot send a key, so the address is one. It shows one owner's duties and
/// nothing else, until a day, or until the owner's addresses are renewed.
/// </summary>
public sealed class CalendarLinks(IOptions<CalendarOptions> options, Clocks clocks)
{
    private const string Use = "calendar";

    /// <summary>Whether there are feeds at all.</summary>
    public bool Exist => options.Value.Bytes is not null;

    /// <summary>An address of an owner's feed. Its end is a whole day, so that it is the same all day.</summary>
    /// <exception cref="InvalidOperationException">There are no feeds.</exception>
    public CalendarLink For(OwnerRow owner)
    {
        var key = options.Value.Bytes ?? throw new InvalidOperationException($"{CalendarOptions.Section}__Key is not set.");
        var until = DateOnly.FromDateTime((clocks.Machine.GetUtcNow() + options.Value.Lasts).UtcDateTime);
        var about = string.Create(CultureInfo.InvariantCulture, $"{owner.PartitionKey} {owner.CalendarSerial} {until:yyyy-MM-dd}");
        return new CalendarLink(owner.PartitionKey, $"/api/calendar/{AddressTokens.Make(key, Use, about)}", until);
    }

    /// <summary>What a token says; null where it was not made here, or has ended.</summary>
    public CalendarToken? Read(string token)
    {
        if (
            options.Value.Bytes is not { } key
            || AddressTokens.Read([key], Use, token)?.Split(' ') is not [var owner, var number, var day]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until)
        )
            return null;
        return until >= DateOnly.FromDateTime(clocks.Machine.GetUtcNow().UtcDateTime) ? new CalendarToken(owner, serial, until) : null;
    }
}

/// <summary>What the address of a feed says.</summary>
/// <param name="Owner">Whose feed it is.</param>
/// <param name="Serial">How often the owner's address had been renewed.</param>
/// <param name="Until">The last day on which it is good. UTC.</param>
public sealed record CalendarToken(string Owner, int Serial, DateOnly Until);

/// <summary>Gives the address of an owner's calendar feed.</summary>
public sealed class GetCalendarLink(OwnerStore owners, CalendarLinks links)
{
    [Operation(ApiTag.Service, "The address of an owner's calendar feed（日历订阅地址）")]
    [Answers(200, "A path that is its own key; it shows the duties and nothing else.", typeof(CalendarLink))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCalendarLink))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.OwnerCalendar)] HttpRequest request,
        string owner,
        CancellationToken cancellationToken
    ) => Answer(owner, owners.Find, links, cancellationToken);

    internal static async Task<IResult> Answer(
        string owner,
        Func<string, CancellationToken, Task<OwnerRow?>> read,
        CalendarLinks links,
        CancellationToken cancellationToken
    )
    {
        if (!Caller.MaySee(owner))
            return CustomerOwner.NotYours();
        if (!links.Exist)
        {
            return new Problem(
                ProblemKind.NotFound,
                $"There are no calendar feeds: set {CalendarOptions.Section}__Key to base64 of 32 bytes first."
            ).ToResult();
        }

        return await read(owner, cancellationToken) is { } row
            ? TypedResults.Json(links.For(row), CalendarJson.Default.CalendarLink)
            : CustomerOwner.NoOwner(owner);
    }
}

/// <summary>Ends the addresses of one owner's calendar feed, and gives a new one.</summary>
public sealed class RenewCalendarLink(OwnerStore owners, CalendarLinks links)
{
    [Operation(ApiTag.Service, "End the addresses of an owner's calendar feed, and get a new one（更换日历订阅地址）")]
    [Answers(200, "The new one; those of before are 404 from now on.", typeof(CalendarLink))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(RenewCalendarLink))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.OwnerCalendar)] HttpRequest request,
        string owner,
        CancellationToken cancellationToken
    ) => GetCalendarLink.Answer(owner, owners.RenewCalendar, links, cancellationToken);
}

/// <summary>An owner's duties as a calendar subscribes to them.</summary>
public sealed class GetCalendar(CalendarLinks links, OwnerStore owners, DutyReader reader, TieringEngine engine)
{
    [Operation(ApiTag.Service, "An owner's duties as iCalendar（待办日历）")]
    [Language]
    [Answers(200, "RFC 5545.", typeof(string), ContentType = "text/calendar")]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCalendar))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.CalendarFeed)] HttpRequest request,
        string token,
        CancellationToken cancellationToken
    )
    {
        var language = CustomerReader.LanguageOf(request);
        if (
            links.Read(token) is not { } address
            || (await owners.Find(address.Owner, cancellationToken))?.CalendarSerial != address.Serial
            || await reader.Read(address.Owner, language, cancellationToken) is not { } duties
        )
            return new Problem(ProblemKind.NotFound, "No calendar has this address, or no longer; ask for a new one.").ToResult();

        var zone = TimeZoneInfo.FindSystemTimeZoneById(engine.Standard.TimeZone);
        var name = Language.IsChinese(language) ? $"客户待办 {address.Owner}" : $"Customers: {address.Owner}";
        var text = DutyFeed.Write(
            name,
            duties
                .Select(duty => new FeedDuty(
                    $"{duty.Id}@crm",
                    $"{duty.Label}: {duty.Name ?? duty.CustomerId}",
                    $"{duty.Why}\n{duty.CustomerId}",
                    duty.Since,
                    WallClock.DayOf(duty.Due, zone),
                    duty.Due,
                    duty.Overdue ? 1 : 5,
                    Url: null,
                    duty.Opened
                ))
                .Append(EndOf(address, language))
        );
        return TypedResults.Content(text, DutyFeed.ContentType);
    }

    // The day on which the feed falls silent stands in it, so that nobody has to remember it.
    private static FeedDuty EndOf(CalendarToken address, string language)
    {
        var day = new DateTimeOffset(address.Until, TimeOnly.MinValue, TimeSpan.Zero);
        return new FeedDuty(
            $"calendar-{address.Serial}-{address.Until:yyyy-MM-dd}@crm",
            Language.IsChinese(language)
                ? "日历订阅地址今天到期，请换新地址"
                : "The address of this calendar ends today: subscribe to a new one",
            $"GET /api/owners/{address.Owner}/calendar",
            day,
            address.Until,
            DueAt: null,
            Priority: 5,
            Url: null,
            day
        );
    }
}

/// <summary>The address of a feed.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Path">Below the suite's address.</param>
/// <param name="Until">The last day on which it is good. UTC.</param>
public sealed record CalendarLink(string Owner, string Path, DateOnly Until);

/// <summary>JSON of the answers about calendars.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CalendarLink))]
internal sealed partial class CalendarJson : JsonSerializerContext;
