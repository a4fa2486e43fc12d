using System.Text;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>Everything that a suite has written, as a person sees it who has all of it in hand.</summary>
/// <param name="Rows">Every row of every table.</param>
/// <param name="Others">Files of the broker, and what the processes said.</param>
internal sealed partial record Dump(IReadOnlyList<(string Table, TableEntity Row)> Rows, IReadOnlyList<string> Others)
{
    /// <summary>Reads all tables and files.</summary>
    public static async Task<Dump> Of(string storage, IEnumerable<string> files, params string[] logs)
    {
        var (rows, others) = (new List<(string, TableEntity)>(), new List<string>(logs));
        var account = new TableServiceClient(storage);
        foreach (var table in CrmFunctions.Flow.Tables.All)
        {
            await foreach (var row in account.GetTableClient(table).QueryAsync<TableEntity>())
                rows.Add((table, row));
        }

        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            others.Add(await reader.ReadToEndAsync());
        }

        return new Dump(rows, others);
    }

    /// <summary>
    /// Those of some numbers that can be found: whose number, or a hash that is made of nothing but the number, stands anywhere.
    /// </summary>
    public IReadOnlyList<string> Found(IEnumerable<string> numbers)
    {
        var words = Rows.SelectMany(each => each.Row)
            .Select(column => Text(column.Value))
            .Concat(Others)
            .SelectMany(text => Word().Matches(text).Concat(Digits().Matches(text)).Select(word => word.Value))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. numbers.Where(number =>
                words.Contains(number.TrimStart('+'))
                || words.Contains(Handle.OfPhone(number)!.Value.Key)
                || words.Contains(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(number))))
            ),
        ];
    }

    /// <summary>Rows with a word anywhere in them.</summary>
    public IEnumerable<(string Table, TableEntity Row)> With(IReadOnlyCollection<string> words) =>
        Rows.Where(each => each.Row.Any(column => words.Any(word => Text(column.Value).Contains(word, StringComparison.Ordinal))));

    /// <summary>A value as text: packed ones unpacked.</summary>
    public static string Text(object? value)
    {
        if (value is not byte[] { Length: > 0 } bytes)
            return value is byte[] ? "" : $"{value}";
        using var reader = new StreamReader(Packing.Unpack(bytes));
        return reader.ReadToEnd();
    }

    [GeneratedRegex("[A-Za-z0-9]{8,}")]
    private static partial Regex Word();

    // Behind the escape of a plus there is no end of a word.
    [GeneratedRegex("[0-9]{8,}")]
    private static partial Regex Digits();
}
