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
/// nothing else.
/// </summary>
public sealed class CalendarLinks(IOptions<CalendarOptions> options)
{
    private const string Use = "calendar";

    /// <summary>The token of an owner; null where no key is set.</summary>
    public string? For(string owner) => options.Value.Bytes is { } key ? AddressTokens.Make(key, Use, owner) : null;

    /// <summary>Whose feed a token is; null where it was not made here.</summary>
    public string? Read(string token) => options.Value.Bytes is { } key ? AddressTokens.Read([key], Use, token) : null;
}

/// <summary>Gives the address of an owner's calendar feed.</summary>
public sealed class GetCalendarLink(OwnerStore owners, CalendarLinks links)
{
    [Operation(ApiTag.Service, "The address of an owner's calendar feed（日历订阅地址）")]
    [Answers(200, "A path that is its own key; it shows the duties and nothing else.", typeof(CalendarLink))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCalendarLink))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.OwnerCalendar)] HttpRequest request,
        string owner,
        CancellationToken cancellationToken
    )
    {
        if (!Caller.MaySee(owner))
            return CustomerOwner.NotYours();
        if (await owners.Find(owner, cancellationToken) is null)
            return CustomerOwner.NoOwner(owner);
        return links.For(owner) is { } token
            ? TypedResults.Json(new CalendarLink(owner, $"/api/calendar/{token}"), CalendarJson.Default.CalendarLink)
            : new Problem(
                ProblemKind.NotFound,
                $"There are no calendar feeds: set {CalendarOptions.Section}__Key to base64 of 32 bytes first."
            ).ToResult();
    }
}

/// <summary>An owner's duties as a calendar subscribes to them.</summary>
public sealed class GetCalendar(CalendarLinks links, DutyReader reader, TieringEngine engine)
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
        if (links.Read(token) is not { } owner || await reader.Read(owner, language, cancellationToken) is not { } duties)
        {
            return new Problem(ProblemKind.NotFound, "No calendar has this address; ask for a new one.").ToResult();
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById(engine.Standard.TimeZone);
        var name = Language.IsChinese(language) ? $"客户待办 {owner}" : $"Customers: {owner}";
        var text = DutyFeed.Write(
            name,
            duties.Select(duty => new FeedDuty(
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
        );
        return TypedResults.Content(text, DutyFeed.ContentType);
    }
}

/// <summary>The address of a feed.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Path">Below the suite's address.</param>
public sealed record CalendarLink(string Owner, string Path);

/// <summary>JSON of the answers about calendars.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CalendarLink))]
internal sealed partial class CalendarJson : JsonSerializerContext;
