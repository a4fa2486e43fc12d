using System.Text.Json.Serialization;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>The answer to a batch of events: one item for each, in the order sent.</summary>
internal sealed record Accepted(IReadOnlyList<AcceptedEvent> Events);

/// <param name="Status"><c>accepted</c>, <c>duplicate</c>, <c>quarantined</c> or <c>refused</c>.</param>
internal sealed record AcceptedEvent(string? Id, string Status, string? CustomerId, IReadOnlyList<FileProblem>? Errors)
{
    /// <summary>Whether the event is in the log, by this delivery or an earlier one.</summary>
    public bool IsLogged => Status is "accepted" or "duplicate";

    /// <summary>What is wrong with it, by field; empty where nothing is.</summary>
    public string Why => string.Join("; ", (Errors ?? []).Select(error => $"{error.Field} {error.Message}"));
}

internal sealed record ProblemAnswer(string? Title, string? Detail);

/// <param name="Status"><c>accepted</c>, <c>running</c> or <c>completed</c>.</param>
internal sealed record Import(
    string Id,
    string Status,
    long Rows,
    long Processed,
    long Accepted,
    long Duplicates,
    long Refused,
    IReadOnlyList<ImportError>? Errors
);

/// <summary>How a file would be read: <c>POST /imports/preview</c>.</summary>
internal sealed record Preview(
    string Encoding,
    string Separator,
    Mapping Mapping,
    long Rows,
    IReadOnlyList<PreviewEvent> Events,
    IReadOnlyList<FileProblem> Problems,
    IReadOnlyList<ImportError> Errors
);

internal sealed record Mapping(
    string Kind,
    IReadOnlyDictionary<string, string> Columns,
    string Currency,
    string TimeZone,
    string? Decimals,
    string? Dates
);

internal sealed record PreviewEvent(long Row, string Type, DateTimeOffset Time, System.Text.Json.JsonElement Data);

internal sealed record FileProblem(string Field, string Message);

internal sealed record ImportError(long Row, string? Column, string Problem);

/// <summary>The whole base at one look: <c>GET /reports/base</c>.</summary>
/// <param name="Events">Distinct events that are folded into customers by now.</param>
/// <param name="Examples">Customers worth looking at.</param>
/// <param name="Hash">Of all customers' states and decisions.</param>
internal sealed record BaseReport(
    DateTimeOffset AsOf,
    long Customers,
    long Events,
    long Orders,
    string? Standard,
    IReadOnlyList<Group> Tiers,
    IReadOnlyList<Group> Stages,
    IReadOnlyList<BaseCell> Matrix,
    IReadOnlyList<string> Examples,
    string Hash
);

/// <param name="Label">By language.</param>
internal sealed record Group(string Name, IReadOnlyDictionary<string, string>? Label, long Customers)
{
    public string In(string language) => Label?.GetValueOrDefault(language) ?? Name;
}

internal sealed record BaseCell(string Tier, string Stage, long Customers);

internal sealed record ExplanationText(string Text);

internal sealed record ChurnWarnings(DateTimeOffset AsOf, long Count, IReadOnlyList<ChurnWarning> Customers);

internal sealed record ChurnWarning(string CustomerId, DateTimeOffset Since, string Reason);

/// <summary>Calibrations and how the last run of each scheme went: <c>GET /calibrations</c>.</summary>
internal sealed record Calibrations(IReadOnlyList<CalibrationRun> Runs);

/// <param name="Status"><c>queued</c>, <c>reading</c>, <c>fitting</c> or <c>done</c>.</param>
/// <param name="Alarm">Why the last calibration was kept.</param>
internal sealed record CalibrationRun(string Scheme, string Status, long Read, string? Outcome, string? Version, string? Alarm);

internal sealed record CalibrationStarted(string Scheme);

/// <summary>The customers with most to lose: <c>GET /reports/at-risk</c>.</summary>
internal sealed record AtRisk(string Currency, string Model, double HorizonDays, IReadOnlyList<AtRiskCustomer> Customers);

internal sealed record AtRiskCustomer(string CustomerId, double ChurnProbability, decimal PredictedValue, string Rule, string Reason);

/// <summary>A duty of an owner: <c>GET /duties</c>.</summary>
internal sealed record Duties(string Owner, long Total, string Takes, [property: JsonPropertyName("duties")] IReadOnlyList<DutyLine> Lines);

internal sealed record DutyLine(
    string CustomerId,
    string? Name,
    string TierLabel,
    string Label,
    string Why,
    decimal Worth,
    string Currency
);

/// <summary>What was said and what was not: <c>GET /customers/{id}/messages</c>.</summary>
internal sealed record Messages(string CustomerId, [property: JsonPropertyName("messages")] IReadOnlyList<MessageLine> Lines);

/// <param name="Why">In words: what became of it, and why.</param>
internal sealed record MessageLine(string Rule, string Channel, string Status, string? Reason, string Why);

internal sealed record Standards(int Revision, RolloutProgress? Rollout);

internal sealed record RolloutProgress(int Revision, long Asked, bool Finished);

internal sealed record Health(string Status, OperationCounts? Operations);

/// <summary>Operations on tables and on the broker since the app started, and for each event it took in.</summary>
internal sealed record OperationCounts(long Tables, long ServiceBus, long Events, double? TablesPerEvent, double? ServiceBusPerEvent);
