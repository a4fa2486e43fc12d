using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>Queries find what they name, page by page.</summary>
public sealed class QueryTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private readonly TableClient _table = new(azurite.ConnectionString, Azurite.NewTableName());

    public Task InitializeAsync() => _table.CreateIfNotExistsAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task More_rows_than_a_page_holds_come_one_after_another_and_none_twice()
    {
        await Fill(2_345);

        var all = await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {"p"}")).Select(row => row.RowKey).ToListAsync();
        var pages = await _table.QueryAsync<TableEntity>().AsPages().Select(page => page.Values.Count).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 2_345).Select(Key), all);
        Assert.Equal([1_000, 1_000, 345], pages);
    }

    [Fact]
    public async Task A_query_goes_on_from_a_continuation_token_in_another_client()
    {
        await Fill(25);
        var first = await _table.QueryAsync<TableEntity>(maxPerPage: 10).AsPages().FirstAsync();

        var other = new TableClient(azurite.ConnectionString, _table.Name);
        var rest = await other.QueryAsync<TableEntity>().AsPages(first.ContinuationToken, 10).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(Key), first.Values.Select(row => row.RowKey));
        Assert.Equal([10, 5], rest.Select(page => page.Values.Count));
        Assert.Equal(Enumerable.Range(10, 15).Select(Key), rest.SelectMany(page => page.Values).Select(row => row.RowKey));
        Assert.NotNull(first.ContinuationToken);
        Assert.Null(rest[^1].ContinuationToken);
        Assert.Equal(200, first.GetRawResponse().Status);
    }

    [Theory]
    [InlineData("客户")]
    [InlineData("it's")]
    [InlineData("'a' b")]
    [InlineData("100%+a&b")]
    [InlineData("😀e\u0301")]
    public async Task A_query_goes_on_after_rows_of_odd_keys(string key)
    {
        await _table.SubmitTransactionAsync(Enumerable.Range(0, 5).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity(key, $"{key}{i}"))));

        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {key + "1"}");
        var rows = await _table.QueryAsync<TableEntity>(filter, maxPerPage: 2).ToListAsync();

        Assert.Equal(Enumerable.Range(1, 4).Select(i => $"{key}{i}"), rows.Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_filter_finds_values_of_every_type()
    {
        var at = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero).AddTicks(1);
        var id = Guid.NewGuid();
        await _table.AddEntityAsync(new TableEntity("p", "hit")
        {
            ["T"] = "it's 客户",
            ["I"] = -1,
            ["L"] = long.MaxValue,
            ["D"] = 0.1,
            ["F"] = true,
            ["At"] = at,
            ["G"] = id,
            ["B"] = new byte[] { 1, 255 },
        });
        await _table.AddEntityAsync(new TableEntity("p", "miss")
        {
            ["T"] = "its",
            ["I"] = 1,
            ["L"] = long.MinValue,
            ["D"] = 0.2,
            ["F"] = false,
            ["At"] = at.AddMilliseconds(1),
            ["G"] = Guid.Empty,
            ["B"] = new byte[] { 1, 254 },
        });

        string[] filters =
        [
            TableClient.CreateQueryFilter($"T eq {"it's 客户"}"),
            TableClient.CreateQueryFilter($"I lt {0}"),
            TableClient.CreateQueryFilter($"L eq {long.MaxValue}"),
            TableClient.CreateQueryFilter($"D eq {0.1}"),
            TableClient.CreateQueryFilter($"F eq {true}"),
            TableClient.CreateQueryFilter($"At le {at}"),
            TableClient.CreateQueryFilter($"G eq {id}"),
            TableClient.CreateQueryFilter($"B eq {new byte[] { 1, 255 }}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and (I lt {0} or I gt {5}) and not (F eq {false})"),
        ];
        foreach (var filter in filters)
        {
            var found = await _table.QueryAsync<TableEntity>(filter).Select(row => row.RowKey).ToListAsync();
            Assert.True(found is ["hit"], $"{filter} found {string.Join(", ", found)}");
        }
    }

    [Fact]
    public void A_value_in_a_filter_cannot_end_its_quotes()
    {
        var filter = TableClient.CreateQueryFilter($"T eq {"x' or RowKey ne '"} and C eq {'\''} and S eq {new StringBuilder("a'b")}");

        Assert.Equal("T eq 'x'' or RowKey ne ''' and C eq '''' and S eq 'a''b'", filter);
    }

    [Fact]
    public void A_filters_literals_are_those_of_OData()
    {
        var at = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.FromHours(8)).AddTicks(5);

        var filter = TableClient.CreateQueryFilter(
            $"{true} {-1} {5L} {0.1} {Guid.Empty} {new byte[] { 10, 255 }} {new BinaryData([1])} {at} {at.UtcDateTime} {(string?)null}");

        Assert.Equal(
            "true -1 5L 0.1 guid'00000000-0000-0000-0000-000000000000' X'0AFF' X'01' datetime'2026-11-01T01:30:00.0000005Z' datetime'2026-11-01T01:30:00.0000005Z' null",
            filter);
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"{TimeSpan.Zero}"));
    }

    [Fact]
    public async Task Selecting_reads_only_the_properties_named()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2L });

        var row = await _table.QueryAsync<TableEntity>(select: ["RowKey", "B"]).SingleAsync();

        Assert.Equal(("r", 2L), (row.RowKey, row.GetInt64("B")));
        Assert.Null(row.PartitionKey);
        Assert.False(row.ContainsKey("A"));
    }

    [Fact]
    public async Task A_query_of_nothing_is_one_empty_page()
    {
        var page = await _table.QueryAsync<TableEntity>("PartitionKey eq 'none'").AsPages().SingleAsync();

        Assert.Empty(page.Values);
        Assert.Null(page.ContinuationToken);
    }

    [Fact]
    public async Task A_filter_that_is_none_is_refused_by_the_service()
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(async () => await _table.QueryAsync<TableEntity>("what is this").ToListAsync());

        Assert.Equal(400, failure.Status);
    }

    [Fact]
    public async Task Giving_up_ends_an_enumeration_between_pages()
    {
        await Fill(30);
        using var source = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in _table.QueryAsync<TableEntity>(maxPerPage: 10).WithCancellation(source.Token))
            {
                if (++seen == 10)
                    await source.CancelAsync();
            }
        });

        Assert.Equal(10, seen);
    }

    [Fact]
    public async Task Tables_are_found_by_name()
    {
        var service = new TableServiceClient(azurite.ConnectionString);
        string[] names = [.. Enumerable.Range(0, 3).Select(i => $"query{i}")];
        foreach (var name in names)
            await service.CreateTableIfNotExistsAsync(name);

        var filter = TableServiceClient.CreateQueryFilter($"TableName ge {"query"} and TableName lt {"queryz"}");
        var found = await service.QueryAsync(filter).Select(table => table.Name).ToListAsync();
        await service.DeleteTableAsync(names[1]);
        var left = await service.QueryAsync(filter, maxPerPage: 1).Select(table => table.Name).ToListAsync();

        Assert.Equal(names, found);
        Assert.Equal([names[0], names[2]], left);
        Assert.True((await Assert.ThrowsAsync<RequestFailedException>(() => service.CreateTableAsync(names[0]))).ErrorCode == TableErrorCode.TableAlreadyExists);
    }

    private static string Key(int i) => $"{i:D5}";

    private async Task Fill(int rows)
    {
        foreach (var chunk in Enumerable.Range(0, rows).Chunk(100))
        {
            await _table.SubmitTransactionAsync(chunk.Select(i => new TableTransactionAction(
                TableTransactionActionType.Add, new TableEntity("p", Key(i)) { ["I"] = i })));
        }
    }
}
