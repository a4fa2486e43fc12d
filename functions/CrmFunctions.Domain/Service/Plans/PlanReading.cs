using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Service.Plans;

/// <summary>Reads one plan, member by member.</summary>
internal static class PlanReading
{
    private static readonly string[] messageMembers = ["template", "channels", "variables"];

    public static Plan? Plan(JsonFields fields, string version)
    {
        fields.Know("scheme", "from", "timeZone", "calendar", "tiers");
        var scheme = fields.Words("scheme") ?? "";
        if (scheme.Length > 40 || scheme.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            fields.Refuse("scheme", "must be 1 to 40 of the characters a-z, 0-9 and -");
        DateTimeOffset? from = null;
        if (fields.Has("from") && (from = Instants.Parse(fields.TextIfAny("from") ?? "")) is null)
            fields.Refuse("from", "must be an instant of RFC 3339, such as 2026-11-01T00:00:00+08:00");
        var calendar = Calendar(fields);
        var tiers = fields.Objects("tiers").Select(Tier).ToImmutableArray();
        foreach (var twice in tiers.GroupBy(tier => tier.Tier).Where(group => group.Count() > 1))
            fields.Refuse("tiers", $"has tier {twice.Key} twice; keep one");
        return calendar is null
            ? null
            : new Plan
            {
                Scheme = scheme,
                Version = version,
                From = from,
                Calendar = calendar,
                Tiers = tiers,
            };
    }

    private static BusinessCalendar? Calendar(JsonFields plan)
    {
        var zone = plan.Words("timeZone") ?? "";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known))
        {
            plan.Refuse("timeZone", "must be an IANA zone, such as Asia/Shanghai");
            return null;
        }

        var calendar = BusinessCalendar.Weekdays(known);
        if (!plan.Has("calendar"))
            return calendar;
        if (plan.Inner("calendar") is not { } fields)
            return null;
        fields.Know("days", "opens", "closes", "holidays", "workdays");
        var (opens, closes) = (Time(fields, "opens", calendar.Opens), Time(fields, "closes", calendar.Closes));
        if (opens >= closes)
            fields.Refuse("closes", "must be later than opens, such as 18:00");
        var days = calendar.Days;
        if (fields.Has("days"))
        {
            days = [.. Texts(fields, "days").Select(text => Day(fields, text)).OfType<DayOfWeek>()];
            if (days.IsEmpty)
                fields.Refuse("days", "must name one day or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun");
        }

        var (holidays, workdays) = (Dates(fields, "holidays"), Dates(fields, "workdays"));
        if (holidays.Intersect(workdays) is { IsEmpty: false } both)
            fields.Refuse("workdays", $"has {both.Min():yyyy-MM-dd}, which is among the holidays too; keep one");
        return fields.Problems.Count > 0 ? null : new BusinessCalendar(known, days, opens, closes, holidays, workdays);
    }

    private static DayOfWeek? Day(JsonFields fields, string text)
    {
        var day = Weekdays.Read(text);
        if (day is null)
            fields.Refuse("days", $"has '{text}'; days are {Weekdays.Names}");
        return day;
    }

    private static TimeOnly Time(JsonFields fields, string name, TimeOnly otherwise)
    {
        if (!fields.Has(name))
            return otherwise;
        if (TimeOnly.TryParseExact(fields.TextIfAny(name), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        fields.Refuse(name, "must be a time such as 09:00");
        return otherwise;
    }

    // One day each, or first and last with a slash between.
    private static ImmutableHashSet<DateOnly> Dates(JsonFields fields, string name)
    {
        var dates = ImmutableHashSet.CreateBuilder<DateOnly>();
        if (!fields.Has(name))
            return dates.ToImmutable();
        foreach (var text in Texts(fields, name))
        {
            var ends = text.Split('/');
            if (
                ends.Length > 2
                || !Date(ends[0], out var first)
                || !Date(ends[^1], out var last)
                || last < first
                || last.DayNumber - first.DayNumber > 366
            )
            {
                fields.Refuse(name, $"has '{text}'; write a date such as 2026-10-01, or the first and the last as 2026-10-01/2026-10-07");
                continue;
            }

            for (var day = first; day <= last; day = day.AddDays(1))
                dates.Add(day);
        }

        return dates.ToImmutable();
    }

    private static bool Date(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static TierPlan Tier(JsonFields fields)
    {
        fields.Know(
            "tier",
            "owner",
            "visits",
            "visitTime",
            "respondWithin",
            "escalateAfter",
            "benefits",
            "services",
            "perks",
            "onboarding",
            "festivals",
            "winBack",
            "wakeUp",
            "birthday",
            "upgraded",
            "downgraded",
            "willDrop",
            "survey"
        );
        return new TierPlan
        {
            Tier = fields.Words("tier") ?? "",
            Owner = Owner(fields),
            Visits = Visits(fields),
            VisitTime = fields.Duration("visitTime"),
            RespondWithin = fields.Duration("respondWithin"),
            EscalateAfter = fields.Duration("escalateAfter"),
            Benefits = Names(fields, "benefits"),
            Services = Names(fields, "services"),
            Perks = Each(fields, "perks", ["name", .. messageMembers], perk => new NamedMessage(Name(perk), Message(perk))),
            Onboarding = Each(fields, "onboarding", ["name", "after", "unless", .. messageMembers], Step),
            Festivals = Each(fields, "festivals", ["name", "on", .. messageMembers], FestivalOf)
                .OfType<FestivalMessage>()
                .ToImmutableArray(),
            WinBack = Care(fields, "winBack"),
            WakeUp = Care(fields, "wakeUp"),
            Birthday = Care(fields, "birthday"),
            Upgraded = Care(fields, "upgraded"),
            Downgraded = Care(fields, "downgraded"),
            WillDrop = Care(fields, "willDrop", (drop, message) => new DropMessage(Wanted(drop, "ahead"), message), "ahead"),
            Survey = Care(
                fields,
                "survey",
                (survey, message) => new SurveyMessage(Wanted(survey, "after"), Wanted(survey, "coolDown"), message),
                "after",
                "coolDown"
            ),
        };
    }

    private static OwnerRule? Owner(JsonFields fields)
    {
        if (fields.Inner("owner") is not { } owner)
            return null;
        owner.Know("skills");
        return new OwnerRule(Names(owner, "skills"));
    }

    private static Cadence? Visits(JsonFields fields)
    {
        if (!fields.Has("visits"))
            return null;
        if (Cadence.TryParse(fields.TextIfAny("visits") ?? "", out var cadence, out var wrong))
            return cadence;
        fields.Refuse("visits", wrong!);
        return null;
    }

    private static OnboardingStep Step(JsonFields fields)
    {
        var unless = fields.TextIfAny("unless");
        if (unless is not null && !EventTypes.All.Contains(unless))
            fields.Refuse("unless", $"must be an event type: {string.Join(", ", EventTypes.All)}");
        return new OnboardingStep(Name(fields), Wanted(fields, "after"), unless, Message(fields));
    }

    private static FestivalMessage? FestivalOf(JsonFields fields)
    {
        if (Festival.TryParse(fields.TextIfAny("on") ?? "", out var festival, out var wrong))
            return new FestivalMessage(Name(fields), festival!, Message(fields));
        fields.Refuse("on", wrong!);
        return null;
    }

    private static CareMessage? Care(JsonFields tier, string name) => Care(tier, name, (_, message) => message);

    private static T? Care<T>(JsonFields tier, string name, Func<JsonFields, CareMessage, T> make, params IEnumerable<string> others)
        where T : class
    {
        if (tier.Inner(name) is not { } fields)
            return null;
        fields.Know([.. messageMembers, .. others]);
        return make(fields, Message(fields));
    }

    private static CareMessage Message(JsonFields fields)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (fields.Inner("variables") is { } given)
        {
            foreach (var variable in given.Json.EnumerateObject())
            {
                if (variable.Value.ValueKind == JsonValueKind.String && variable.Value.GetString() is { Length: > 0 and <= 500 } text)
                    variables[variable.Name] = text;
                else
                    given.Refuse(variable.Name, "must be a text of 1 to 500 characters");
            }
        }

        var channels = Names(fields, "channels");
        if (channels.IsEmpty)
            fields.Refuse("channels", "is missing; name the channels in the order of preference, such as [\"email\", \"acs-sms\"]");
        return new CareMessage(fields.Words("template") ?? "", channels, variables.ToImmutable());
    }

    // Names stand in keys of the ledger.
    private static string Name(JsonFields fields)
    {
        var name = fields.Words("name") ?? "";
        if (name.Length > 30 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            fields.Refuse("name", "must be 1 to 30 ASCII letters, digits, - and _");
        return name;
    }

    private static TimeSpan Wanted(JsonFields fields, string name)
    {
        if (!fields.Has(name))
            fields.Refuse(name, "is missing; it must be an ISO 8601 duration in days or hours, such as P14D");
        return fields.Duration(name, zero: true) ?? TimeSpan.Zero;
    }

    private static ImmutableArray<T> Each<T>(JsonFields tier, string name, IReadOnlyList<string> known, Func<JsonFields, T> read) =>
        tier.Has(name)
            ?
            [
                .. tier.Objects(name)
                    .Select(fields =>
                    {
                        fields.Know(known);
                        return read(fields);
                    }),
            ]
            : [];

    private static ImmutableArray<string> Names(JsonFields fields, string name) =>
        fields.Has(name) ? [.. Texts(fields, name).Distinct(StringComparer.Ordinal)] : [];

    private static IEnumerable<string> Texts(JsonFields fields, string name)
    {
        foreach (var (i, item) in fields.Items(name).Index())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= 200 } text)
                yield return text;
            else
                fields.Refuse($"{name}[{i}]", "must be a text of 1 to 200 characters");
        }
    }
}
