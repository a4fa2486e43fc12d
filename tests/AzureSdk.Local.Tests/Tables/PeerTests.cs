using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>The official JavaScript client reads what this one writes, and the reverse.</summary>
public sealed class PeerTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private static readonly DateTimeOffset _at = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero).AddTicks(1_234_567);
    private static readonly Guid _id = new("c9da6455-213d-42c9-9a79-3e9149a57833");

    private readonly TableClient _table = new(azurite.ConnectionString, Azurite.NewTableName());

    /// <summary>Each value, with the type and the text the other client must give it.</summary>
    private static readonly (string Name, object Value, string? Type, string Text)[] _values =
    [
        ("Text", "it's \"客户\" 😀 \\ <&> \r\n\t", "String", "it's \"客户\" 😀 \\ <&> \r\n\t"),
        ("Empty", "", "String", ""),
        ("Nul", "a\0b", "String", "a\0b"),
        ("Int", int.MinValue, "Int32", "-2147483648"),
        ("Amount", 12_990L, "Int64", "12990"),
        ("Most", long.MaxValue, "Int64", "9223372036854775807"),
        ("Least", long.MinValue, "Int64", "-9223372036854775808"),
        ("Tenth", 0.1, "Double", "0.1"),
        ("NotANumber", double.NaN, "Double", "NaN"),
        ("Yes", true, "Boolean", "true"),
        ("At", _at, "DateTime", "2026-11-01T09:30:00.1234567Z"),
        ("Id", _id, "Guid", "c9da6455-213d-42c9-9a79-3e9149a57833"),
        ("Bytes", new byte[] { 0, 1, 254, 255 }, "Binary", "AAH+/w=="),
    ];

    private static readonly string[] _keys =
        ["plain", "", "a b", "it's", "100%", "%27", "a+b&c=d", "客户", "😀", "(x),{y}", new('k', 512)];

    public Task InitializeAsync() => _table.CreateIfNotExistsAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_official_client_reads_every_type_and_every_key_as_written_here()
    {
        foreach (var key in _keys)
            await _table.AddEntityAsync(Row("p", key));

        var rows = JsonNode.Parse(await Peer("rows"))!.AsArray();

        Assert.Equal(_keys.Order(StringComparer.Ordinal), rows.Select(row => (string)row!["rowKey"]!).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.All(_values, expected =>
        {
            // A text, an int or a bool may come as such.
            var value = row![expected.Name]!;
            var (type, text) = value is JsonObject ? ((string?)value["type"], value["value"]!.ToString()) : (null, value.ToString());
            Assert.Equal(expected.Text, text);
            Assert.True(type == expected.Type || (type is null && expected.Type is "String" or "Int32" or "Boolean" or "Double"), $"{expected.Name} is {type}");
        }));
    }

    [Fact]
    public async Task What_the_official_client_writes_row_by_row_is_read_here()
    {
        var rows = _keys.Select(key =>
        {
            var row = new JsonObject { ["partitionKey"] = "p", ["rowKey"] = key };
            foreach (var (name, _, type, text) in _values)
                row[name] = new JsonObject { ["type"] = type, ["value"] = text };
            row["Int"] = int.MinValue;
            row["Yes"] = true;
            row["Tenth"] = new JsonObject { ["type"] = "Double", ["value"] = 0.1 };
            return row;
        });

        await Peer("put", JsonSerializer.Serialize(rows));

        foreach (var key in _keys)
            AssertSame(Row("p", key), (await _table.GetEntityAsync<TableEntity>("p", key)).Value);
    }

    [Fact]
    public async Task Rows_that_the_official_client_copied_in_transactions_are_the_same_rows()
    {
        await _table.SubmitTransactionAsync(_keys.Select(key => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row("from", key))));
        await _table.SubmitTransactionAsync(Enumerable.Range(0, 99).Select(i => new TableTransactionAction(TableTransactionActionType.Add, Row("from", $"row {i}"))));

        await Peer("copy", "from", "to");

        var copies = await _table.QueryAsync<TableEntity>("PartitionKey eq 'to'").ToListAsync();
        Assert.Equal(_keys.Length + 99, copies.Count);
        Assert.All(copies, copy => AssertSame(Row("to", copy.RowKey), copy));
    }

    [Fact]
    public async Task A_filter_made_here_finds_the_same_rows_there()
    {
        foreach (var key in _keys)
            await _table.AddEntityAsync(new TableEntity("p", key));

        foreach (var key in _keys)
        {
            var found = JsonNode.Parse(await Peer("rows", TableClient.CreateQueryFilter($"RowKey eq {key}")))!.AsArray();
            Assert.Equal(key, (string)Assert.Single(found)!["rowKey"]!);
        }
    }

    private static TableEntity Row(string partitionKey, string rowKey)
    {
        var row = new TableEntity(partitionKey, rowKey);
        foreach (var (name, value, _, _) in _values)
            row[name] = value;
        return row;
    }

    private static void AssertSame(TableEntity expected, TableEntity actual) => Assert.Equal(
        expected.OrderBy(property => property.Key, StringComparer.Ordinal),
        actual.Where(property => property.Key is not ("Timestamp" or "odata.etag")).OrderBy(property => property.Key, StringComparer.Ordinal));

    private Task<string> Peer(string command, params string[] arguments) =>
        NodeTools.Run(NodeTools.Install("tests/peers"), ["tables.mjs", command, azurite.ConnectionString, _table.Name, .. arguments]);
}
