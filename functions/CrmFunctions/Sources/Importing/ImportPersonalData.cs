using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Sources.Importing.Reading;

namespace CrmFunctions.Sources.Importing;

/// <summary>
/// Personal data in imports: rows that wait to be filed, and what was said of rows that were refused. A row that was filed is in the log,
/// and in no second place.
/// </summary>
public sealed class ImportPersonalData(ImportStore imports) : IPersonalData
{
    private const string Erased = "erased";

    /// <inheritdoc/>
    public string Place => "imports";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var (import, _, chunk) in imports.ReadWaiting(cancellationToken))
        {
            var header = await imports.Read(import, cancellationToken) is { } row ? ImportStore.HeaderOf(row) : [];
            foreach (var (index, waiting) in chunk.Rows.Index().Where(pair => IsOf(person, pair.Item)))
            {
                var fields = new JsonObject();
                foreach (var (column, field) in waiting.F.Index())
                    fields[column < header.Length && header[column].Length > 0 ? header[column] : $"{column + 1}"] = field;
                found.Add(
                    new JsonObject
                    {
                        ["import"] = import,
                        ["row"] = chunk.FirstRow + index,
                        ["fields"] = fields,
                    }
                );
            }
        }

        await foreach (var result in imports.ReadRefused(cancellationToken))
        {
            foreach (var problem in ImportStore.ProblemsOf(result).Where(problem => person.AreAnywhereIn(problem.Problem)))
            {
                found.Add(
                    new JsonObject
                    {
                        ["import"] = result.PartitionKey,
                        ["row"] = problem.Row,
                        ["column"] = problem.Column,
                        ["problem"] = problem.Problem,
                    }
                );
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var forgotten = 0;

        // Waiting rows before results: one that is being filed meanwhile has its result when that is looked at.
        await foreach (var (import, number, chunk) in imports.ReadWaiting(cancellationToken))
        {
            // The row stays, empty, so that the numbers of those after it do; filed, it is refused for naming nobody.
            var count = chunk.Rows.Count(row => IsOf(person, row));
            if (count == 0)
                continue;
            var rest = chunk.Rows.Select(row => IsOf(person, row) ? new FileRow([.. row.F.Select(_ => "")], row.N) : row).ToList();
            await imports.Put(import, number, new Chunk(chunk.FirstRow, rest), cancellationToken);
            forgotten += count;
        }

        await foreach (var result in imports.ReadRefused(cancellationToken))
        {
            var problems = ImportStore.ProblemsOf(result);
            var count = problems.Count(problem => person.AreAnywhereIn(problem.Problem));
            if (count == 0)
                continue;
            await imports.PutProblems(
                result,
                [.. problems.Select(problem => person.AreAnywhereIn(problem.Problem) ? problem with { Problem = Erased } : problem)],
                cancellationToken
            );
            forgotten += count;
        }

        return forgotten;
    }

    private static bool IsOf(PersonalIdentifiers person, FileRow row) => row.F.Any(person.AreIn);
}
