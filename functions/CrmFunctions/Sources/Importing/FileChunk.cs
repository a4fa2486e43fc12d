using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Sources.Importing.Mapping;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Importing;

/// <summary>Files the rows of one chunk and writes down what became of each.</summary>
public sealed class FileChunk(ImportStore imports, EventLog log)
{
    [Function(nameof(FileChunk))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Imports, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = MessageBody.Read<ImportChunk>(received.Body.ToMemory());
        var import =
            await imports.Read(message.Import, cancellationToken)
            ?? throw new InvalidOperationException($"Import {message.Import} is not there.");
        if (await imports.ReadChunk(message.Import, message.Chunk, cancellationToken) is not { } chunk)
        {
            // An earlier delivery filed it, and died before it could say so to the queue.
            if (await imports.ReadResult(message.Import, message.Chunk, cancellationToken) is not null)
                return;
            throw new InvalidOperationException($"Chunk {message.Chunk} of import {message.Import} is not there.");
        }

        var reader = new RowReader(ImportStore.MappingOf(import), ImportStore.HeaderOf(import));
        var problems = new List<RowProblem>();
        var read = chunk
            .Rows.Select(
                (row, i) =>
                {
                    var number = chunk.FirstRow + i;
                    var entry = reader.Read(row, number, import.ReceivedAt, out var found);
                    problems.AddRange(found);
                    return entry is null
                        ? null
                        : entry with
                        {
                            Kind = "import",
                            Origin = string.Create(CultureInfo.InvariantCulture, $"{message.Import}:{number}"),
                        };
                }
            )
            .ToList();

        List<LogEntry> entries = [.. read.OfType<LogEntry>()];
        var filings = import.IsDryRun ? await log.Look(entries, cancellationToken) : await log.File(entries, cancellationToken);
        CrashPoints.Passed(CrashPoints.ChunkFiled);
        await imports.PutResult(Result(chunk.FirstRow, read, filings, problems), message.Import, message.Chunk, cancellationToken);
        await imports.RemoveChunk(message.Import, message.Chunk, cancellationToken);
    }

    private static ResultRow Result(int firstRow, List<LogEntry?> read, FilingResult[] filings, List<RowProblem> problems)
    {
        var next = 0;
        return new ResultRow
        {
            FirstRow = firstRow,
            Rows = read.Count,
            Accepted = filings.Count(filing => filing == FilingResult.Accepted),
            Duplicates = filings.Count(filing => filing == FilingResult.Duplicate),
            Refused = read.Count(entry => entry is null) + filings.Count(filing => filing == FilingResult.Quarantined),
            Statuses = string.Concat(read.Select(entry => entry is null ? 'r' : Letter(filings[next++]))),
            Problems = ImportStore.Pack(problems),
        };
    }

    private static char Letter(FilingResult filing) =>
        filing switch
        {
            FilingResult.Accepted => 'a',
            FilingResult.Duplicate => 'd',
            FilingResult.Quarantined => 'q',
            _ => throw new ArgumentOutOfRangeException(nameof(filing), filing, "No such filing."),
        };
}
