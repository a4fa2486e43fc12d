using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Importing.Mapping;

namespace CrmFunctions.Sources.Importing;

/// <summary>How far an import is.</summary>
/// <param name="Id">The import.</param>
/// <param name="Status">accepted, running or completed.</param>
/// <param name="DryRun">Whether the rows are only checked: then accepted are those that would be new, and nothing is written.</param>
/// <param name="Rows">Rows of the file, the heading left out.</param>
/// <param name="Processed">Rows filed or refused so far.</param>
/// <param name="Accepted">New events.</param>
/// <param name="Duplicates">Events that were known.</param>
/// <param name="Refused">Rows that could not be taken.</param>
/// <param name="Mapping">How the file was read.</param>
/// <param name="Errors">The first problems.</param>
public sealed record ImportAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string Id,
    [property: AllowedValues("accepted", "running", "completed")] string Status,
    bool DryRun,
    int Rows,
    int Processed,
    int Accepted,
    int Duplicates,
    int Refused,
    MappingAnswer Mapping,
    IReadOnlyList<RowProblem> Errors
);

/// <summary>How a file is read.</summary>
/// <param name="Kind">orders or customers.</param>
/// <param name="Columns">The columns by what they are, named as in the query.</param>
/// <param name="Currency">ISO 4217 code where no column has one.</param>
/// <param name="TimeZone">IANA zone of dates without an offset.</param>
/// <param name="Decimals">point or comma; left out where no amount depends on it.</param>
/// <param name="Dates">day or month: what comes first in 3/4/2026; left out where no date depends on it.</param>
public sealed record MappingAnswer(
    [property: AllowedValues("orders", "customers")] string Kind,
    IReadOnlyDictionary<string, string> Columns,
    string Currency,
    string TimeZone,
    [property: AllowedValues("point", "comma")] string? Decimals,
    [property: AllowedValues("day", "month")] string? Dates
)
{
    /// <summary>The answer of a mapping.</summary>
    public static MappingAnswer Of(ColumnMapping mapping) =>
        new(
            mapping.Kind.ToString().ToLowerInvariant(),
            mapping.Columns.ToDictionary(pair => ImportQuery.NameOf(pair.Key), pair => pair.Value),
            mapping.Currency,
            mapping.TimeZone,
            mapping.Decimals?.ToString().ToLowerInvariant(),
            mapping.Dates?.ToString().ToLowerInvariant()
        );
}

/// <summary>What became of some rows.</summary>
/// <param name="Id">26 characters out of a-z and 2-7; never personal data.</param>
public sealed record ImportRowsAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string Id,
    IReadOnlyList<ImportRowAnswer> Rows,
    string? Next
);

/// <summary>What became of one row.</summary>
public sealed record ImportRowAnswer(
    int Row,
    [property: AllowedValues("accepted", "duplicate", "quarantined", "refused")] string Status,
    IReadOnlyList<RowProblem>? Problems
);

/// <summary>How a file would be read, from its beginning.</summary>
/// <param name="Encoding">How its characters are written.</param>
/// <param name="Separator">What stands between its fields.</param>
/// <param name="Header">The names of its columns.</param>
/// <param name="Mapping">Which column is what, as named or as its name says.</param>
/// <param name="Rows">Rows looked at.</param>
/// <param name="Events">The first rows as events.</param>
/// <param name="Problems">Why the file would be refused; none: it would not be for its beginning.</param>
/// <param name="Errors">What is wrong with single rows.</param>
public sealed record PreviewAnswer(
    string Encoding,
    string Separator,
    IReadOnlyList<string> Header,
    MappingAnswer Mapping,
    int Rows,
    IReadOnlyList<EventPreview> Events,
    IReadOnlyList<FieldProblem> Problems,
    IReadOnlyList<RowProblem> Errors
);

/// <summary>A row as the event it would be.</summary>
public sealed record EventPreview(int Row, string Id, string Source, string Type, DateTimeOffset Time, JsonElement Data);

/// <summary>JSON of imports, in rows and in answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(Chunk))]
[JsonSerializable(typeof(ColumnMapping))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(List<RowProblem>))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(ImportRowsAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
internal sealed partial class ImportJson : JsonSerializerContext;
