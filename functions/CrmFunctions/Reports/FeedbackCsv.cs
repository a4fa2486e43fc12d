using CsvHelper;

namespace CrmFunctions.Reports;

/// <summary>The feedback of tiers as a CSV file. A cell that a spreadsheet would run is written as text.</summary>
internal static class FeedbackCsv
{
    private static readonly string[] header =
    [
        "tier",
        "label",
        "customers",
        "csat",
        "satisfied",
        "csatAnswers",
        "nps",
        "promoters",
        "passives",
        "detractors",
        "npsAnswers",
        "complaints",
        "complainers",
        "complaintsPerHundred",
        "otherScores",
    ];

    public static async Task Write(Stream stream, IReadOnlyList<FeedbackLine> lines, CancellationToken cancellationToken)
    {
        var options = new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape };
        await using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        csv.WriteHeader(header);
        foreach (var line in lines)
        {
            csv.WriteField(line.Tier);
            csv.WriteField(line.Label);

            // As numbers, whose minus is no formula's. A figure that is not known is an empty cell, never a zero.
            decimal?[] figures =
            [
                line.Customers,
                line.Csat.Share,
                line.Csat.Satisfied,
                line.Csat.Answers,
                line.Nps.Score,
                line.Nps.Promoters,
                line.Nps.Passives,
                line.Nps.Detractors,
                line.Nps.Answers,
                line.Complaints,
                line.Complainers,
                line.ComplaintsPerHundred,
                line.OtherScores,
            ];
            foreach (var figure in figures)
                csv.WriteField(figure);
            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }
}
