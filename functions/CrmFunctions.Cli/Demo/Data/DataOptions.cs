using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Generation;
using NodaTime;

namespace CrmFunctions.Cli.Demo.Data;

/// <summary>The options by which a command is told what to load, shared by all that load.</summary>
internal static class DataOptions
{
    public static readonly IReadOnlyList<Option> Options =
    [
        new("--data", "FILE", "a CSV file of purchases, or events one on a line (.ndjson, .jsonl); otherwise a generated year of a shop"),
        new("--columns", "MEANING=NAME,…", "what the CSV's columns are: customer=…,date=…,amount=…[,order=…][,email=…][,phone=…]"),
        new("--source", "NAME", "the CSV's source (the file's name)"),
        new("--currency", "CUR", "the CSV's currency, such as EUR (the app's own)"),
        new("--time-zone", "IANA", "the zone of dates without one (Etc/UTC)"),
        new("--seed", "N", "seed of the generated base (1)"),
        new("--customers", "N", "people in the generated base (2100)"),
        new("--now", "INSTANT", "where the demo's clock stands (the end of the data's last day)"),
    ];

    private static readonly string[] Needed = ["customer", "date", "amount"];
    private static readonly string[] Meanings = [.. Needed, "order", "email", "phone"];

    /// <exception cref="UsageException">Options that do not go together, or columns that are not told.</exception>
    public static DataSet Read(Arguments arguments)
    {
        if (arguments.Text("--data") is not { } path)
        {
            Refuse(arguments, ["--columns", "--source", "--currency", "--time-zone"], "says how a file is read: add --data FILE.");
            return new GeneratedBase(
                (ulong)arguments.Number("--seed", (long)ShopYear.DefaultSeed, 0, long.MaxValue),
                (int)arguments.Number("--customers", ShopYear.DefaultPeople, 1, ShopYear.MostPeople)
            );
        }

        Refuse(arguments, ["--seed", "--customers"], "belongs to the generated base: leave out --data, or this.");
        var zone = arguments.Zone("--time-zone") ?? DateTimeZoneProviders.Tzdb["Etc/UTC"];
        if (Path.GetExtension(path).ToLowerInvariant() is ".ndjson" or ".jsonl")
        {
            Refuse(arguments, ["--columns", "--source", "--currency"], "belongs to CSV files: leave it out.");
            return new EventFile(path, zone);
        }

        return new CsvDataFile(
            path,
            Columns(arguments.Text("--columns")),
            arguments.Text("--source") ?? Path.GetFileNameWithoutExtension(path),
            arguments.Text("--currency"),
            zone
        );
    }

    private static Dictionary<string, string> Columns(string? text)
    {
        if (text is null)
            throw new UsageException("--columns is missing for the CSV file: --columns customer=…,date=…,amount=… names its columns.");
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var (meaning, name) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var m, var n] ? (m, n) : (part, "");
            if (!Meanings.Contains(meaning) || name.Length == 0)
                throw new UsageException(
                    $"--columns {part}: MEANING=NAME is wanted, where MEANING is one of {string.Join(", ", Meanings)}."
                );
            if (!columns.TryAdd(meaning, name))
                throw new UsageException($"--columns names {meaning} twice: once is enough.");
        }

        var missing = Needed.Where(n => !columns.ContainsKey(n)).ToList();
        return missing.Count == 0 ? columns : throw new UsageException($"--columns does not name {string.Join(", ", missing)}.");
    }

    private static void Refuse(Arguments arguments, string[] options, string why)
    {
        if (options.FirstOrDefault(arguments.Has) is { } option)
            throw new UsageException($"{option} {why}");
    }
}
