using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Generation;
using NodaTime;

namespace CrmFunctions.Cli.Demo.Data;

/// <summary>What the demo loads: the generated base, a file of events, or a CSV file of purchases.</summary>
/// <param name="Zone">The zone in which the data's days end, where the data itself names none.</param>
internal abstract record DataSet(DateTimeZone Zone)
{
    /// <summary>Short, for a folder's name and the screen.</summary>
    public abstract string Name { get; }

    /// <summary>The end of the day of the last event: where the demo's clock stands unless it is told otherwise.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read, or holds no date.</exception>
    public abstract Instant End();

    /// <summary>Everything that makes it another data set: its content, and how the content is read.</summary>
    protected abstract IEnumerable<string> Marks();

    /// <summary>A folder's name for this data at this clock: the same for the same line, different for any other.</summary>
    public string Folder(Instant now)
    {
        var marks = string.Join('\n', [.. Marks(), Zone.Id, now.ToString()]);
        return $"{Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(marks)))[..10]}";
    }

    protected static Instant EndOfDay(Instant last, DateTimeZone zone) => zone.AtStartOfDay(last.InZone(zone).Date.PlusDays(1)).ToInstant();

    protected static string Stem(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path).ToLowerInvariant();
        return string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
    }

    protected static string Hash(string path)
    {
        using var stream = Files.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>The year of a shop written by <see cref="ShopYear"/>.</summary>
internal sealed record GeneratedBase(ulong Seed, int People) : DataSet(DateTimeZoneProviders.Tzdb["Asia/Shanghai"])
{
    private readonly Lazy<IReadOnlyList<CanonicalEvent>> events = new(() => ShopYear.Generate(Seed, People));

    public override string Name => "shop-year";

    public IReadOnlyList<CanonicalEvent> Events => events.Value;

    public override Instant End() =>
        Events.Max(e => EndOfDay(e.Time, e.Source == Shop.China.Source ? Zone : DateTimeZoneProviders.Tzdb[Shop.Europe.ZoneName]));

    protected override IEnumerable<string> Marks() =>
        [Seed.ToString(CultureInfo.InvariantCulture), People.ToString(CultureInfo.InvariantCulture), .. Events.Select(e => e.Json)];
}

/// <summary>Canonical events, one on a line, as <c>crm demo generate</c> writes them.</summary>
internal sealed record EventFile(string Path, DateTimeZone Zone) : DataSet(Zone)
{
    private readonly Lazy<IReadOnlyList<CanonicalEvent>> events = new(() => EventLines.Read(Path));

    public override string Name => Stem(Path);

    public IReadOnlyList<CanonicalEvent> Events => events.Value;

    public override Instant End() => Events.Max(e => EndOfDay(e.Time, EventLines.ZoneOf(e) ?? Zone));

    protected override IEnumerable<string> Marks() => [Hash(Path)];
}

/// <summary>Purchases in a CSV file, loaded by the app's own import.</summary>
/// <param name="Columns">What each column means, in the words of the import: <c>customer</c>, <c>date</c>, <c>amount</c>, …</param>
/// <param name="Source">The <c>source</c> of the events that the rows become.</param>
/// <param name="Currency">ISO 4217, or <c>null</c> for the app's own.</param>
internal sealed record CsvDataFile(
    string Path,
    IReadOnlyDictionary<string, string> Columns,
    string Source,
    string? Currency,
    DateTimeZone Zone
) : DataSet(Zone)
{
    public override string Name => Stem(Path);

    public override Instant End() => CsvDates.End(Path, Columns, Zone);

    /// <summary>The query of <c>POST /imports</c>.</summary>
    public string Query()
    {
        List<KeyValuePair<string, string>> parts = [.. Columns, new("source", Source), new("timeZone", Zone.Id)];
        if (Currency is not null)
            parts.Add(new("currency", Currency));
        return string.Join('&', parts.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
    }

    protected override IEnumerable<string> Marks() => [Hash(Path), Query()];
}

/// <summary>Opens files; what cannot be read is said by name.</summary>
internal static class Files
{
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read: {problem.Message}");
        }
    }
}
