using System.Text.Json.Nodes;
using CrmFunctions.Importing.Reading;
using CrmFunctions.Privacy;

namespace CrmFunctions.Importing;

/// <summary>What files being imported say of a person. Rows that were filed are in the log and in no second place: only chunks still waiting hold any.</summary>
public sealed class ImportsOfPeople(ImportStore imports) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "import-chunks";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var rows = new JsonArray();
        await foreach (var (import, _, chunk) in Waiting(cancellationToken))
        {
            var header = await imports.Read(import, cancellationToken) is { } row ? ImportStore.HeaderOf(row) : [];
            foreach (var found in chunk.Rows.Where(one => one.F.Any(person.AreIn)))
            {
                var fields = new JsonObject();
                foreach (var (index, field) in found.F.Index()) fields[index < header.Length && header[index].Length > 0 ? header[index] : $"{index + 1}"] = field;
                rows.Add((JsonNode)fields);
            }
        }

        return rows;
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        await foreach (var (import, number, chunk) in Waiting(cancellationToken))
        {
            // The row stays, empty, so that the numbers of those after it do; filed, it is refused for naming nobody.
            var count = chunk.Rows.Count(row => row.F.Any(person.AreIn));
            if (count == 0) continue;
            var rest = chunk.Rows.Select(row => row.F.Any(person.AreIn) ? new FileRow([.. row.F.Select(_ => "")], row.N) : row).ToList();
            await imports.Put(import, number, new Chunk(chunk.FirstRow, rest), cancellationToken);
            forgotten += count;
        }

        return forgotten;
    }

    private async IAsyncEnumerable<(string Import, int Number, Chunk Chunk)> Waiting(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var open in await imports.ReadOpen(cancellationToken))
        {
            foreach (var number in (await imports.ReadChunkNumbers(open.RowKey, cancellationToken)).Chunks)
            {
                if (await imports.ReadChunk(open.RowKey, number, cancellationToken) is { } chunk) yield return (open.RowKey, number, chunk);
            }
        }
    }
}
