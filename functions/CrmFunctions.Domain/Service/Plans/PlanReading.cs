using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Service.Plans;

/// <summary>Reads one plan, member by member.</summary>
internal sealed class PlanReading : StandardFields
{
    private static readonly string[] messageMembers = ["template", "channels", "variables"];

    public Plan? Plan(JsonElement json, string version)
    {
        if (!IsObject(json, ""))
            return null;
        Know(json, "", "scheme", "from", "timeZone", "calendar", "tiers");
        var scheme = Text(json, "scheme", "scheme") ?? "";
        if (scheme.Length > 40 || scheme.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            Refuse("scheme", "must be 1 to 40 of the characters a-z, 0-9 and -");
        DateTimeOffset? from = null;
        if (json.TryGetProperty("from", out _) && (from = Instants.Parse(OptionalText(json, "from") ?? "")) is null)
            Refuse("from", "must be an instant of RFC 3339, such as 2026-11-01T00:00:00+08:00");
        var calendar = Calendar(json);
        var tiers = Items(json, "tiers").Select((item, i) => Tier(item, $"tiers[{i}]")).OfType<TierPlan>().ToImmutableArray();
        foreach (var twice in tiers.GroupBy(tier => tier.Tier).Where(group => group.Count() > 1))
            Refuse("tiers", $"has tier {twice.Key} twice; keep one");
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

    private BusinessCalendar? Calendar(JsonElement json)
    {
        var zone = Text(json, "timeZone", "timeZone") ?? "";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known))
        {
            Refuse("timeZone", "must be an IANA zone, such as Asia/Shanghai");
            return null;
        }

        var calendar = BusinessCalendar.Weekdays(known);
        if (!json.TryGetProperty("calendar", out var member))
            return calendar;
        if (!IsObject(member, "calendar"))
            return null;
        Know(member, "calendar", "days", "opens", "closes", "holidays", "workdays");
        var (opens, closes) = (Time(member, "opens", calendar.Opens), Time(member, "closes", calendar.Closes));
        if (opens >= closes)
            Refuse("calendar.closes", "must be later than opens, such as 18:00");
        var days = calendar.Days;
        if (member.TryGetProperty("days", out _))
        {
            days = [.. Texts(member, "days", "calendar.days").Select(Day).OfType<DayOfWeek>()];
            if (days.IsEmpty)
                Refuse("calendar.days", "must name one day or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun");
        }

        var (holidays, workdays) = (Dates(member, "holidays"), Dates(member, "workdays"));
        if (holidays.Intersect(workdays) is { IsEmpty: false } both)
            Refuse("calendar.workdays", $"has {both.Min():yyyy-MM-dd}, which is among the holidays too; keep one");
        return Problems.Count > 0 ? null : new BusinessCalendar(known, days, opens, closes, holidays, workdays);
    }

    private DayOfWeek? Day(string text)
    {
        var day = Weekdays.Read(text);
        if (day is null)
            Refuse("calendar.days", $"has '{text}'; days are {Weekdays.Names}");
        return day;
    }

    private TimeOnly Time(JsonElement json, string name, TimeOnly otherwise)
    {
        if (!json.TryGetProperty(name, out _))
            return otherwise;
        if (TimeOnly.TryParseExact(OptionalText(json, name), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        Refuse($"calendar.{name}", "must be a time such as 09:00");
        return otherwise;
    }

    // One day each, or first and last with a slash between.
    private ImmutableHashSet<DateOnly> Dates(JsonElement json, string name)
    {
        var dates = ImmutableHashSet.CreateBuilder<DateOnly>();
        if (!json.TryGetProperty(name, out _))
            return dates.ToImmutable();
        foreach (var text in Texts(json, name, $"calendar.{name}"))
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
                Refuse(
                    $"calendar.{name}",
                    $"has '{text}'; write a date such as 2026-10-01, or the first and the last as 2026-10-01/2026-10-07"
                );
                continue;
            }

            for (var day = first; day <= last; day = day.AddDays(1))
                dates.Add(day);
        }

        return dates.ToImmutable();
    }

    private static bool Date(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private TierPlan? Tier(JsonElement json, string path)
    {
        if (!IsObject(json, path))
            return null;
        Know(
            json,
            path,
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
            Tier = Text(json, "tier", $"{path}.tier") ?? "",
            Owner = Owner(json, path),
            Visits = Visits(json, path),
            VisitTime = Duration(json, "visitTime", path),
            RespondWithin = Duration(json, "respondWithin", path),
            EscalateAfter = Duration(json, "escalateAfter", path),
            Benefits = Names(json, "benefits", path),
            Services = Names(json, "services", path),
            Perks = Each(
                json,
                "perks",
                path,
                (item, at) => Know(item, at, ["name", .. messageMembers]),
                (item, at) => new NamedMessage(Name(item, at), Message(item, at))
            ),
            Onboarding = Each(json, "onboarding", path, (item, at) => Know(item, at, ["name", "after", "unless", .. messageMembers]), Step),
            Festivals = Each(json, "festivals", path, (item, at) => Know(item, at, ["name", "on", .. messageMembers]), FestivalOf)
                .OfType<FestivalMessage>()
                .ToImmutableArray(),
            WinBack = Care(json, "winBack", path),
            WakeUp = Care(json, "wakeUp", path),
            Birthday = Care(json, "birthday", path),
            Upgraded = Care(json, "upgraded", path),
            Downgraded = Care(json, "downgraded", path),
            WillDrop = Care(json, "willDrop", path, "ahead") is { } drop
                ? new DropMessage(Wanted(json.GetProperty("willDrop"), "ahead", $"{path}.willDrop"), drop)
                : null,
            Survey = Care(json, "survey", path, "after", "coolDown") is { } survey
                ? new SurveyMessage(
                    Wanted(json.GetProperty("survey"), "after", $"{path}.survey"),
                    Wanted(json.GetProperty("survey"), "coolDown", $"{path}.survey"),
                    survey
                )
                : null,
        };
    }

    private OwnerRule? Owner(JsonElement json, string path)
    {
        if (!json.TryGetProperty("owner", out var owner) || !IsObject(owner, $"{path}.owner"))
            return null;
        Know(owner, $"{path}.owner", "skills");
        return new OwnerRule(Names(owner, "skills", $"{path}.owner"));
    }

    private Cadence? Visits(JsonElement json, string path)
    {
        if (!json.TryGetProperty("visits", out _))
            return null;
        if (Cadence.TryParse(OptionalText(json, "visits") ?? "", out var cadence, out var wrong))
            return cadence;
        Refuse($"{path}.visits", wrong!);
        return null;
    }

    private OnboardingStep Step(JsonElement json, string path)
    {
        var unless = OptionalText(json, "unless");
        if (unless is not null && !EventTypes.All.Contains(unless))
            Refuse($"{path}.unless", $"must be an event type: {string.Join(", ", EventTypes.All)}");
        return new OnboardingStep(Name(json, path), Wanted(json, "after", path), unless, Message(json, path));
    }

    private FestivalMessage? FestivalOf(JsonElement json, string path)
    {
        if (Festival.TryParse(OptionalText(json, "on") ?? "", out var festival, out var wrong))
            return new FestivalMessage(Name(json, path), festival!, Message(json, path));
        Refuse($"{path}.on", wrong!);
        return null;
    }

    private CareMessage? Care(JsonElement json, string name, string path, params IEnumerable<string> others)
    {
        if (!json.TryGetProperty(name, out var member) || !IsObject(member, $"{path}.{name}"))
            return null;
        Know(member, $"{path}.{name}", [.. messageMembers, .. others]);
        return Message(member, $"{path}.{name}");
    }

    private CareMessage Message(JsonElement json, string path)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (json.TryGetProperty("variables", out var given) && IsObject(given, $"{path}.variables"))
        {
            foreach (var variable in given.EnumerateObject())
            {
                if (variable.Value.ValueKind == JsonValueKind.String && variable.Value.GetString() is { Length: > 0 and <= 500 } text)
                    variables[variable.Name] = text;
                else
                    Refuse($"{path}.variables.{variable.Name}", "must be a text of 1 to 500 characters");
            }
        }

        var channels = Names(json, "channels", path);
        if (channels.IsEmpty)
            Refuse($"{path}.channels", "is missing; name the channels in the order of preference, such as [\"email\", \"acs-sms\"]");
        return new CareMessage(Text(json, "template", $"{path}.template") ?? "", channels, variables.ToImmutable());
    }

    // Names stand in keys of the ledger.
    private string Name(JsonElement json, string path)
    {
        var name = Text(json, "name", $"{path}.name") ?? "";
        if (name.Length > 30 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            Refuse($"{path}.name", "must be 1 to 30 ASCII letters, digits, - and _");
        return name;
    }

    private TimeSpan Wanted(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out _))
            Refuse($"{path}.{name}", "is missing; it must be an ISO 8601 duration in days or hours, such as P14D");
        return Duration(json, name, path, zero: true) ?? TimeSpan.Zero;
    }

    private ImmutableArray<T> Each<T>(
        JsonElement json,
        string name,
        string path,
        Action<JsonElement, string> know,
        Func<JsonElement, string, T> read
    )
    {
        if (!json.TryGetProperty(name, out _))
            return [];
        var list = ImmutableArray.CreateBuilder<T>();
        foreach (var (i, item) in Items(json, name, $"{path}.{name}").Index())
        {
            var at = $"{path}.{name}[{i}]";
            if (!IsObject(item, at))
                continue;
            know(item, at);
            list.Add(read(item, at));
        }

        return list.ToImmutable();
    }

    private ImmutableArray<string> Names(JsonElement json, string name, string path) =>
        json.TryGetProperty(name, out _) ? [.. Texts(json, name, $"{path}.{name}").Distinct(StringComparer.Ordinal)] : [];

    private IEnumerable<string> Texts(JsonElement json, string name, string path)
    {
        foreach (var (i, item) in Items(json, name, path).Index())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= 200 } text)
                yield return text;
            else
                Refuse($"{path}[{i}]", "must be a text of 1 to 200 characters");
        }
    }
}
