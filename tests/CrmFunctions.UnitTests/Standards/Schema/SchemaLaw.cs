using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>Why a reader refuses what a schema takes, and rightly so: no schema can tell.</summary>
/// <param name="Code">Its name here.</param>
/// <param name="Told">How the reader tells it: a pattern of <c>path: sentence</c>.</param>
/// <param name="Example">A change that is refused for this reason alone.</param>
public sealed record Reason(string Code, string Told, string Example)
{
    /// <summary>Whether the reader told it.</summary>
    public bool IsThatOf(FieldProblem problem) => Regex.IsMatch($"{problem.Field}: {problem.Message}", Told);

    public override string ToString() => Code;
}

/// <summary>What a reader says of a document.</summary>
internal sealed record Reading(IReadOnlyList<FieldProblem> Problems, IReadOnlyList<FieldProblem> Ignored);

/// <summary>
/// A schema and a reader take the same documents: made from the schema, and with one change each. The reader may refuse for reasons that
/// no schema can tell, and may take what it calls meaningless.
/// </summary>
/// <param name="document">The document that the schema stands in.</param>
/// <param name="schema">The schema.</param>
/// <param name="read">The reader.</param>
/// <param name="reasons">The reasons that no schema can tell.</param>
internal sealed class SchemaLaw(SchemaDocument document, JsonNode schema, Func<string, Reading> read, IReadOnlyList<Reason> reasons)
{
    private const int Changes = 3;
    private readonly List<string> broken = [];
    private int taken;
    private int refused;

    /// <summary>Tries so many documents; each is taken as it is, and with each of three changes by both or by neither.</summary>
    public void Hold(int cases, Func<Random, JsonNode> make)
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("CRM_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (var i = 0; i < cases && broken.Count < 5; i++)
        {
            var dice = new Random(unchecked((seed * 1_000_003) + i));
            var made = make(dice);
            if (!document.Fits(made, schema) || read(made.ToJsonString()).Problems is not [])
                broken.Add($"is not taken as it was made: {string.Join("; ", read(made.ToJsonString()).Problems)} {made.ToJsonString()}");
            for (var change = 0; change < Changes; change++)
                Try(Mutation.Of(made, schema, dice));
        }

        Assert.True(broken.Count == 0, string.Join("\n\n", broken));

        // Or the changes change nothing, or everything.
        Assert.InRange(taken, cases * Changes / 20, cases * Changes);
        Assert.InRange(refused, cases * Changes / 4, cases * Changes);
    }

    private void Try((JsonNode? Json, string Path) change)
    {
        var json = change.Json?.ToJsonString() ?? "null";
        var (fits, reading) = (document.Fits(change.Json, schema), read(json));
        if (fits && reading.Problems.Count == 0)
            taken++;
        else if (!fits && (reading.Problems.Count > 0 || reading.Ignored.Any(ignored => IsAt(ignored.Field, change.Path))))
            refused++;
        else if (!fits)
            broken.Add($"The reader takes {json}; {string.Join("; ", document.Complaints(change.Json, schema))}");
        else if (reading.Problems.FirstOrDefault(problem => !reasons.Any(reason => reason.IsThatOf(problem))) is { } problem)
            broken.Add($"The schema takes {json}; {problem.Field}: {problem.Message}");
    }

    // At the place that was changed, around it, or within.
    private static bool IsAt(string field, string changed) => field == changed || IsWithin(changed, field) || IsWithin(field, changed);

    private static bool IsWithin(string inner, string outer) =>
        inner.StartsWith(outer + ".", StringComparison.Ordinal) || inner.StartsWith(outer + "[", StringComparison.Ordinal);
}
