using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.Privacy;
using CrmFunctions.Storage;

namespace CrmFunctions.Importing;

/// <summary>
/// Personal data in imports: texts of refused rows. Chunks are gone once they are filed; what one holds that is still to be filed tells of
/// what was before the erasure, and is erased when it is.
/// </summary>
public sealed class ImportedPersons(CrmTables tables) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "imports";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new JsonArray();
        await foreach (var row in WithProblems(cancellationToken))
        {
            foreach (var problem in ImportStore.ProblemsOf(row).Where(problem => person.AreAnywhereIn(problem.Problem)))
            {
                found.Add(new JsonObject { ["import"] = row.PartitionKey, ["row"] = problem.Row, ["column"] = problem.Column, ["problem"] = problem.Problem });
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var changed = 0;
        await foreach (var row in WithProblems(cancellationToken))
        {
            var problems = ImportStore.ProblemsOf(row);
            if (!problems.Any(problem => person.AreAnywhereIn(problem.Problem))) continue;
            row.Problems = ImportStore.Pack([.. problems.Select(problem => person.AreAnywhereIn(problem.Problem) ? problem with { Problem = "erased" } : problem)]);
            await tables.Imports.Put(row, cancellationToken);
            changed++;
        }

        return changed;
    }

    private Azure.AsyncPageable<ResultRow> WithProblems(CancellationToken cancellationToken)
    {
        var (from, to) = (ResultRow.Prefix, ResultRow.Prefix + "~");
        return tables.Imports.QueryAsync<ResultRow>(
            TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {to} and Refused gt {0}"), cancellationToken: cancellationToken);
    }
}
