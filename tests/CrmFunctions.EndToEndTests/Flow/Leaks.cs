using System.Text;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>Where planted identifiers stand: in any column of any table, packed or not, or in the bytes of any file.</summary>
internal static class Leaks
{
    /// <summary>Each identifier, and where it was found.</summary>
    public static async Task<List<string>> Of(IReadOnlyList<string> planted, string storage, IEnumerable<string> files)
    {
        var leaks = new List<string>();
        void Look(string text, string place) =>
            leaks.AddRange(
                planted
                    .Where(identifier => text.Contains(identifier, StringComparison.OrdinalIgnoreCase))
                    .Select(identifier => $"{identifier} in {place}")
            );

        var account = new TableServiceClient(storage);
        foreach (var table in CrmFunctions.Flow.Tables.All)
        {
            await foreach (var row in account.GetTableClient(table).QueryAsync<TableEntity>())
            {
                foreach (var (name, value) in row)
                    Look(value is byte[] bytes ? Unpacked(bytes) : $"{value}", $"{table}/{row.PartitionKey}/{row.RowKey}.{name}");
            }
        }

        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Look(await reader.ReadToEndAsync(), Path.GetFileName(file));
        }

        return leaks;
    }

    private static string Unpacked(byte[] bytes)
    {
        if (bytes.Length == 0)
            return "";
        using var reader = new StreamReader(Packing.Unpack(bytes));
        return reader.ReadToEnd();
    }
}
