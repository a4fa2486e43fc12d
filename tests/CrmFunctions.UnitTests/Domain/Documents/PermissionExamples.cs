using System.Globalization;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;

namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>The examples of Permission.md and Templates.md.</summary>
public sealed class PermissionExamples
{
    private const string Document = "Permission/Permission.md";
    private static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<Row> Consent => RuleDocument.Theory(Document, "Consent, by example");

    public static TheoryData<Row> Opening => RuleDocument.Theory(Document, "Opening, by example");

    public static TheoryData<Row> Places => RuleDocument.Theory(Document, "Places, by example");

    public static TheoryData<Row> Values => RuleDocument.Theory("Wording/Templates.md", "Values, by example");

    [Theory]
    [MemberData(nameof(Consent))]
    public void What_was_said_allows_or_forbids(Row row)
    {
        var said = row["said"]
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(words => new ConsentEntry(
                words[2],
                words[3],
                Enum.Parse<ConsentState>(words[1], ignoreCase: true),
                start.AddDays(int.Parse(words[0][1..], CultureInfo.InvariantCulture))
            ));

        Assert.Equal(row["forbidden by"], Consents.Forbids(said, row["channel"], Purposes.FromCode(row["purpose"])!.Value) ?? "allowed");
    }

    [Theory]
    [MemberData(nameof(Opening))]
    public void Hours_open(Row row)
    {
        var zones = row["zones"]
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(TimeZoneInfo.FindSystemTimeZoneById)
            .ToList();
        var hours = (row["hours"].Length == 0 ? "08:00-21:00" : row["hours"])
            .Split('-')
            .Select(time => TimeSpan.Parse(time, CultureInfo.InvariantCulture))
            .ToList();
        var now = Instant(row["now"]);

        var opens = new QuietHours(hours[0], hours[1]).OpenFrom(zones, now);

        Assert.Equal(
            row["opens"] switch
            {
                "now" => now,
                "never" => null,
                var instant => Instant(instant),
            },
            opens
        );
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Places_are_given(Row row)
    {
        Rate[] rates =
        [
            .. row["rates"]
                .Split(' ')
                .Select(rate => rate.Split('/'))
                .Select(pair => new Rate(Number(pair[0]), TimeSpan.FromSeconds(Number(pair[1])))),
        ];
        var (windows, given) = (SlidingWindows.Empty, new List<double>());
        foreach (var (i, asked) in row["asked at"].Split(' ').Index())
        {
            var at = windows.Free(rates, start.AddSeconds(Number(asked)));
            windows = windows.Take($"k{i}", at, start.AddSeconds(Number(asked)), rates);
            given.Add((at - start).TotalSeconds);
        }

        Assert.Equal(row["given"], string.Join(' ', given));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_made_harmless(Row row)
    {
        var value = System.Text.RegularExpressions.Regex.Unescape(
            row["value"]
                .Replace("[", "\\[", StringComparison.Ordinal)
                .Replace("*", "\\*", StringComparison.Ordinal)
                .Replace("{", "\\{", StringComparison.Ordinal)
                .Replace("(", "\\(", StringComparison.Ordinal)
                .Replace("#", "\\#", StringComparison.Ordinal)
        );

        foreach (var form in Enum.GetValues<TextForm>())
            Assert.Equal(row[form.ToString().ToLowerInvariant()], Escaping.Escape(value, form));
    }

    [Fact]
    public void The_team_is_told_with_the_variables_that_stand_in_the_document()
    {
        var rows = RuleDocument
            .Rows("Wording/Templates.md", "Variables, by template")
            .ToDictionary(row => row["template"], row => row["variables"].Split(' '));

        Assert.Equal(TeamTemplates.Variables.Keys, rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (template, variables) in rows)
            Assert.Equal(TeamTemplates.Variables[template], variables);
    }

    [Fact]
    public void Shipped_words_for_the_team_name_the_customer_in_the_text_for_a_robot_says_no_subject()
    {
        foreach (var name in TeamTemplates.Variables.Keys)
        {
            var shipped = ShippedTemplates.All[name];
            Assert.Empty(TeamTemplates.Problems(shipped));
            if (name != TeamTemplates.ComplaintSpike)
                Assert.All(shipped.Texts, text => Assert.Contains("{{customer}}", text.Body, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Asia/Tokyo", "+8613800138000", "Asia/Tokyo")]
    [InlineData("Mars/Olympus", "+8613800138000", "Asia/Shanghai")]
    [InlineData(null, "+85291234567", "Asia/Hong_Kong")]
    [InlineData(
        null,
        "+16502530000",
        "America/New_York,America/Chicago,America/Denver,America/Los_Angeles,America/Anchorage,Pacific/Honolulu"
    )]
    [InlineData(null, "+2421234567", "Europe/Berlin")]
    [InlineData(null, null, "Europe/Berlin")]
    public void A_zone_is_named_or_follows_from_the_number_or_is_assumed(string? zone, string? phone, string expected) =>
        Assert.Equal(expected.Split(','), Zones.Of(zone, phone, ["Europe/Berlin"]).Select(one => one.Id));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
