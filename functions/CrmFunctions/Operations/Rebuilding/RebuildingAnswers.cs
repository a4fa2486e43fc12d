using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>How a rebuild or a verification goes.</summary>
/// <param name="Status">running or done.</param>
/// <param name="StartedAt">When it began. UTC.</param>
/// <param name="FinishedAt">When it ended. Null: it has not.</param>
/// <param name="Lanes">Lanes done.</param>
/// <param name="OfLanes">All lanes.</param>
/// <param name="Handles">Handles done.</param>
/// <param name="Removed">Entries of the index that the log knows nothing of, and that were taken away.</param>
/// <param name="Differs">Handles at which the state differs from the log.</param>
/// <param name="Differences">The first hundred of them.</param>
public sealed record RebuildRunAnswer(
    [property: AllowedValues("running", "done")] string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    int Lanes,
    int OfLanes,
    long Handles,
    long Removed,
    long Differs,
    [property: MaxLength(100)] IReadOnlyList<DifferenceAnswer> Differences
)
{
    /// <summary>How a run goes.</summary>
    public static async Task<RebuildRunAnswer> Of(RebuildRunRow run, RunStore runs, CancellationToken cancellationToken)
    {
        var lanes = await runs.LanesOf(run, cancellationToken);
        var done = lanes.Count(lane => lane.FinishedAt is not null);
        var isDone = done == CrmFunctions.Operations.Rebuilding.Lanes.Count;
        return new RebuildRunAnswer(
            isDone ? "done" : "running",
            run.StartedAt,
            isDone ? lanes.Max(lane => lane.FinishedAt) : null,
            done,
            CrmFunctions.Operations.Rebuilding.Lanes.Count,
            lanes.Sum(lane => lane.Handles),
            lanes.Sum(lane => lane.Removed),
            lanes.Sum(lane => lane.Differences),
            await runs.Differences(run, cancellationToken)
        );
    }
}

/// <summary>What differs at a handle.</summary>
/// <param name="Handle">Its key: a customer's id, or a handle of one.</param>
/// <param name="Members">What.</param>
public sealed record DifferenceAnswer(string Handle, IReadOnlyList<Difference> Members);

/// <summary>What became of one customer.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Handles">Handles done.</param>
/// <param name="Digest">Of its events and of what was decided: equal for equal ones.</param>
/// <param name="Removed">Entries of the index that were taken away.</param>
/// <param name="Differences">What differs.</param>
public sealed record SingleCustomerAnswer(
    string CustomerId,
    int Handles,
    string? Digest,
    long Removed,
    IReadOnlyList<DifferenceAnswer> Differences
);

/// <summary>JSON of answers and of columns.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RebuildRunAnswer))]
[JsonSerializable(typeof(SingleCustomerAnswer))]
[JsonSerializable(typeof(Difference[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RebuildingJson : JsonSerializerContext;
