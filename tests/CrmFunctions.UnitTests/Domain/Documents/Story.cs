using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>
/// Histories as the rule documents write them: "0 placed o1 100 CNY; 3 refund o1 30 CNY #r1; 4 rated 80 until 40". Each part begins
/// with its day (see <see cref="When"/>); parts are received in the order written. "=x" gives an event's id, "@x" its source.
/// </summary>
internal static partial class Story
{
    public static IReadOnlyList<CustomerEvent> Read(string story) =>
        [
            .. story
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(part => part != "nothing")
                .Select(Event),
        ];

    /// <summary>Days after day 0: 30, 30.5, 30+1s, 30-1s, 30+1ms.</summary>
    public static DateTimeOffset When(string day)
    {
        var match = Moment().Match(day);
        Assert.True(match.Success, $"'{day}' is no day such as 30 or 30-1s.");
        var shift = match.Groups[2].Success ? double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        return Make.Day(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            + TimeSpan.FromMilliseconds(match.Groups[3].Value == "s" ? shift * 1000 : shift);
    }

    /// <summary>An instant as the documents write it: days after day 0, and seconds if there are any.</summary>
    public static string Written(DateTimeOffset? instant)
    {
        if (instant is not { } some)
            return "never";
        var age = some - Make.Start;
        var days = (long)Math.Round(age.TotalDays);
        var rest = age - TimeSpan.FromDays(days);
        if (rest == TimeSpan.Zero)
            return days.ToString(CultureInfo.InvariantCulture);
        if (Math.Abs(rest.TotalSeconds) < 10)
            return string.Create(CultureInfo.InvariantCulture, $"{days}{rest.TotalSeconds:+0.###;-0.###}s");
        return string.Create(CultureInfo.InvariantCulture, $"{some:yyyy-MM-ddTHH:mm:ssZ}");
    }

    private static CustomerEvent Event(string part, int index)
    {
        var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        string? Tagged(char tag)
        {
            var found = words.FirstOrDefault(word => word[0] == tag);
            if (found is not null)
                words.Remove(found);
            return found?[1..];
        }

        var (id, source, refund) = (Tagged('='), Tagged('@'), Tagged('#'));
        var at = When(words[0]);
        return Make.Event(
            What(words[1], [.. words.Skip(2)], refund),
            at,
            id ?? $"e{index + 1}",
            source ?? "shop",
            at.AddMilliseconds(index)
        );
    }

    private static Happening What(string word, string[] rest, string? refund) =>
        word switch
        {
            "placed" => new OrderPlaced(rest[0], Money(rest[1..])),
            "paid" => new OrderPaid(rest[0], Money(rest[1..])),
            "refund" => new OrderRefunded(rest[0], refund, rest.Length > 1 ? Money(rest[1..]) : null),
            "cancelled" => new OrderCancelled(rest[0]),
            "visit" => new Visit(null),
            "checkout" => new CheckoutAbandoned(null),
            "form" => new FormSubmitted(null, null),
            "in" => new Interaction(null, true),
            "out" => new Interaction(null, false),
            "followup" => new FollowUpDone(null),
            "feedback" => new Feedback(rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : null, null),
            "complaint" => new ComplaintOpened("c"),
            "closed" => new ComplaintClosed("c"),
            "referral" => new Referral(null),
            "rated" => new PotentialRated(
                decimal.Parse(rest[0], CultureInfo.InvariantCulture),
                "wang",
                "met",
                rest.Length > 2 ? When(rest[2]) : null
            ),
            "tag" => new CustomerUpdated(null, [new TagChange(rest[0], On: true, rest.Length > 2 ? When(rest[2]) : null)]),
            "untag" => new CustomerUpdated(null, [new TagChange(rest[0], On: false, null)]),
            "attr" => new CustomerUpdated(new Dictionary<string, JsonElement> { [rest[0]] = JsonSerializer.SerializeToElement(rest[1]) }),
            "pin" => new TierPinned("value", rest[0], "wang", "signed", rest.Length > 2 ? When(rest[2]) : null),
            "unpin" => new TierUnpinned("value", "wang", null),
            "created" => new CustomerCreated(null),
            "updated" => new CustomerUpdated(null),
            "erased" => new CustomerErased(),
            "consent" => new ConsentChanged("email", "news", true),
            _ => throw new FormatException($"No event is called '{word}'."),
        };

    private static Money Money(string[] amount) => Make.Amount(decimal.Parse(amount[0], CultureInfo.InvariantCulture), amount[1]);

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)(?:([+-]\d+(?:\.\d+)?)(s|ms))?$")]
    private static partial Regex Moment();
}
