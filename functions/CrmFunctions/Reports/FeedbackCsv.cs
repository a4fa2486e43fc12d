using System.Globalization;
using CsvHelper;

namespace CrmFunctions.Reports;

/// <summary>The feedback of tiers as a CSV file. A cell that a spreadsheet would run is written as text.</summary>
internal static class FeedbackCsv
{
    private static readonly string[] header =
    [
        "tier", "label", "customers", "csat", "satisfied", "csatAnswers", "nps", "promoters", "passives", "detractors", "npsAnswers", "complaints", "complainers",
        "complaintsPerHundred", "otherScores",
    ];

    public static async Task Write(Stream stream, IReadOnlyList<FeedbackLine> lines, CancellationToken cancellationToken)
    {
        var options = new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape };
        await using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        csv.WriteHeader(header);
        foreach (var line in lines)
        {
            // A figure that is not known is an empty cell, never a zero.
            await csv.WriteRecordAsync(
                [
                    line.Tier, line.Label, Text(line.Customers), Text(line.Csat.Share), Text(line.Csat.Satisfied), Text(line.Csat.Answers), Text(line.Nps.Score), Text(line.Nps.Promoters),
                    Text(line.Nps.Passives), Text(line.Nps.Detractors), Text(line.Nps.Answers), Text(line.Complaints), Text(line.Complainers), Text(line.ComplaintsPerHundred), Text(line.OtherScores),
                ],
                cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    private static string Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
