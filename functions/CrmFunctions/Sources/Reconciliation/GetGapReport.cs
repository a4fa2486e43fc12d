using System.Globalization;
using System.Text.Json.Serialization;
using CrmFunctions.Domain;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>Reports how far each source was compared, what no webhook had told us, and that it was recovered.</summary>
public sealed class GetGapReport(GapStore gaps, SourceStore sources)
{
    [Operation(
        ApiTag.Reports,
        "What no webhook had told us, and was recovered（漏单核对报告）",
        "How far each source was compared with what it has itself, and the gaps that were found: orders or rows in a row, by time, that no webhook had told us. They are recovered before they are reported."
    )]
    [Query("source", "Id of one source; all where it is left out.", Example = "shop-eu")]
    [NextPage]
    [Language]
    [Answers(200, "The report; of gaps a page, the latest of each source first.", typeof(GapReport))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(GetGapReport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.GapReport)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var source = request.Query["source"] is [{ Length: > 0 } named, ..] ? named : null;
        var (rows, next) = await gaps.List(source, request.Query["next"], cancellationToken);
        if (rows is null)
            return new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();
        var zones = (await sources.List(cancellationToken)).ToDictionary(one => one.Id, one => one.TimeZone);
        var isChinese = Language.IsChinese(request.Query["lang"]);
        var states = (await gaps.ReadStates(cancellationToken)).Where(state => source is null || state.RowKey == source);
        return TypedResults.Json(
            new GapReport(
                [.. states.Select(SourceComparison.Of)],
                [.. rows.Select(row => Answer(row, zones.GetValueOrDefault(row.PartitionKey), isChinese))],
                next
            ),
            ReconciliationJson.Default.GapReport
        );
    }

    private static GapAnswer Answer(GapRow row, string? zone, bool isChinese) =>
        new(row.PartitionKey, row.From, row.To, row.Items, row.Events, row.RecoveredAt, row.ToIds(), Text(row, zone, isChinese));

    private static string Text(GapRow row, string? zone, bool isChinese)
    {
        var place = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "UTC") ?? DateTimeZone.Utc;
        var from = Instant.FromDateTimeOffset(row.From).InZone(place).LocalDateTime;
        var to = Instant.FromDateTimeOffset(row.To).InZone(place).LocalDateTime;
        var end = to.Date == from.Date ? $"{to:HH:mm}" : $"{to:uuuu-MM-dd HH:mm}";
        var span = string.Create(CultureInfo.InvariantCulture, $"{from:uuuu-MM-dd HH:mm}–{end} ({place.Id})");
        return isChinese
            ? string.Create(CultureInfo.InvariantCulture, $"缺少 {row.Items} 条，{span}，已补回")
            : string.Create(CultureInfo.InvariantCulture, $"{row.Items} missing {span}, recovered");
    }
}

/// <summary>What no webhook had told us.</summary>
/// <param name="Sources">How far each source was compared.</param>
/// <param name="Gaps">The gaps, the latest of each source first.</param>
/// <param name="Next">Of the next page.</param>
public sealed record GapReport(IReadOnlyList<SourceComparison> Sources, IReadOnlyList<GapAnswer> Gaps, string? Next);

/// <summary>How far a source was compared.</summary>
/// <param name="Source">Its id.</param>
/// <param name="Through">Everything it changed before is compared.</param>
/// <param name="LastRunAt">When it was last asked.</param>
/// <param name="Error">Why the last run did not come to its end, and what would be right.</param>
/// <param name="Calls">Calls made to its API so far.</param>
/// <param name="Compared">Orders or rows compared so far; those in the overlap of two windows twice.</param>
/// <param name="Missing">Events that no webhook had told us, all recovered.</param>
/// <param name="Unmapped">Orders or rows that could not be taken.</param>
/// <param name="UnmappedExample">One of them, and why.</param>
public sealed record SourceComparison(
    string Source,
    DateTimeOffset Through,
    DateTimeOffset? LastRunAt,
    string? Error,
    long Calls,
    long Compared,
    long Missing,
    long Unmapped,
    string? UnmappedExample
)
{
    /// <summary>The answer of a row.</summary>
    public static SourceComparison Of(ReconciliationRow row) =>
        new(row.RowKey, row.Through, row.LastRunAt, row.LastError, row.Calls, row.Compared, row.Missing, row.Unmapped, row.UnmappedExample);
}

/// <summary>Orders or rows in a row, by time, that no webhook had told us.</summary>
/// <param name="Items">Orders or rows.</param>
/// <param name="Ids">The source's own ids.</param>
/// <param name="Text">In words, in the source's time zone.</param>
public sealed record GapAnswer(
    string Source,
    DateTimeOffset From,
    DateTimeOffset To,
    int Items,
    int Events,
    DateTimeOffset RecoveredAt,
    IReadOnlyList<string> Ids,
    string Text
);

/// <summary>JSON of the report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GapReport))]
internal sealed partial class ReconciliationJson : JsonSerializerContext;
