namespace CrmFunctions.UnitTests.Domain.Documents;

/// <summary>The tables of a rule document. Each stands under a heading of its own; its first row names the columns.</summary>
internal static class RuleDocument
{
    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "CrmFunctions.sln")))
                folder = folder.Parent!;
            return Path.Combine(folder.FullName, "functions", "CrmFunctions.Domain");
        }
    }

    /// <summary>The rows of the table under a heading, by column.</summary>
    public static IReadOnlyList<Row> Rows(string document, string heading)
    {
        var table = File.ReadLines(Path.Combine(Folder, document))
            .SkipWhile(line => line.TrimStart('#').Trim() != heading || !line.StartsWith('#'))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|'))
            .Select(cells => cells.Select(cell => cell.Trim().Trim('`').Replace("\u0001", "|", StringComparison.Ordinal)).ToArray())
            .ToList();
        Assert.True(table.Count > 2, $"{document} has no table under '{heading}'.");
        return [.. table.Skip(2).Select(cells => new Row(table[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }

    /// <summary>The rows as theory data.</summary>
    public static TheoryData<Row> Theory(string document, string heading)
    {
        var data = new TheoryData<Row>();
        foreach (var row in Rows(document, heading))
            data.Add(row);
        return data;
    }
}

/// <summary>One row of a table. A theory shows it by its cells.</summary>
public sealed class Row(IReadOnlyDictionary<string, string> cells) : Xunit.Abstractions.IXunitSerializable
{
    private IReadOnlyDictionary<string, string> cells = cells;

    [Obsolete("For xunit.")]
    public Row()
        : this(new Dictionary<string, string>()) { }

    public string this[string column] => cells[column];

    public void Deserialize(Xunit.Abstractions.IXunitSerializationInfo info) =>
        cells = info.GetValue<string[]>("keys")
            .Zip(info.GetValue<string[]>("values"))
            .ToDictionary(pair => pair.First, pair => pair.Second);

    public void Serialize(Xunit.Abstractions.IXunitSerializationInfo info)
    {
        info.AddValue("keys", cells.Keys.ToArray());
        info.AddValue("values", cells.Values.ToArray());
    }

    public override string ToString() => string.Join(" | ", cells.Values);
}
