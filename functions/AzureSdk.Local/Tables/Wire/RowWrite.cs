using System.Buffers;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>A write of one row, to be sent alone or as part of a transaction.</summary>
internal sealed record RowWrite(RequestMethod Method, string Address, ReadOnlyMemory<byte>? Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    private static readonly (string, string)[] _add = [("Prefer", "return-no-content"), ("Content-Type", "application/json")];
    private static readonly (string, string)[] _upsert = [("Content-Type", "application/json")];

    public static RowWrite Add(TableAccount account, string table, ITableEntity entity) =>
        new(RequestMethod.Post, account.AddressOf(table), Json(entity), _add);

    /// <summary>With no ETag the row is added if there is none.</summary>
    public static RowWrite Update(TableAccount account, string table, ITableEntity entity, TableUpdateMode mode, ETag ifMatch) => new(
        mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentException($"Unexpected value for {nameof(mode)}: {mode}"),
        },
        account.AddressOf(table, entity.PartitionKey, entity.RowKey),
        Json(entity),
        ifMatch == default ? _upsert : [("Content-Type", "application/json"), ("If-Match", ifMatch.ToString())]);

    /// <summary>With no ETag whatever version there is.</summary>
    public static RowWrite Delete(TableAccount account, string table, string partitionKey, string rowKey, ETag ifMatch) => new(
        RequestMethod.Delete,
        account.AddressOf(table, partitionKey, rowKey),
        null,
        [("If-Match", (ifMatch == default ? ETag.All : ifMatch).ToString())]);

    private static ReadOnlyMemory<byte> Json(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity.PartitionKey, WireNames.PartitionKey);
        ArgumentNullException.ThrowIfNull(entity.RowKey, WireNames.RowKey);
        var output = new ArrayBufferWriter<byte>(1024);
        EntityWriter.Write(entity, output);
        return output.WrittenMemory;
    }
}
