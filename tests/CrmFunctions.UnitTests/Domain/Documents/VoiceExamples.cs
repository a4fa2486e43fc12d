using System.Globalization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Service.Voice;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>The examples of Voice.md, and the laws of its figures.</summary>
public sealed class VoiceExamples
{
    private const string Document = "Service/Voice/Voice.md";
    private static readonly DateOnly day = new(2026, 11, 20);

    public static TheoryData<Row> Figures => RuleDocument.Theory(Document, "Figures, by example");

    public static TheoryData<Row> Spikes => RuleDocument.Theory(Document, "Spikes, by example");

    [Theory]
    [MemberData(nameof(Figures))]
    public void Figures_are_as_the_document_says(Row row)
    {
        var figures = row["customers"]
            .Split(" | ")
            .Select(said => Voice(said))
            .OfType<CustomerVoice>()
            .Aggregate(VoiceFigures.None, (sum, voice) => sum.With(voice, Make.Day(10), Make.Day(100)));

        Assert.Equal(row["customers #"], Text(figures.Customers));
        Assert.Equal(row["csat"], figures.Csat.Share is null ? "none" : $"{figures.Csat.Satisfied}/{figures.Csat.Answers}");
        Assert.Equal(
            row["nps"],
            figures.Nps.Score is { } score
                ? $"{figures.Nps.Promoters}-{figures.Nps.Passives}-{figures.Nps.Detractors} = {Text(score)}"
                : "none"
        );
        Assert.Equal(
            (row["complaints"], row["complainers"], row["per hundred"], row["other"]),
            (Text(figures.Complaints), Text(figures.Complainers), Text(figures.ComplaintsPerHundred!.Value), Text(figures.OtherScores))
        );
    }

    [Theory]
    [MemberData(nameof(Spikes))]
    public void A_day_is_an_alarm_when_the_document_says(Row row)
    {
        var (week, counts) = (
            row["weeks before"].Split(' '),
            new Dictionary<DateOnly, int> { [day] = int.Parse(row["day"], CultureInfo.InvariantCulture) }
        );
        for (var back = 1; back <= 28; back++)
            counts[day.AddDays(-back)] = int.Parse(week[(28 - back) % 7], CultureInfo.InvariantCulture);
        if (week is [.., ['+', .. var more]] && more.Split('@') is [var count, var days])
        {
            var at = day.AddDays(-int.Parse(days, CultureInfo.InvariantCulture));
            counts[at] = counts.GetValueOrDefault(at) + int.Parse(count, CultureInfo.InvariantCulture);
        }

        var spike = new SpikeRule().On(day, counts);

        Assert.Equal(
            (row["usual"], row["alarm"]),
            (spike.Usual.ToString("0.###", CultureInfo.InvariantCulture), spike.IsAlarm ? "yes" : "no")
        );
        var said = double.Parse(row["probability"], CultureInfo.InvariantCulture);
        Assert.InRange(spike.Probability, said * 0.99, said * 1.01);
    }

    [Fact]
    public void The_tail_of_a_count_is_one_minus_all_smaller_ones() =>
        Prop.ForAll(
                Gen.Choose(0, 400).ToArbitrary(),
                Gen.Choose(1, 3000).ToArbitrary(),
                (count, tenths) =>
                {
                    // From the terms by logarithm, added up below the count: exact enough where the tail is not tiny.
                    var (mean, below, log) = (tenths / 10.0, 0.0, -tenths / 10.0);
                    for (var i = 0; i < count; log += Math.Log(mean / ++i))
                        below += Math.Exp(log);
                    var tail = SpikeRule.AtLeast(count, mean);
                    return tail is >= 0 and <= 1 && Math.Abs(tail - (1 - below)) < 1e-9 && SpikeRule.AtLeast(count + 1, mean) <= tail;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void One_answer_more_moves_a_figure_to_its_own_side_and_groups_add_up() =>
        Prop.ForAll(
                Gen.Choose(0, 10).ListOf().ToArbitrary(),
                Gen.Choose(0, 10).ListOf().ToArbitrary(),
                (scores, others) =>
                {
                    var (one, two) = (Group(scores), Group(others));
                    var all = Group(scores.Concat(others));
                    var (nps, liked, hated) = (all.Nps.Score ?? 0, all.Nps.With(10).Score, all.Nps.With(0).Score);
                    return one.Plus(two) == all
                        && nps is >= -100 and <= 100
                        && liked >= nps
                        && hated <= nps
                        && all.Nps.Answers == all.Customers;
                }
            )
            .QuickCheckThrowOnFailure();

    private static VoiceFigures Group(IEnumerable<int> scores) =>
        scores.Aggregate(
            VoiceFigures.None,
            (sum, score) =>
                sum.With(new CustomerVoice([new SurveyAnswer(Make.Day(20), Survey.Nps, score)], []), Make.Day(10), Make.Day(100))
        );

    private static CustomerVoice? Voice(string said)
    {
        var history = said.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line != "visit only")
            .Select(
                (line, i) =>
                {
                    var words = line.Split(' ');
                    Happening what = words[1..] switch
                    {
                        ["open", var id] => new ComplaintOpened(id),
                        ["close", var id] => new ComplaintClosed(id),
                        ["erased"] => new CustomerErased(),
                        [var score] => Scored(score, null),
                        [var kind, var score] => Scored(score, kind),
                        _ => throw new FormatException(line),
                    };
                    var at = Make.Day(int.Parse(words[0], CultureInfo.InvariantCulture));
                    return new CustomerEvent("shop", $"{i}", at, at, new Identifiers(Id: "42"), what);
                }
            );
        return CustomerVoice.Of(CrmFunctions.Domain.Customers.History.Distinct(history), Make.Day(1000));
    }

    private static Feedback Scored(string text, string? kind) =>
        text.Split('/') is [var score, var of]
            ? new Feedback(int.Parse(score, CultureInfo.InvariantCulture), kind, int.Parse(of, CultureInfo.InvariantCulture))
            : new Feedback(int.Parse(text, CultureInfo.InvariantCulture), kind);

    private static string Text(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
