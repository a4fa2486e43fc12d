using System.Globalization;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Generation;

namespace CrmFunctions.Cli.Demo;

/// <summary>
/// <c>crm demo generate</c>: writes the demo's base into a file, one event on a line, in the order in which they are posted.
/// </summary>
internal sealed class GenerateCommand : ICommand
{
    public string Name => "demo generate";

    public string Summary => "Writes a generated year of a shop as events, one on a line.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--out", "FILE", "where to (- is the standard output)"),
        new("--seed", "N", "the same seed gives the same text (1)"),
        new("--customers", "N", "people in it (2100)"),
        new("--json", null, "counts as JSON"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = arguments.Required("--out");
        if (path == "-" && arguments.Has("--json"))
            throw new UsageException("--json would mix with the events: name a file with --out.");
        var seed = (ulong)arguments.Number("--seed", (long)ShopYear.DefaultSeed, 0, long.MaxValue);
        var people = (int)arguments.Number("--customers", ShopYear.DefaultPeople, 1, ShopYear.MostPeople);
        var events = ShopYear.Generate(seed, people);

        await Write(path, events, terminal.Out, cancellationToken);
        if (path != "-")
            Tell(path, people, events, arguments.Has("--json"), terminal.Out);
        return ExitCode.Ok;
    }

    private static async Task Write(
        string path,
        IReadOnlyList<CanonicalEvent> events,
        TextWriter standard,
        CancellationToken cancellationToken
    )
    {
        var writer = standard;
        try
        {
            if (path != "-")
                writer = new StreamWriter(path) { NewLine = "\n" };
            foreach (var happened in events)
                await writer.WriteLineAsync(happened.Json.AsMemory(), cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"--out {path} cannot be written: {problem.Message}");
        }
        finally
        {
            if (writer != standard)
                await writer.DisposeAsync();
        }
    }

    private static void Tell(string path, int people, IReadOnlyList<CanonicalEvent> events, bool json, TextWriter to)
    {
        var distinct = events.DistinctBy(e => (e.Source, e.Id)).ToList();
        var types = distinct.CountBy(e => e.Type).OrderBy(t => t.Key, StringComparer.Ordinal).ToDictionary();
        if (json)
        {
            to.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        file = path,
                        people,
                        deliveries = events.Count,
                        events = distinct.Count,
                        types,
                    }
                )
            );
            return;
        }

        to.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {people:N0} people, {distinct.Count:N0} events, {events.Count:N0} deliveries"
            )
        );
        foreach (var (type, count) in types)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {type, -20} {count, 7:N0}"));
    }
}
