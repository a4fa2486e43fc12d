using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Quality;

/// <summary>What is wrong with what is known of a customer, as far as one customer's history shows it.</summary>
/// <param name="Defects">What is wrong at any time.</param>
/// <param name="Contact">The source that last gave a good address or number, and when. Null: none did.</param>
/// <param name="Looks">Hashes that customers who may be the same person share.</param>
/// <remarks>Source: Quality/Quality.md, where each defect has its worked example.</remarks>
public sealed record QualityFacts(ImmutableArray<Defect> Defects, SourcedValue? Contact, ImmutableArray<string> Looks)
{
    private const int TellingDigits = 8;

    /// <summary>Of nobody.</summary>
    public static QualityFacts None { get; } = new([], null, []);

    /// <summary>The facts of a history.</summary>
    /// <param name="events">Each once, in the order of folding.</param>
    public static QualityFacts Of(IReadOnlyList<CustomerEvent> events)
    {
        if (events.Count == 0 || events.Any(e => e.Customer.Erased == true))
            return None;
        var profile = Profile.Of(events);
        var (badEmails, badPhones) = (
            profile.Email.Where(word => Emails.Normalise(word.Value) is null),
            profile.Phone.Where(word => Phones.Normalise(word.Value, word.Region) is null)
        );
        var good = profile
            .Email.Except(badEmails)
            .Concat(profile.Phone.Except(badPhones))
            .OrderByDescending(word => word.At)
            .ThenBy(word => word.Source, StringComparer.Ordinal)
            .ToList();
        var first = events[0];
        var defects = new List<Defect>();
        if (profile.Name.IsEmpty)
            defects.Add(new Defect(DefectKind.Incomplete, "no-name", first.Source, first.OccurredAt));
        if (good.Count == 0)
            defects.Add(new Defect(DefectKind.Incomplete, "no-contact", first.Source, first.OccurredAt));
        defects.AddRange(badEmails.Select(word => new Defect(DefectKind.Incomplete, "bad-email", word.Source, word.At)));
        defects.AddRange(badPhones.Select(word => new Defect(DefectKind.Incomplete, "bad-phone", word.Source, word.At)));
        defects.AddRange(Conflicts("name", profile.Name));
        defects.AddRange(Conflicts("time-zone", profile.TimeZone));
        defects.AddRange(
            events
                .Where(e => e.Customer.Id is not null && e.Customer.Claimed != true)
                .GroupBy(e => e.Source)
                .Select(source => source.DistinctBy(e => e.Customer.Id).ElementAtOrDefault(1))
                .OfType<CustomerEvent>()
                .Select(second => new Defect(DefectKind.Duplicate, "two-ids", second.Source, second.OccurredAt))
        );
        return new QualityFacts([.. defects], good.FirstOrDefault(), [.. LooksOf(profile).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<Defect> Conflicts(string attribute, ImmutableArray<SourcedValue> words) =>
        Profile.Contradicting(words).Select(word => new Defect(DefectKind.Conflicting, attribute, word.Source, words[0].At));

    // An address without the tag that its owner put behind a plus, and a name beside the end of a number, however it was written.
    private static IEnumerable<string> LooksOf(Profile profile)
    {
        foreach (var email in profile.Email.Select(word => Emails.Normalise(word.Value)).OfType<string>())
        {
            var (local, domain) = (
                email[..email.IndexOf('@', StringComparison.Ordinal)],
                email[email.IndexOf('@', StringComparison.Ordinal)..]
            );
            if (domain is "@googlemail.com" or "@gmail.com")
                (local, domain) = (local.Replace(".", "", StringComparison.Ordinal), "@gmail.com");
            yield return KeyedHash.Of($"looks\n{local.Split('+')[0]}{domain}", 13);
        }

        if (profile.Name.IsEmpty)
            yield break;
        foreach (
            var digits in profile
                .Phone.Select(word => string.Concat(word.Value.Where(char.IsAsciiDigit)))
                .Where(digits => digits.Length >= TellingDigits)
        )
        {
            yield return KeyedHash.Of($"looks\n{Profile.Plain(profile.Name[0].Value).ToUpperInvariant()}\n{digits[^TellingDigits..]}", 13);
        }
    }
}

/// <summary>Something wrong with what is known of a customer.</summary>
/// <param name="Kind">Which of the four.</param>
/// <param name="Reason">What exactly: a code.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Since">When it came to be. UTC.</param>
public sealed record Defect(DefectKind Kind, string Reason, string Source, DateTimeOffset Since);

/// <summary>The four kinds of defects: 不完整 重复 过时 来源混乱.</summary>
public enum DefectKind
{
    /// <summary>不完整: something is missing, or is none.</summary>
    Incomplete,

    /// <summary>重复: there may be two of one.</summary>
    Duplicate,

    /// <summary>过时: nobody has confirmed it for long.</summary>
    Stale,

    /// <summary>来源混乱: sources contradict each other.</summary>
    Conflicting,
}
