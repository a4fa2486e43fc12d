using System.Text;
using CrmFunctions.Domain.Service.Feed;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain;

public sealed class DutyFeedTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private static readonly FeedDuty revisit = new(
        "revisit-1@crm",
        "回访：王小明，三十天没有联系了；钻石客户，请今天打电话, then note; what \\ was said",
        "Line one\r\nLine two",
        now.AddDays(-3),
        new DateOnly(2026, 11, 23),
        null,
        1,
        new Uri("https://crm.example/duties/1?a=b"),
        now
    );

    private static readonly FeedDuty complaint = new(
        "complaint-2@crm",
        "Answer the complaint",
        "",
        now.AddDays(-3),
        new DateOnly(2026, 11, 20),
        now.AddHours(4),
        0,
        null,
        now
    );

    [Fact]
    public void A_duty_due_on_a_date_is_an_event_all_day_that_leaves_the_time_free()
    {
        var read = Read(DutyFeed.Write("王经理", [revisit]));

        Assert.Equal(
            ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"],
            read.Where(line => line.StartsWith("BEGIN", StringComparison.Ordinal) || line.StartsWith("END", StringComparison.Ordinal))
        );
        Assert.Subset(
            read.ToHashSet(),
            new HashSet<string>
            {
                "VERSION:2.0",
                "METHOD:PUBLISH",
                "NAME:王经理",
                "X-WR-CALNAME:王经理",
                "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
                "X-PUBLISHED-TTL:PT1H",
                "UID:revisit-1@crm",
                "DTSTAMP:20261120T080000Z",
                "LAST-MODIFIED:20261120T080000Z",
                "DTSTART;VALUE=DATE:20261123",
                "TRANSP:TRANSPARENT",
                "PRIORITY:1",
                "URL:https://crm.example/duties/1?a=b",
                "DESCRIPTION:Line one\\nLine two",
            }
        );
        Assert.Equal(revisit.Summary, Text(read, "SUMMARY"));
        Assert.DoesNotContain(read, line => line.StartsWith("DTEND", StringComparison.Ordinal));
    }

    [Fact]
    public void A_duty_due_at_an_instant_is_shown_at_it()
    {
        Assert.Contains("DTSTART:20261120T120000Z", Read(DutyFeed.Write("Li", [complaint])));
        var read = Read(DutyFeed.Write("Li", [complaint], FeedForm.ToDos));
        Assert.Subset(
            read.ToHashSet(),
            new HashSet<string> { "BEGIN:VTODO", "DTSTART:20261117T080000Z", "DUE:20261120T120000Z", "STATUS:NEEDS-ACTION" }
        );
    }

    [Fact]
    public void A_to_do_due_on_a_date_has_no_start_of_another_kind()
    {
        var read = Read(DutyFeed.Write("Li", [revisit], FeedForm.ToDos));
        Assert.Contains("DUE;VALUE=DATE:20261123", read);
        Assert.DoesNotContain(read, line => line.StartsWith("DTSTART", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_duties_in_another_order_are_the_same_bytes_and_none_is_a_calendar_too()
    {
        Assert.Equal(DutyFeed.Write("Li", [revisit, complaint]), DutyFeed.Write("Li", [complaint, revisit]));
        Assert.Equal(2, Read(DutyFeed.Write("Li", [])).Count(line => line.EndsWith("VCALENDAR", StringComparison.Ordinal)));
    }

    [Fact]
    public void With_any_customer_name_the_feed_reads_back_and_nothing_is_injected() =>
        Prop.ForAll(
                Gen.Elements(
                        "王",
                        "😀",
                        "é",
                        "a",
                        " ",
                        ";",
                        ",",
                        "\\",
                        "\\n",
                        "\n",
                        "\r\n",
                        ":",
                        "\"",
                        "END:VEVENT",
                        "\u0001",
                        "\t",
                        "\ud800"
                    )
                    .ListOf()
                    .Select(parts => string.Concat(parts))
                    .ToArbitrary(),
                text =>
                {
                    var written = DutyFeed.Write(text, [revisit with { Summary = $"[{text}]", Description = $"[{text}]" }]);
                    var read = Read(written);
                    var expected =
                        $"[{text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\u0001", "", StringComparison.Ordinal).Replace('\ud800', '\ufffd')}]";
                    return Text(read, "SUMMARY") == expected
                        && Text(read, "DESCRIPTION") == expected
                        && read.Count(line => line == "END:VEVENT") == 1;
                }
            )
            .QuickCheckThrowOnFailure();

    // A reader of our own, by RFC 5545, section 3.1: every line ends in CR LF, none has more than 75 octets, and each is whole text by
    // itself.
    private static List<string> Read(string file)
    {
        Assert.EndsWith("\r\n", file, StringComparison.Ordinal);
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var lines = new List<string>();
        foreach (var line in file[..^2].Split("\r\n"))
        {
            Assert.InRange(strict.GetByteCount(line), 1, 75);
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
            if (line[0] is ' ' or '\t')
                lines[^1] += line[1..];
            else
                lines.Add(line);
        }

        return lines;
    }

    private static string Text(List<string> lines, string property)
    {
        var escaped = lines.Single(line => line.StartsWith($"{property}:", StringComparison.Ordinal))[(property.Length + 1)..];
        var text = new StringBuilder();
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
                text.Append(escaped[i]);
            else
                text.Append(escaped[++i] is 'n' or 'N' ? '\n' : escaped[i]);
        }

        return text.ToString();
    }
}
