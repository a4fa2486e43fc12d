using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;
using Everybody = CrmFunctions.Domain.Customers.People;

namespace CrmFunctions.UnitTests.Domain.People;

/// <summary>
/// What recalculations do to the rows that say who is who, step by step, so that any number of them can be interleaved and killed at any
/// point between two storage operations. It follows CustomerGatherer, IdentityWalk, IdentityJoiner and CustomerRecalculator; CUSTOMERS.md names the
/// steps.
/// </summary>
internal sealed class Protocol(Random dice, SharingLimits limits)
{
    private readonly Dictionary<Handle, List<Link>> logged = [];
    private readonly Dictionary<Handle, HashSet<Ruling>> ruled = [];
    private readonly Dictionary<Handle, HashSet<Link>> index = [];
    private readonly Dictionary<Handle, HashSet<Ruling>> decided = [];
    private readonly Dictionary<Handle, Row> rows = [];
    private readonly HashSet<Handle> listed = [];
    private readonly HashSet<Handle> filedUnder = [];
    private readonly HashSet<Handle> vouchedFor = [];
    private readonly List<Message> queue = [];

    // Messages that are seen when whoever sent them has ended or died, and was delivered again.
    private readonly List<Message> later = [];
    private int version;

    /// <summary>
    /// The limits in force: whoever runs when they change goes on with the new ones, as a process does that is started anew.
    /// </summary>
    public SharingLimits Limits { get; set; } = limits;

    public long Steps { get; private set; }

    public long Deaths { get; private set; }

    public long Races { get; private set; }

    /// <summary>Files all of a crowd in random order while recalculations run, and goes on until none is left.</summary>
    public void Run(Crowd crowd)
    {
        var filings = crowd
            .Events.Select<CrmFunctions.Domain.Events.CustomerEvent, Action>(e => () => File(e))
            .Concat(crowd.Rulings.Select<Ruling, Action>(ruling => () => File(ruling)))
            .ToArray();
        dice.Shuffle(filings);
        Run(filings);
    }

    /// <summary>Has everybody found out anew who they are: by limits that have changed.</summary>
    public void LookAfresh()
    {
        queue.AddRange(rows.Where(row => row.Value.Customer is not null).Select(row => new Message(row.Key, News: true)));
        Run([]);
    }

    public string Written() =>
        Crowd.Written(rows.Where(row => row.Value.Customer is not null).OrderBy(row => row.Key).Select(row => row.Value.Customer!.Person));

    private void Run(Action[] filings)
    {
        var (filed, running) = (0, new List<(Message Message, IEnumerator<bool> Steps)>());

        // Now and then all comes to rest before the next is filed: what is found out then must not need the one before.
        var isSettling = false;
        while (filed < filings.Length || queue.Count > 0 || running.Count > 0 || later.Count > 0)
        {
            if ((isSettling || filed == filings.Length) && queue.Count == 0 && running.Count == 0)
            {
                isSettling = later.Count > 0;
                queue.AddRange(later);
                later.Clear();
            }

            var choice = dice.Next(8);
            if (choice == 0 && filed < filings.Length && !isSettling)
            {
                filings[filed++]();
                isSettling = dice.Next(3) == 0;
            }
            else if (choice == 1 && queue.Count > 0)
            {
                var message = queue[dice.Next(queue.Count)];
                queue.Remove(message);
                running.Add((message, Recalculate(message).GetEnumerator()));
            }
            else if (running.Count > 0)
            {
                var at = dice.Next(running.Count);
                Steps++;
                var dies = dice.Next(60) == 0;
                if (!dies && running[at].Steps.MoveNext())
                    continue;
                if (dies)
                    queue.Add(running[at].Message with { News = true });
                Deaths += dies ? 1 : 0;
                running.RemoveAt(at);
            }
        }
    }

    private void File(CrmFunctions.Domain.Events.CustomerEvent happened)
    {
        var anchor = Handle.Filed(happened.Customer, happened.Source)!.Value;
        filedUnder.Add(anchor);
        if (happened.Vouches)
            vouchedFor.Add(anchor);
        Of(logged, anchor).AddRange(Link.Of(happened));
        queue.Add(new Message(anchor, News: false));
    }

    private void File(Ruling ruling)
    {
        Of(ruled, ruling.One).Add(ruling);
        queue.Add(new Message(ruling.One, News: false));
    }

    // Each yield is a point at which others go on, or the process dies.
    private IEnumerable<bool> Recalculate(Message message)
    {
        for (var news = message.News; ; news = true)
        {
            // The customer as stored; the log of its handles; whether anything is new.
            var stored = Follow(message.Handle);
            yield return true;
            var isNew = stored is null || news || !stored.Anchors.Contains(message.Handle);
            foreach (var anchor in stored?.Anchors ?? new HashSet<Handle>())
            {
                isNew |=
                    Of(logged, anchor).Any(link => !stored!.Knows(link))
                    || Of(ruled, anchor).Any(ruling => !stored!.Rulings.Contains(ruling))
                    || (vouchedFor.Contains(anchor) && !stored!.VouchedFor.Contains(anchor));
                yield return true;
            }

            if (!isNew)
                break;

            // From handle to handle, and not beyond claims.
            var (looks, links, rulings, shared) = (
                new Dictionary<Handle, Look>(),
                new HashSet<Link>(),
                new HashSet<Ruling>(),
                new HashSet<Handle>()
            );
            var (readings, concerned, toBeListed) = (new Dictionary<Handle, Reading>(), new HashSet<Handle>(), new List<Handle>());
            var (walked, ahead) = (new HashSet<Handle>(), new Queue<Handle>([message.Handle]));
            var (persons, self) = ((IReadOnlyList<Person>)[], (Person?)null);
            var isNewId = stored is null && !news && message.Handle.Kind == "id";
            while (true)
            {
                // All that is the person's must have been walked from.
                if (ahead.Count == 0)
                {
                    persons = Persons(readings, looks, links, rulings);
                    self = persons.FirstOrDefault(person => person.Anchors.Contains(message.Handle));
                    Enqueue(ahead, self?.Anchors.Concat(self.Named).Where(handle => !walked.Contains(handle)) ?? []);
                }

                if (!ahead.TryDequeue(out var at))
                    break;
                if (!walked.Add(at))
                    continue;
                if (!looks.TryGetValue(at, out var look))
                {
                    look = isNewId && at == message.Handle ? new Look(null, [], []) : LookAt(at);
                    yield return true;
                    looks[at] = look;
                    Add(look, links, rulings);
                }

                var isAnchor =
                    at == message.Handle || look.Row is not null || links.Any(link => link.Anchor == at) || readings.ContainsKey(at);
                if (isAnchor && !readings.ContainsKey(at))
                    readings[at] = Read(at);
                var own = isAnchor ? readings[at] : new Reading([], [], IsFiled: false, IsVouchedFor: false);
                yield return true;
                foreach (var link in own.Links.Except(links).ToList())
                {
                    if (stored?.Knows(link) != true)
                        Of(index, link.Named).Add(link);
                    yield return true;
                    looks.Remove(link.Named);
                    if (walked.Remove(link.Named) || !at.IsClaim)
                        ahead.Enqueue(link.Named);
                }

                foreach (var ruling in own.Rulings.Except(rulings).ToList())
                {
                    if (stored?.Rulings.Contains(ruling) != true)
                        Of(decided, ruling.Other).Add(ruling);
                    yield return true;
                    looks.Remove(ruling.Other);
                    walked.Remove(ruling.Other);
                    ahead.Enqueue(ruling.Other);
                }

                links.UnionWith(own.Links);
                rulings.UnionWith(own.Rulings);
                foreach (var ruling in look.Rulings.Concat(own.Rulings))
                    Enqueue(ahead, [ruling.One, ruling.Other]);
                if (at.IsClaim)
                {
                    foreach (var named in own.Links.Select(link => link.Named))
                    {
                        if (!looks.TryGetValue(named, out var there))
                        {
                            there = LookAt(named);
                            yield return true;
                            looks[named] = there;
                            Add(there, links, rulings);
                        }

                        if (Claims.IsCrowded(there.Links, Limits))
                            shared.Add(named);
                        if (!there.Links.All(link => link.IsClaimed) || readings.ContainsKey(named))
                            continue;
                        readings[named] = Read(named);
                        yield return true;
                    }
                }
                else if (Everybody.IsShared(at, look.Links, rulings, Limits))
                {
                    shared.Add(at);
                }
                else
                {
                    var isCrowded = Claims.IsCrowded(look.Links, Limits);
                    if (isCrowded)
                        shared.Add(at);
                    Enqueue(
                        ahead,
                        [
                            .. look.Links.Where(link => !(isCrowded && link.IsClaimed)).Select(link => link.Anchor),
                            .. own.Links.Select(link => link.Named),
                        ]
                    );
                }
            }

            var places = looks.ToDictionary(pair => pair.Key, pair => pair.Value.Row);
            var vouched = readings.Where(pair => pair.Value.IsVouchedFor).Select(pair => pair.Key).ToHashSet();

            // Whom it concerns.
            var tell =
                self is null
                || stored is null
                || links.Any(link => self.Anchors.Contains(link.Anchor) && !stored.Knows(link))
                || rulings.Any(ruling => !stored.Rulings.Contains(ruling))
                || self.Anchors.Any(anchor => vouched.Contains(anchor) && !stored.VouchedFor.Contains(anchor));
            if (tell)
                concerned.UnionWith(persons.Where(person => person != self).Select(person => person.Name));
            if (self is not null && stored is not null)
                concerned.UnionWith(stored.Anchors.Except(self.Anchors));

            // Nor do all of a lead's claims go with the one that is taken in.
            foreach (var taken in self?.Anchors.Select(anchor => places[anchor]?.Customer).OfType<Stored>() ?? [])
                concerned.UnionWith(taken.Anchors.Except(self!.Anchors));
            foreach (var handle in shared.Where(handle => !listed.Contains(handle)))
            {
                concerned.UnionWith(looks[handle].Links.Concat(links).Where(link => link.Named == handle).Select(link => link.Anchor));
                if (places[handle] is not null)
                    concerned.Add(handle);
                toBeListed.Add(handle);
            }

            queue.AddRange(concerned.Select(handle => new Message(handle, News: true)));
            yield return true;
            listed.UnionWith(toBeListed);
            if (self is null)
                break;

            // Signs, then the state.
            var next = new Stored(self, links.Where(link => self.Anchors.Contains(link.Anchor)).ToHashSet(), rulings, vouched);
            var moves = self.Anchors.Where(anchor => anchor != self.Name && places[anchor]?.MovedTo != self.Name).ToList();
            var lost = false;
            later.AddRange(moves.Select(handle => new Message(handle, News: true)));
            foreach (var anchor in moves)
            {
                yield return true;
                lost |= !Write(anchor, places[anchor], new Row(0, self.Name, null));
                if (lost)
                    break;
            }

            yield return true;
            var before = places[self.Name];
            var isSame = before?.Customer is { } same && same.IsSame(next);
            lost = lost || (!isSame && !Write(self.Name, before, new Row(0, null, next)));
            if (lost)
            {
                Races++;
                continue;
            }

            yield return true;
            if ((moves.Count > 0 || !isSame) && (shared.Count > 0 || rulings.Count > 0 || self.Anchors.Count > 1))
                continue;
            if (before?.Customer is null && !(links.IsSupersetOf(Of(index, self.Name)) && rulings.IsSupersetOf(Of(decided, self.Name))))
                continue;
            break;
        }
    }

    private IReadOnlyList<Person> Persons(
        Dictionary<Handle, Reading> readings,
        Dictionary<Handle, Look> looks,
        HashSet<Link> links,
        HashSet<Ruling> rulings
    ) =>
        Everybody.Of(
            readings.Where(pair => pair.Value.IsFiled || looks[pair.Key].Row is not null).Select(pair => pair.Key),
            links,
            rulings,
            Limits,
            ClaimedOnly(readings)
        );

    private Look LookAt(Handle handle) => new(rows.GetValueOrDefault(handle), [.. Of(index, handle)], [.. Of(decided, handle)]);

    private Reading Read(Handle handle) =>
        new([.. Of(logged, handle)], [.. Of(ruled, handle)], filedUnder.Contains(handle), vouchedFor.Contains(handle));

    // Of more claims than the limit only so many as show that there are.
    private void Add(Look look, HashSet<Link> links, HashSet<Ruling> rulings)
    {
        links.UnionWith(look.Links.Where(link => !link.IsClaimed));
        links.UnionWith(look.Links.Where(link => link.IsClaimed).OrderBy(link => link.Anchor).Take(Limits.Claims + 1));
        rulings.UnionWith(look.Rulings);
    }

    private static HashSet<Handle> ClaimedOnly(Dictionary<Handle, Reading> readings) =>
        [.. readings.Where(pair => !pair.Value.IsVouchedFor).Select(pair => pair.Key)];

    private static void Enqueue(Queue<Handle> ahead, IEnumerable<Handle> handles)
    {
        foreach (var handle in handles)
            ahead.Enqueue(handle);
    }

    private static T Of<T>(Dictionary<Handle, T> table, Handle handle)
        where T : new()
    {
        if (!table.TryGetValue(handle, out var there))
            table[handle] = there = new T();
        return there;
    }

    private Stored? Follow(Handle handle)
    {
        while (rows.TryGetValue(handle, out var row))
        {
            if (row.MovedTo is not { } to)
                return row.Customer;
            handle = to;
        }

        return null;
    }

    private bool Write(Handle handle, Row? read, Row row)
    {
        if (rows.GetValueOrDefault(handle)?.Version != read?.Version)
            return false;
        rows[handle] = row with { Version = ++version };
        return true;
    }

    private sealed record Message(Handle Handle, bool News);

    private sealed record Look(Row? Row, List<Link> Links, List<Ruling> Rulings);

    private sealed record Reading(HashSet<Link> Links, HashSet<Ruling> Rulings, bool IsFiled, bool IsVouchedFor);

    private sealed record Row(int Version, Handle? MovedTo, Stored? Customer);

    private sealed record Stored(Person Person, HashSet<Link> Links, HashSet<Ruling> Rulings, HashSet<Handle> VouchedFor)
    {
        public IReadOnlySet<Handle> Anchors => Person.Anchors;

        public bool Knows(Link link) => Links.Contains(link);

        public bool IsSame(Stored other) =>
            Crowd.Written([Person]) == Crowd.Written([other.Person])
            && Links.SetEquals(other.Links)
            && Rulings.SetEquals(other.Rulings)
            && VouchedFor.IsSupersetOf(other.VouchedFor.Where(Anchors.Contains));
    }
}
