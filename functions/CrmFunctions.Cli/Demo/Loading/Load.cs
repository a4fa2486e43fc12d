using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Generation;
using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>What loading came to.</summary>
/// <param name="AtLeast">Distinct events that must be folded before the base is settled.</param>
/// <param name="AtMost">The same where every duplicate is an event of an earlier run. Differs from <paramref name="AtLeast"/> for files
/// only.</param>
/// <param name="Problems">The first refusals, in words.</param>
internal sealed record Loaded(
    long Sent,
    long Accepted,
    long Duplicates,
    long Refused,
    long AtLeast,
    long AtMost,
    IReadOnlyList<string> Problems
)
{
    public const int MostProblems = 10;

    /// <summary>Deliveries whose event is in the log, by them or by an earlier one.</summary>
    public long Logged => Accepted + Duplicates;
}

/// <summary>Loads a data set through the public API.</summary>
internal sealed class Load(Api api, Progress progress, TimeProvider clock)
{
    public const int BatchSize = 500;
    public const int Concurrency = 4;

    /// <exception cref="CommandFailedException">A request was refused as a whole, was not answered, or nothing moves any more.</exception>
    public Task<Loaded> Run(DataSet data, CancellationToken cancellationToken) =>
        data switch
        {
            GeneratedBase generated => Events(generated.Events, cancellationToken),
            EventFile file => Events(file.Events, cancellationToken),
            CsvDataFile csv => File(csv, cancellationToken),
            _ => throw new InvalidOperationException($"{data.GetType().Name} cannot be loaded."),
        };

    private async Task<Loaded> Events(IReadOnlyList<CanonicalEvent> events, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        return await progress.Run(
            "progress.load",
            events.Count,
            async show =>
            {
                var tally = new Tally();

                // What people decided before the suite was there, no shop may send: an admin brings it in.
                var batches =
                    from byRole in events.GroupBy(e => EventTypes.Decided.Contains(e.Type) ? RoleNames.Admin : RoleNames.Ingest)
                    from batch in byRole.Chunk(BatchSize)
                    select (Role: byRole.Key, Events: batch);
                await Parallel.ForEachAsync(
                    batches,
                    options,
                    async (batch, cancel) =>
                        show(tally.Add(batch.Events, await api.Post(batch.Events.Select(e => e.Json), batch.Role, cancel)))
                );
                return tally.Sum();
            }
        );
    }

    private async Task<Loaded> File(CsvDataFile csv, CancellationToken cancellationToken)
    {
        var begun = await api.Import(csv.Path, csv.Query(), cancellationToken);
        var import = await progress.Run(
            "progress.load",
            begun.Rows,
            show => new ImportWait(api, clock).Completed(begun, show, cancellationToken)
        );
        return new Loaded(
            import.Rows,
            import.Accepted,
            import.Duplicates,
            import.Refused,
            import.Accepted,
            import.Accepted + import.Duplicates,
            [
                .. (import.Errors ?? [])
                    .Take(Loaded.MostProblems)
                    .Select(e => $"{csv.Path}, row {e.Row}{(e.Column is null ? "" : $", column {e.Column}")}: {e.Problem}"),
            ]
        );
    }

    /// <summary>Counts the answers of all batches; safe to add to from several at once.</summary>
    private sealed class Tally
    {
        private readonly Lock gate = new();
        private readonly HashSet<(string Source, string Id)> logged = [];
        private readonly List<string> problems = [];
        private long sent,
            accepted,
            duplicates,
            refused;

        public long Add(CanonicalEvent[] batch, Accepted answer)
        {
            if (answer.Events.Count != batch.Length)
                throw new CommandFailedException(
                    $"POST /api/events took {batch.Length} events and answered for {answer.Events.Count}: one answer for each is right."
                );
            lock (gate)
            {
                foreach (var (happened, said) in batch.Zip(answer.Events))
                {
                    sent++;
                    if (said.Status == "accepted")
                        accepted++;
                    else if (said.Status == "duplicate")
                        duplicates++;
                    else
                        Refuse(happened, said);
                    if (said.IsLogged)
                        logged.Add((happened.Source, happened.Id));
                }

                return sent;
            }
        }

        public Loaded Sum() => new(sent, accepted, duplicates, refused, logged.Count, logged.Count, problems);

        private void Refuse(CanonicalEvent happened, AcceptedEvent said)
        {
            refused++;
            if (problems.Count < Loaded.MostProblems)
                problems.Add($"{happened.Source}, event {happened.Id}: {said.Status}. {said.Why}");
        }
    }
}
