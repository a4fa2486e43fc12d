using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.TestKit;

/// <summary>
/// A town of which it is known who is who: families with phones of their own, a shop, its till, a form, and the till's address given for
/// want of another.
/// </summary>
/// <remarks>
/// Always the same. Everybody has an account; half a card at the till, and a form, a second account, or a call from a phone now and then.
/// </remarks>
public sealed class IdentityFixture
{
    private const int Homes = 2000;

    private readonly Random dice = new(20261122);
    private readonly List<CustomerEvent> events = [];
    private readonly Dictionary<Handle, int> truth = [];

    /// <summary>Builds it.</summary>
    public IdentityFixture()
    {
        for (var home = 0; home < Homes; home++)
        {
            var homePhone = $"+49301{home:D7}";
            var members = dice.Next(10) switch
            {
                < 6 => 1,
                < 9 => 2,
                _ => 4,
            };
            for (var member = 0; member < members; member++)
                Live(People++, members > 1 && dice.Next(2) == 0 ? homePhone : null);
        }
    }

    /// <summary>People who live there.</summary>
    public int People { get; private set; }

    /// <summary>What they did.</summary>
    public IReadOnlyList<CustomerEvent> Events => events;

    /// <summary>The person behind each handle under which events are filed.</summary>
    public IReadOnlyDictionary<Handle, int> Truth => truth;

    /// <summary>How well people are recognised under limits.</summary>
    public Recognition Recognise(SharingLimits limits) => Judge([.. events.SelectMany(Link.Of)], limits);

    /// <summary>
    /// The most that any rule on identifiers could recognise without ever taking two people for one: it would know which handles are one
    /// person's.
    /// </summary>
    public Recognition RecogniseByWhatIsOnes()
    {
        var carriers = events.SelectMany(Link.Of).ToLookup(link => link.Named, link => link.Anchor);
        bool IsOnes(Handle named) =>
            carriers[named].Append(named).Where(truth.ContainsKey).Select(anchor => truth[anchor]).Distinct().Count() == 1;
        return Judge([.. events.SelectMany(Link.Of).Where(link => IsOnes(link.Named))], Unlimited);
    }

    /// <summary>Limits that nothing reaches.</summary>
    public static SharingLimits Unlimited { get; } = new(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);

    private Recognition Judge(IReadOnlyCollection<Link> links, SharingLimits limits)
    {
        var persons = Domain.Customers.People.Of(truth.Keys, links, [], limits);
        var found = persons
            .SelectMany(one => one.Anchors.Select(anchor => (anchor, one.Name)))
            .ToDictionary(pair => pair.anchor, pair => pair.Name);
        return new Recognition(
            Pairs(truth.Keys.GroupBy(handle => truth[handle])),
            Pairs(truth.Keys.GroupBy(handle => found[handle])),
            Pairs(truth.Keys.GroupBy(handle => (truth[handle], found[handle])))
        );
    }

    private void Live(int who, string? homePhone)
    {
        var (mail, phone) = ($"p{who}@example.com", homePhone ?? $"+4917{who:D8}");
        Say(
            "shop",
            new Identifiers(
                Id: $"{who}",
                Email: dice.Next(20) == 0 ? "till@shop.example" : mail,
                Phone: dice.Next(4) == 0 ? null : Notation(phone)
            )
        );
        if (dice.Next(2) == 0)
            Say("till", new Identifiers(Id: $"card-{who}", Phone: Notation(phone)));
        if (dice.Next(3) == 0)
            Say("form", new Identifiers(Email: Upper(mail)));
        if (dice.Next(4) == 0)
            Say("form", new Identifiers(Email: mail, Phone: Notation(phone)));
        if (dice.Next(6) == 0)
            Say("shop", new Identifiers(Id: $"{who}-again", Email: mail));
        if (dice.Next(12) == 0)
            Say("form", new Identifiers(Phone: homePhone is null ? Notation(phone) : phone));

        void Say(string source, Identifiers customer)
        {
            events.Add(Make.Event(id: $"e{events.Count}", source: source, customer: customer));
            truth.TryAdd(Handle.Strongest(customer, source)!.Value, who);
        }
    }

    private string Notation(string phone) =>
        dice.Next(4) switch
        {
            0 => phone,
            1 => "00" + phone[1..],
            2 => $"{phone[..3]} (0){phone[3..6]} {phone[6..]}",
            _ => $"{phone[..3]}-{phone[3..6]}-{phone[6..]}",
        };

    private string Upper(string mail) => dice.Next(3) == 0 ? $" {mail.ToUpperInvariant()}" : mail;

    private static long Pairs<TKey>(IEnumerable<IGrouping<TKey, Handle>> groups) =>
        groups.Sum(group => (long)group.Count() * (group.Count() - 1) / 2);
}

/// <summary>Pairs of handles with events.</summary>
/// <param name="True">Pairs that are one person's.</param>
/// <param name="Found">Pairs that were taken for one person's.</param>
/// <param name="Right">Those of them that are.</param>
public sealed record Recognition(long True, long Found, long Right)
{
    /// <summary>Of the pairs taken for one person's, those that are. 0 to 1.</summary>
    public double Precision => (double)Right / Found;

    /// <summary>Of the pairs that are one person's, those that were found. 0 to 1.</summary>
    public double Recall => (double)Right / True;
}
