using System.Globalization;

namespace CrmFunctions.EndToEndTests.Service.Quarter;

/// <summary>
/// The quarter counted once more, by brute force: every customer is looked at on every day with all that is known by then, each rule as its
/// document says it and nothing of the program's own. Shanghai has no summer time, so its clocks are eight hours ahead.
/// </summary>
internal sealed class Count(int customers, DateOnly holiday)
{
    private static readonly TimeSpan shanghai = TimeSpan.FromHours(8);
    private readonly Person[] people = [.. Enumerable.Range(0, customers).Select(number => new Person(number))];

    /// <summary>Every duty that was ever on a list, by customer and name: its status, and why it was closed.</summary>
    public Dictionary<(int Customer, string Name), string> Duties { get; } = [];

    /// <summary>Every row that the ledger has to have, by customer, rule and period: its status and reason.</summary>
    public Dictionary<(int Customer, string Rule, string Period), string> Messages { get; } = [];

    /// <summary>Duties that are open, for who wants to do one.</summary>
    public IEnumerable<(int Customer, string Name)> Open =>
        people.SelectMany(person => person.Open.Keys.Select(name => (person.Number, name)));

    /// <summary>A turn of the clock: what was told is known, then everybody is looked at.</summary>
    public void Turn(DateTimeOffset now, IEnumerable<Deed> told)
    {
        foreach (var deed in told)
            people[deed.Customer].Known.Add(deed);
        foreach (var person in people.Where(person => person.Known.Count > 0))
            Look(person, now);
        if (!IsWorkday(Local(now)))
            return;

        // Who has to be told at work is told now, if it is still true.
        foreach (var person in people)
        {
            foreach (
                var (rule, period) in person.Waits.Where(told =>
                    Messages.GetValueOrDefault((person.Number, told.Rule, told.Period)) != "sent"
                )
            )
            {
                Messages[(person.Number, rule, period)] = person.True.Contains($"{rule}:{period}") ? "sent" : "withdrawn no-longer-true";
            }

            person.Waits.Clear();
        }
    }

    private void Look(Person person, DateTimeOffset now)
    {
        var known = person.Known.Where(deed => deed.At <= now).OrderBy(deed => deed.At).ToList();
        var back = known.Where(deed => deed.What == "refund").Select(deed => deed.Of).ToHashSet();
        var orders = known.Where(deed => deed.What == "order" && !back.Contains(deed.Of)).Select(deed => deed.At).ToList();
        var tier = orders.Count >= 3 ? "A" : "B";
        if (person.Tier is null)
            (person.Tier, person.Since, person.Entry) = (tier, known[0].At, "first");
        else if (person.Tier != tier)
            (person.Tier, person.Since, person.Entry) = (tier, now, tier == "A" ? "up" : "down");

        var view = new View(now, known, orders, Stage(known, orders, now), tier, person);
        var owed = new Dictionary<string, DateTimeOffset>();
        Signals(view, owed);
        Visits(view, owed);
        if (view.Stage == "churnWarning")
            owed[$"churn-warning:{Stamp(orders[^1])}"] = orders[^1].AddDays(35);
        var answer = known.LastOrDefault(deed => deed.What is "out" or "done")?.At;
        var open = owed.Where(pair => !(answer >= pair.Value)).ToDictionary();
        foreach (
            var (name, since) in person
                .Open.Where(pair => !open.ContainsKey(pair.Key))
                .Select(pair => (pair.Key, pair.Value.Since))
                .ToList()
        )
        {
            var closed = Duties[(person.Number, name)] = Closed(view, name, since);
            if (closed.EndsWith("late-event", StringComparison.Ordinal))
            {
                // Whoever was warned is told; who was not has nothing to be told.
                var period = name[(name.IndexOf(':') + 1)..];
                var warned = Messages.GetValueOrDefault((person.Number, "churn-warning", period)) == "sent";
                Messages.TryAdd((person.Number, "churn-warning-withdrawn", period), warned ? "sent" : "withdrawn no-longer-true");
            }

            person.Open.Remove(name);
        }

        foreach (var (name, since) in open.Where(pair => !person.Open.ContainsKey(pair.Key)))
        {
            person.Open[name] = (since, now);
            Duties[(person.Number, name)] = "open";
        }

        Late(view, owed);
        person.True.Clear();
        foreach (var name in owed.Keys)
            if (IsTold(name, person))
                person.True.Add(name);
        foreach (var name in owed.Keys.Where(name => !person.Owed.Contains(name)))
            person.Waits.Add((name[..name.IndexOf(':')], name[(name.IndexOf(':') + 1)..]));
        person.Owed = [.. owed.Keys];
        foreach (var (name, isMarketing) in Said(view))
            Messages.TryAdd(
                (person.Number, name[..name.IndexOf(':')], name[(name.IndexOf(':') + 1)..]),
                Verdict(person.Number, known, isMarketing)
            );
    }

    // Warnings and visits are told while they are owed; what waits for an answer, or is late, while the duty is on the list.
    private static bool IsTold(string name, Person person)
    {
        var (rule, period) = (name[..name.IndexOf(':')], name[(name.IndexOf(':') + 1)..]);
        return rule is "churn-warning" or "revisit" || person.Open.ContainsKey(rule is "overdue" or "escalated" ? period : name);
    }

    private static string Stage(List<Deed> known, List<DateTimeOffset> orders, DateTimeOffset now)
    {
        if (orders.Count == 0)
            return known.Any(deed => deed.What == "in" && now < deed.At.AddDays(90)) ? "intent" : "prospect";
        var silence = now - orders[^1];
        return silence.TotalDays >= 60 ? "churned"
            : silence.TotalDays >= 35 ? "churnWarning"
            : silence.TotalDays >= 20 ? "dormant"
            : (now - orders[0]).TotalDays < 10 ? "new"
            : "active";
    }

    private static void Signals(View view, Dictionary<string, DateTimeOffset> owed)
    {
        var answer = view.Known.LastOrDefault(deed => deed.What is "out" or "done")?.At ?? DateTimeOffset.MinValue;
        var closed = view.Known.Where(deed => deed.What == "closed").Select(deed => deed.Of).ToHashSet();
        foreach (var complaint in view.Known.Where(deed => deed.What == "complaint" && !closed.Contains(deed.Of) && deed.At > answer))
        {
            owed[$"complaint:{Stamp(complaint.At)}-{CrmFunctions.Domain.Identity.Base32.Hash($"shop\n{complaint.Of}", 10)}"] = complaint.At;
        }

        if (view.Known.FirstOrDefault(deed => deed.What == "in" && deed.At > answer) is { } word && view.Now < word.At.AddDays(30))
            owed[$"reply:{Stamp(word.At)}"] = word.At;
        if (view.Orders.Count == 0)
            return;
        var acts = view.Known.Where(deed => deed.What is "order" or "visit" or "in").Select(deed => deed.At).ToList();
        (DateTimeOffset Silence, DateTimeOffset Sign)? found = null;
        var last = view.Orders[^1];
        if (acts.Where(at => at > last && at >= last.AddDays(20)).Cast<DateTimeOffset?>().FirstOrDefault() is { } first)
            found = (last, first);
        else if (view.Orders.Count > 1 && (view.Now - last).TotalDays <= 30)
        {
            var before = view.Orders[^2];
            if (
                acts.Where(at => at > before && at >= before.AddDays(20) && at <= last).Cast<DateTimeOffset?>().FirstOrDefault() is
                { } woken
            )
                found = (before, woken);
        }

        if (found is var (silence, sign) && view.Now < sign.AddDays(30) && answer < sign)
            owed[$"sign-of-life:{Stamp(silence)}"] = sign;
    }

    private void Visits(View view, Dictionary<string, DateTimeOffset> owed)
    {
        if (view.Stage is not ("new" or "active" or "dormant"))
            return;

        // All planned dates around, by walking day by day.
        var days = new SortedSet<DateOnly>();
        var today = DateOnly.FromDateTime(Local(view.Now));
        for (var day = today.AddDays(-100); day <= today.AddDays(10); day = day.AddDays(1))
        {
            if (view.Tier == "A" ? day.DayOfWeek != DayOfWeek.Monday : day.Day != 1)
                continue;
            var moved = day;
            while (!IsWorkday(moved.ToDateTime(TimeOnly.MinValue)))
                moved = moved.AddDays(1);
            days.Add(moved);
        }

        var planned = days.Where(day => Opens(day) <= view.Now).TakeLast(2).ToArray();
        var contact = view
            .Known.Where(deed => deed.What is "in" or "out" or "done")
            .Select(deed => deed.At)
            .Concat(view.Orders)
            .DefaultIfEmpty(DateTimeOffset.MinValue)
            .Max();
        if (contact < Opens(planned[0]) && Opens(planned[1]) >= view.Person.Since)
            owed[string.Create(CultureInfo.InvariantCulture, $"revisit:{planned[1]:yyyy-MM-dd}")] = Opens(planned[1]);
    }

    private void Late(View view, Dictionary<string, DateTimeOffset> owed)
    {
        foreach (var (name, (since, opened)) in view.Person.Open)
        {
            var isVisit = name.StartsWith("revisit", StringComparison.Ordinal);
            var from =
                name.StartsWith("complaint", StringComparison.Ordinal)
                || name.StartsWith("reply", StringComparison.Ordinal)
                || opened < since
                    ? since
                    : opened;
            var due = from;
            if (isVisit)
            {
                var day = DateOnly.FromDateTime(Local(from));
                while (!IsWorkday(day.ToDateTime(TimeOnly.MinValue)) || Closes(day) <= from)
                    day = day.AddDays(1);
                due = Closes(day);
            }
            else
            {
                due = Work(from, 8 * 60);
            }

            if (view.Now >= due)
                owed[$"overdue:{name}"] = due;
            if (view.Tier == "A" && view.Now >= Work(due, 8 * 60))
                owed[$"escalated:{name}"] = Work(due, 8 * 60);
        }
    }

    private static IEnumerable<(string Name, bool IsMarketing)> Said(View view)
    {
        var (now, person) = (view.Now, view.Person);
        var acts = view.Known.Where(deed => deed.What is "order" or "visit" or "in").Select(deed => deed.At).ToList();
        if (view.Orders is [.., var last])
        {
            if (view.Tier == "B" && view.Stage == "dormant" && !acts.Exists(at => at >= last.AddDays(20)))
                yield return ($"wake-up:{Stamp(last)}", true);
            if (view.Stage == "churnWarning" && !acts.Exists(at => at >= last.AddDays(35)))
                yield return ($"win-back:{Stamp(last)}", true);
        }

        if (view.Tier == "A" && person.Entry == "up" && now < person.Since.AddDays(7))
            yield return ($"upgraded:value-{Stamp(person.Since)}", false);
        if (view.Tier == "B" && person.Entry == "down" && now < person.Since.AddDays(7))
            yield return ($"downgraded:value-{Stamp(person.Since)}", false);
        var isEntry = person.Entry != "first" || view.Known[0].At >= TestKit.Suite.Now;
        if (view.Tier == "A" && isEntry && now < person.Since.AddDays(30))
            yield return (
                $"perk:gift-{CrmFunctions.Domain.Identity.Base32.Hash("value\nA", 8)}-{(person.Entry == "first" ? "first" : Stamp(person.Since))}",
                false
            );
        var due = view.Known[0].At.AddDays(2);
        var isGuided = view.Tier == "B" && view.Orders.Count <= 1 && (view.Stage is "prospect" or "intent" or "new");
        if (isGuided && now >= due && now < due.AddDays(7) && !view.Known.Exists(deed => deed.What is "in" or "out"))
            yield return ("onboarding:hello", false);
        var zone = view.Known.LastOrDefault(deed => deed.What == "zone")?.Of switch
        {
            "Pacific/Kiritimati" => 14,
            "Etc/GMT+12" => -12,
            _ => 8,
        };
        var there = now.ToOffset(TimeSpan.FromHours(zone));
        if (view.Known.LastOrDefault(deed => deed.What == "birthday")?.Of == there.ToString("--MM-dd", CultureInfo.InvariantCulture))
            yield return ($"birthday:{there.Year}", true);
    }

    private static string Verdict(int customer, List<Deed> known, bool isMarketing)
    {
        if (!Cast.HasEmail(customer))
            return "suppressed no-address";
        return (isMarketing, known.LastOrDefault(deed => deed.What is "yes" or "no")?.What) switch
        {
            (false, _) or (true, "yes") => "sent",
            (true, "no") => "suppressed consent-withdrawn",
            _ => "suppressed no-consent",
        };
    }

    private static string Closed(View view, string name, DateTimeOffset since)
    {
        if (view.Known.Exists(deed => deed.What == "done" && deed.Of == name))
            return "done done";
        if (view.Known.Exists(deed => deed.What is "out" or "done" && deed.At >= since))
            return "done contact";
        switch (name[..name.IndexOf(':')])
        {
            case "churn-warning":
                if (view.Stage == "churned")
                    return "cancelled lost";
                if (view.Orders.Exists(at => at >= since))
                    return "cancelled purchase";
                return view.Orders.Count > 0 && name != $"churn-warning:{Stamp(view.Orders[^1])}"
                    ? "cancelled late-event"
                    : "cancelled no-longer-true";
            case "complaint":
                return "done complaint-closed";
            case "revisit":
                if (view.Known.Exists(deed => deed.What == "in" && deed.At >= since) || view.Orders.Exists(at => at >= since))
                    return "cancelled customer-came";
                return view.Person.Entry != "first" && view.Person.Since > since ? "cancelled plan-changed" : "cancelled lapsed";
            default:
                return view.Now >= since.AddDays(30) ? "cancelled lapsed" : "cancelled no-longer-true";
        }
    }

    // Minute by minute, while somebody is at work.
    private DateTimeOffset Work(DateTimeOffset from, int minutes)
    {
        var at = from;
        while (minutes > 0)
        {
            var local = Local(at);
            if (!IsWorkday(local) || local.TimeOfDay >= TimeSpan.FromHours(18))
                at = new DateTimeOffset(local.Date.AddDays(1).AddHours(9), shanghai).ToUniversalTime();
            else if (local.TimeOfDay < TimeSpan.FromHours(9))
                at = new DateTimeOffset(local.Date.AddHours(9), shanghai).ToUniversalTime();
            else if (local.TimeOfDay.Add(TimeSpan.FromMinutes(1)) <= TimeSpan.FromHours(18))
                (at, minutes) = (at.AddMinutes(1), minutes - 1);
            else
            {
                // The rest of a minute before closing is carried to the morning.
                var rest = TimeSpan.FromHours(18) - local.TimeOfDay;
                at = new DateTimeOffset(local.Date.AddDays(1).AddHours(9), shanghai).ToUniversalTime();
                while (!IsWorkday(Local(at)))
                    at = at.AddDays(1);
                (at, minutes) = (at + TimeSpan.FromMinutes(1) - rest, minutes - 1);
            }
        }

        return at;
    }

    private bool IsWorkday(DateTime local) =>
        local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && DateOnly.FromDateTime(local) != holiday;

    private static DateTime Local(DateTimeOffset at) => at.ToOffset(shanghai).DateTime;

    private static DateTimeOffset Opens(DateOnly day) => new(day.ToDateTime(new TimeOnly(9, 0)), shanghai);

    private static DateTimeOffset Closes(DateOnly day) => new(day.ToDateTime(new TimeOnly(18, 0)), shanghai);

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private sealed record View(DateTimeOffset Now, List<Deed> Known, List<DateTimeOffset> Orders, string Stage, string Tier, Person Person);

    private sealed class Person(int number)
    {
        public int Number => number;

        public List<Deed> Known { get; } = [];

        public string? Tier { get; set; }

        public DateTimeOffset Since { get; set; }

        public string Entry { get; set; } = "";

        public Dictionary<string, (DateTimeOffset Since, DateTimeOffset Opened)> Open { get; } = [];

        public HashSet<string> Owed { get; set; } = [];

        public HashSet<string> True { get; } = [];

        public HashSet<(string Rule, string Period)> Waits { get; } = [];
    }
}
