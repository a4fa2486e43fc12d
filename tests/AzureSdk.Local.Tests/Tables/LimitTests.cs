using Azure;
using Azure.Data.Tables;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>What Azure refuses is refused before it is sent, with Azure's answer: emulators accept most of it.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly StubService _service = new();
    private readonly TableClient _table;

    public LimitTests() => _table = _service.Table();

    public void Dispose() => _service.Dispose();

    public static TheoryData<string, TableEntity> TooMuch => new()
    {
        { "PropertyValueTooLarge", new TableEntity("p", "r") { ["Text"] = new string('x', (32 * 1024) + 1) } },
        { "PropertyValueTooLarge", new TableEntity("p", "r") { ["Bytes"] = new byte[(64 * 1024) + 1] } },
        { "TooManyProperties", Row(Enumerable.Range(0, 253).Select(i => ($"P{i}", (object)i))) },
        { "EntityTooLarge", Row(Enumerable.Range(0, 16).Select(i => ($"P{i}", (object)new string('x', 32 * 1024)))) },
        { "KeyValueTooLarge", new TableEntity(new string('k', 1025), "r") },
        { "KeyValueTooLarge", new TableEntity("p", new string('k', 1025)) },
        { "OutOfRangeInput", new TableEntity("p", "a/b") },
        { "OutOfRangeInput", new TableEntity("p", "a\\b") },
        { "OutOfRangeInput", new TableEntity("a#b", "r") },
        { "OutOfRangeInput", new TableEntity("a?b", "r") },
        { "OutOfRangeInput", new TableEntity("p", "a\tb") },
        { "OutOfRangeInput", new TableEntity("p", "a\0b") },
        { "OutOfRangeInput", new TableEntity("p", "a\u0085b") },
        { "OutOfRangeInput", new TableEntity("p", "r") { ["At"] = new DateTimeOffset(1600, 12, 31, 0, 0, 0, TimeSpan.Zero) } },
        { "PropertyNameInvalid", new TableEntity("p", "r") { ["a-b"] = 1 } },
        { "PropertyNameInvalid", new TableEntity("p", "r") { ["1a"] = 1 } },
        { "PropertyNameTooLong", new TableEntity("p", "r") { [new string('n', 256)] = 1 } },
    };

    public static TheoryData<TableEntity> JustEnough => new(
        new TableEntity("p", "r") { ["Text"] = new string('x', 32 * 1024) },
        new TableEntity("p", "r") { ["Bytes"] = new byte[64 * 1024] },
        Row(Enumerable.Range(0, 252).Select(i => ($"P{i}", (object)i))),
        // 4 for the row, 4 for its keys, 15 times 8 + 6 + 4 + 65,536 and the rest: 1 MiB to the byte.
        Row([.. Enumerable.Range(10, 15).Select(i => ($"P{i}", (object)new string('x', 32 * 1024))), ("P25", new string('x', 32 * 1024 - 148))]),
        new TableEntity(new string('k', 1024), new string('k', 1024)),
        new TableEntity("p", "r") { ["客户_1"] = 1, ["_x"] = 1, [new string('n', 255)] = 1 });

    [Theory]
    [MemberData(nameof(TooMuch))]
    public async Task A_row_over_a_limit_is_refused_with_the_services_code_and_not_sent(string code, TableEntity row)
    {
        Func<Task>[] writes =
        [
            () => _table.AddEntityAsync(row),
            () => _table.UpsertEntityAsync(row),
            () => _table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace),
            () => _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, row)]),
        ];
        foreach (var write in writes)
        {
            var refusal = await Assert.ThrowsAnyAsync<RequestFailedException>(write);
            Assert.Equal((400, code), (refusal.Status, refusal.ErrorCode));
        }

        Assert.Empty(_service.Requests);
    }

    [Theory]
    [MemberData(nameof(JustEnough))]
    public async Task A_row_at_a_limit_is_sent(TableEntity row)
    {
        await _table.AddEntityAsync(row);

        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task The_measure_of_a_row_counts_two_bytes_a_character_and_one_more_is_too_much()
    {
        var row = Row([.. Enumerable.Range(10, 15).Select(i => ($"P{i}", (object)new string('x', 32 * 1024))), ("P25", new string('x', 32 * 1024 - 147))]);

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(row));

        Assert.Equal("EntityTooLarge", refusal.ErrorCode);
        Assert.Contains("1048578 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_over_a_limit_is_refused_with_the_index_of_the_operation()
    {
        Assert.Equal((400, "InvalidInput", 100), await Refusal(Enumerable.Range(0, 101).Select(i => new TableEntity("p", $"{i}"))));
        Assert.Equal((400, "CommandsInBatchActOnDifferentPartitions", 1), await Refusal([new("p", "1"), new("q", "2")]));
        Assert.Equal((400, "InvalidDuplicateRow", 2), await Refusal([new("p", "1"), new("p", "2"), new("p", "1")]));
        Assert.Equal((400, "PropertyValueTooLarge", 1), await Refusal([new("p", "1"), new("p", "2") { ["T"] = new string('x', 40_000) }]));
        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task A_transaction_over_four_mebibytes_is_refused()
    {
        var actions = Enumerable.Range(0, 33).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add, Row([.. Enumerable.Range(0, 4).Select(p => ($"P{p}", (object)new string('x', 32 * 1024)))], $"{i}")));

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => _table.SubmitTransactionAsync(actions));

        Assert.Equal((413, "RequestBodyTooLarge"), (refusal.Status, refusal.ErrorCode));
    }

    [Fact]
    public async Task A_transaction_of_nothing_and_rows_without_keys_are_the_callers_mistakes()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _table.SubmitTransactionAsync([]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _table.AddEntityAsync(new TableEntity()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _table.UpsertEntityAsync(new TableEntity("p", null!)));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _table.GetEntityAsync<TableEntity>("p", null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _table.DeleteEntityAsync(null!, "r"));
    }

    private static TableEntity Row(IEnumerable<(string Name, object Value)> properties, string rowKey = "r")
    {
        var row = new TableEntity("p", rowKey);
        foreach (var (name, value) in properties)
            row[name] = value;
        return row;
    }

    private async Task<(int Status, string? Code, int? Index)> Refusal(IEnumerable<TableEntity> rows)
    {
        var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => _table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))));
        return (refusal.Status, refusal.ErrorCode, refusal.FailedTransactionActionIndex);
    }
}
