using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CrmFunctions.Customers;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Service.Voice;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Complaints;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Reports;

/// <summary>客户之声: answers what customers say, tier by tier: CSAT, NPS and complaints, with what each figure is made of.</summary>
public sealed class GetFeedback(
    FeedbackFigures read,
    ComplaintIndex complaints,
    MessageLedger ledger,
    TieringEngine engine,
    IOptions<BusinessHoursOptions> hours
)
{
    private const int MostDays = 730;

    [Operation(
        ApiTag.Reports,
        "What customers say, by tier（满意度、净推荐值与投诉率）",
        "CSAT, NPS and complaints of those who are in each tier now, with what each figure is made of. Of each customer the last answer to each question in the period counts. Read from the whole base, and answered again for Reports__KeptFor."
    )]
    [Query("days", "Length of the period, which ends now.", typeof(int), Least = 1, Most = 730, Default = 90)]
    [Query("format", "csv: a line for each tier and one for all.", Values = ["json", "csv"], Default = "json")]
    [Language]
    [Answers(200, "The figures.", typeof(FeedbackAnswer))]
    [Answers(200, "", typeof(string), ContentType = "text/csv")]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(GetFeedback))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.FeedbackReport)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var days = 90;
        if (
            request.Query["days"] is [{ Length: > 0 } text, ..]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > MostDays)
        )
        {
            return new Problem(ProblemKind.InvalidQuery, $"days is a number from 1 to {MostDays}.").ToResult();
        }

        var format = request.Query["format"].ToString();
        if (format is not ("" or "json" or "csv"))
            return new Problem(ProblemKind.InvalidQuery, "format is json or csv.").ToResult();

        var language = CustomerReader.LanguageOf(request);
        var (to, figures) = await read.Of(days, cancellationToken);
        var from = to.AddDays(-days);

        var tiers = figures.Select(pair => FeedbackLine.Of(pair.Key, engine.LabelOf(pair.Key, language), pair.Value)).ToList();
        var all = FeedbackLine.Of(
            "*",
            Language.IsChinese(language) ? "全部" : "All",
            figures.Values.Aggregate(VoiceFigures.None, (sum, one) => sum.Plus(one))
        );
        if (format == "csv")
            return TypedResults.Stream(
                stream => FeedbackCsv.Write(stream, [.. tiers, all], cancellationToken),
                "text/csv; charset=utf-8",
                "feedback.csv"
            );

        var zone = TimeZoneInfo.FindSystemTimeZoneById(hours.Value.TimeZone);
        var yesterday = new SpikeRule().On(WallClock.DayOf(to, zone).AddDays(-1), await complaints.Count(zone, cancellationToken));
        var alarms = (await ledger.Read([Handle.Base], cancellationToken))
            .Where(row => row.Rule == WatchComplaints.Rule && row.DecidedAt >= from)
            .Select(row => MessageAnswer.Of(row, language));
        return TypedResults.Json(
            new FeedbackAnswer(to, from, to, engine.Standard.Scheme, tiers, all, SpikeAnswer.Of(yesterday), [.. alarms]),
            ReportsJson.Default.FeedbackAnswer
        );
    }
}

/// <summary>What customers say.</summary>
/// <param name="AsOf">The instant. UTC.</param>
/// <param name="From">The first instant of the period. UTC.</param>
/// <param name="To">The first instant after it. UTC.</param>
/// <param name="Scheme">Whose tiers they are.</param>
/// <param name="Tiers">Of those who are in each tier now.</param>
/// <param name="All">Of all.</param>
/// <param name="Yesterday">Complaints of the last whole day, against what is usual.</param>
/// <param name="Alarms">
/// What became of the alarms that the team is sent of days with more complaints than chance explains (rule complaint-spike; the period is
/// the day), oldest first: on which channel, or why not.
/// </param>
public sealed record FeedbackAnswer(
    DateTimeOffset AsOf,
    DateTimeOffset From,
    DateTimeOffset To,
    string Scheme,
    IReadOnlyList<FeedbackLine> Tiers,
    FeedbackLine All,
    SpikeAnswer Yesterday,
    IReadOnlyList<MessageAnswer> Alarms
);

/// <summary>What customers of a tier say.</summary>
/// <param name="Tier">The tier; * for all.</param>
/// <param name="Label">In the language asked for.</param>
/// <param name="Customers">How many are in it.</param>
/// <param name="Csat">Satisfaction.</param>
/// <param name="Nps">Recommendation.</param>
/// <param name="Complaints">Opened in the period.</param>
/// <param name="Complainers">Customers who opened one.</param>
/// <param name="ComplaintsPerHundred">Complaints for each hundred customers; left out without customers.</param>
/// <param name="OtherScores">Scores in the period that answer neither question.</param>
public sealed record FeedbackLine(
    string Tier,
    string Label,
    int Customers,
    CsatAnswer Csat,
    NpsAnswer Nps,
    int Complaints,
    int Complainers,
    decimal? ComplaintsPerHundred,
    int OtherScores
)
{
    internal static FeedbackLine Of(string tier, string label, VoiceFigures figures) =>
        new(
            tier,
            label,
            figures.Customers,
            new CsatAnswer(Rounded(figures.Csat.Share, 4), figures.Csat.Satisfied, figures.Csat.Answers),
            new NpsAnswer(
                Rounded(figures.Nps.Score, 1),
                figures.Nps.Promoters,
                figures.Nps.Passives,
                figures.Nps.Detractors,
                figures.Nps.Answers
            ),
            figures.Complaints,
            figures.Complainers,
            Rounded(figures.ComplaintsPerHundred, 2),
            figures.OtherScores
        );

    private static decimal? Rounded(decimal? figure, int decimals) =>
        figure is { } known ? Math.Round(known, decimals, MidpointRounding.AwayFromZero) : null;
}

/// <summary>Satisfaction.</summary>
/// <param name="Share">Of 4 and 5, 0 to 1; left out without answers.</param>
/// <param name="Satisfied">Answers of 4 and 5.</param>
/// <param name="Answers">Customers who answered.</param>
public sealed record CsatAnswer([property: Range(0, 1)] decimal? Share, int Satisfied, int Answers);

/// <summary>Recommendation.</summary>
/// <param name="Score">-100 to 100; left out without answers.</param>
/// <param name="Promoters">Answers of 9 and 10.</param>
/// <param name="Passives">Answers of 7 and 8.</param>
/// <param name="Detractors">Answers of 0 to 6.</param>
/// <param name="Answers">Customers who answered.</param>
public sealed record NpsAnswer([property: Range(-100, 100)] decimal? Score, int Promoters, int Passives, int Detractors, int Answers);

/// <summary>A day's complaints.</summary>
/// <param name="Day">In the zone of the business hours.</param>
/// <param name="Complaints">First opened on it.</param>
/// <param name="Usual">A usual day's.</param>
/// <param name="Probability">That chance gives so many or more.</param>
/// <param name="Alarm">It is too improbable to be chance.</param>
public sealed record SpikeAnswer(DateOnly Day, int Complaints, double Usual, double Probability, bool Alarm)
{
    internal static SpikeAnswer Of(Spike spike) =>
        new(spike.Day, spike.Complaints, Math.Round(spike.Usual, 2), Math.Round(spike.Probability, 6), spike.IsAlarm);
}
