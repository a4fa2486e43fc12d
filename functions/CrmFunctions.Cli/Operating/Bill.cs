namespace CrmFunctions.Cli.Operating;

/// <summary>A line of a bill.</summary>
/// <param name="Name">What was counted, as the suite's meter names it; or a sum of several.</param>
/// <param name="Count">How many.</param>
/// <param name="Price">Name of the price.</param>
/// <param name="PerMillionEvents">Money for a million events, nothing free. Null: not by event.</param>
/// <param name="Month">Money of the month before anything free.</param>
internal sealed record BillLine(string Name, decimal Count, string Price, decimal? PerMillionEvents, decimal Month);

/// <summary>What was counted, at a price.</summary>
/// <param name="Events">Events new to the log.</param>
/// <param name="Lines">Line by line.</param>
/// <param name="PerMillionEvents">Money for a million events. Null: there was none.</param>
/// <param name="Month">Money of the month: with the base of Service Bus, less what is free.</param>
/// <param name="Free">What was free of it.</param>
/// <remarks>Source: OPERATIONS.md beside the function app's meter.</remarks>
internal sealed record Bill(decimal Events, IReadOnlyList<BillLine> Lines, decimal? PerMillionEvents, decimal Month, decimal Free)
{
    private const decimal Gigabyte = 1_000_000_000;

    /// <summary>Makes a bill.</summary>
    /// <param name="counted">Counts by line, as <c>/api/operations</c> has them.</param>
    /// <param name="prices">The price table.</param>
    /// <param name="memoryMegabytes">Memory of an instance: 512, 2048 or 4096.</param>
    /// <param name="storedGigabytes">What the tables hold. Null: what was written within the month, an upper bound of its growth.</param>
    public static Bill Of(IReadOnlyDictionary<string, long> counted, Prices prices, int memoryMegabytes, decimal? storedGigabytes)
    {
        var events = (decimal)counted.GetValueOrDefault("events");
        var written = counted.GetValueOrDefault("written.bytes") / Gigabyte;
        var lines = new List<BillLine>();
        void Add(string name, decimal count, string price, bool byEvent = true) =>
            lines.Add(
                new BillLine(
                    name,
                    count,
                    price,
                    byEvent && events > 0 ? prices[price].Of(count) / events * 1_000_000 : null,
                    prices[price].Of(count)
                )
            );

        foreach (var (name, count) in Kind(counted, "table."))
            Add(name, count, "table.transaction");
        foreach (var (name, count) in Kind(counted, "bus."))
            Add(name, count, "bus.operation");
        Add("executions", counted.GetValueOrDefault("executions"), "execution");
        foreach (var (name, milliseconds) in Kind(counted, "active."))
            Add(name, milliseconds / 1000m * memoryMegabytes / 1024, "gb.second");
        Add("telemetry.bytes", counted.GetValueOrDefault("telemetry.bytes") / Gigabyte, "telemetry.gb");
        Add(
            storedGigabytes is null ? "written.bytes" : "stored",
            storedGigabytes ?? written,
            "stored.gb",
            byEvent: storedGigabytes is null
        );
        Add("bus.base", 1, "bus.base", byEvent: false);

        var free = lines
            .GroupBy(line => line.Price)
            .Sum(group => prices[group.Key].Of(Math.Min(group.Sum(line => line.Count), prices[group.Key].FreeAMonth)));
        return new Bill(
            events,
            lines,
            events > 0 ? lines.Sum(line => line.PerMillionEvents ?? 0) : null,
            lines.Sum(line => line.Month) - free,
            free
        );
    }

    private static IEnumerable<KeyValuePair<string, long>> Kind(IReadOnlyDictionary<string, long> counted, string prefix) =>
        counted.Where(line => line.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(line => line.Key, StringComparer.Ordinal);
}
