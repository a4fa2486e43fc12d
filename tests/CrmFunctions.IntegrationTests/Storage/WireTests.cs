using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using CrmFunctions.TestKit;

namespace CrmFunctions.IntegrationTests.Storage;

/// <summary>What the suite relies on of the table client and of tables, on real ones.</summary>
public sealed class WireTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task An_entity_is_added_once_and_has_the_version_it_is_read_with()
    {
        var table = await Table();
        var row = new Row
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "1",
        };

        Assert.True(await table.Add(row, default));
        Assert.False(await table.Add(new Row { PartitionKey = "p", RowKey = "r" }, default));

        Assert.NotEqual(default, row.ETag);
        Assert.Equal(row.ETag, (await table.Get<Row>("p", "r", default))!.ETag);
    }

    [Fact]
    public async Task Who_replaces_what_was_read_wins_once_and_can_go_on()
    {
        var table = await Table();
        var row = new Row
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "1",
        };
        Assert.True(await table.Add(row, default));
        var first = row.ETag;

        Assert.True(await table.Replace(row, first, default));
        Assert.False(
            await table.Replace(
                new Row
                {
                    PartitionKey = "p",
                    RowKey = "r",
                    Text = "late",
                },
                first,
                default
            )
        );
        row.Text = "3";
        Assert.True(await table.Replace(row, row.ETag, default));
        Assert.False(await table.Replace(new Row { PartitionKey = "p", RowKey = "gone" }, first, default));

        Assert.Equal("3", (await table.Get<Row>("p", "r", default))!.Text);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_is_removed_without_complaint()
    {
        var table = await Table();

        Assert.Null(await table.Get<Row>("p", "r", default));
        await table.Remove("p", "r", default);
        await table.Put(new Row { PartitionKey = "p", RowKey = "r" }, default);
        await table.Remove("p", "r", default);

        Assert.Null(await table.Get<Row>("p", "r", default));
    }

    [Fact]
    public async Task A_transaction_is_done_whole_or_not_at_all()
    {
        var table = await Table();
        var (kept, stale) = (new Row { PartitionKey = "p", RowKey = "kept" }, new Row { PartitionKey = "p", RowKey = "stale" });
        foreach (var row in new[] { kept, stale })
            Assert.True(await table.Add(row, default));
        var read = stale.ETag;
        Assert.True(await table.Replace(stale, read, default));
        Row fresh() => new() { PartitionKey = "p", RowKey = "fresh" };

        Assert.False(
            await table.Transact(
                [
                    new(TableTransactionActionType.Add, fresh()),
                    new(TableTransactionActionType.Add, new Row { PartitionKey = "p", RowKey = "kept" }),
                ],
                default
            )
        );
        Assert.False(
            await table.Transact(
                [new(TableTransactionActionType.Add, fresh()), new(TableTransactionActionType.UpdateReplace, stale, read)],
                default
            )
        );
        Assert.False(
            await table.Transact(
                [
                    new(TableTransactionActionType.Add, fresh()),
                    new(TableTransactionActionType.UpdateReplace, new Row { PartitionKey = "p", RowKey = "gone" }, read),
                ],
                default
            )
        );
        Assert.False(
            await table.Transact(
                [
                    new(TableTransactionActionType.Add, fresh()),
                    new(TableTransactionActionType.Delete, new Row { PartitionKey = "p", RowKey = "gone" }, ETag.All),
                ],
                default
            )
        );
        Assert.Null(await table.Get<Row>("p", "fresh", default));

        Assert.True(
            await table.Transact(
                [
                    new(TableTransactionActionType.Add, fresh()),
                    new(TableTransactionActionType.UpdateReplace, stale, stale.ETag),
                    new(TableTransactionActionType.UpsertReplace, new Row { PartitionKey = "p", RowKey = "either" }),
                    new(TableTransactionActionType.Delete, kept, kept.ETag),
                ],
                default
            )
        );
        Assert.Equal(["either", "fresh", "stale"], (await table.Page<Row>(null, null, 10, default)).Rows!.Select(row => row.RowKey));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended_and_a_next_that_is_none_selects_nothing()
    {
        var table = await Table();
        foreach (var i in Enumerable.Range(0, 5))
            await table.Put(new Row { PartitionKey = "p", RowKey = $"{i}" }, default);

        var first = await table.Page<Row>("PartitionKey eq 'p'", null, 2, default);
        var second = await table.Page<Row>("PartitionKey eq 'p'", first.Next, 2, default);
        var last = await table.Page<Row>("PartitionKey eq 'p'", second.Next, 2, default);

        Assert.Equal(["0", "1", "2", "3", "4"], first.Rows!.Concat(second.Rows!).Concat(last.Rows!).Select(row => row.RowKey));
        Assert.Null(last.Next);
        Assert.Empty((await table.Page<Row>("PartitionKey eq 'other'", null, 2, default)).Rows!);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("a b c")]
    [InlineData("1!8!cHJvYmU- 1!8!cHJvYmU-")]
    [InlineData("é中\n")]
    public async Task A_next_that_was_not_given_out_is_refused_and_is_no_failure(string next)
    {
        var table = await Table();
        await table.Put(new Row { PartitionKey = "p", RowKey = "1" }, default);

        var (rows, further) = await table.Page<Row>("PartitionKey eq 'p'", next, 2, default);

        Assert.Null(further);
        Assert.True(rows is null or { Count: <= 1 });
    }

    [Fact]
    public async Task Every_type_comes_back_as_it_was_and_what_is_null_is_not_stored()
    {
        var table = await Table();
        var row = new Row
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "é中\ud83d\ude00\"<&'+\u0001",
            Number = int.MinValue,
            Long = long.MaxValue,
            Double = 0.1,
            Flag = true,
            Id = new Guid("11111111-2222-3333-4444-555555555555"),
            At = new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.FromHours(8)).AddTicks(1234567),
            Bytes = [0, 255, 62, 63],
            Kind = DayOfWeek.Tuesday,
        };
        Assert.True(await table.Add(row, default));

        var read = (await table.Get<Row>("p", "r", default))!;
        var stored = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(
            (row.Text, row.Number, row.Long, row.Double, row.Flag, row.Id, row.At.Ticks - TimeSpan.FromHours(8).Ticks, row.Kind),
            (read.Text, read.Number, read.Long, read.Double, read.Flag, read.Id, read.At.Ticks, read.Kind)
        );
        Assert.Equal(TimeSpan.Zero, read.At.Offset);
        Assert.Equal(row.Bytes, read.Bytes);
        Assert.Equal("Tuesday", stored["Kind"]);
        Assert.Null(read.Perhaps);
        Assert.False(stored.ContainsKey("Perhaps"));
        Assert.False(stored.ContainsKey("Hidden"));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.7976931348623157E308)]
    [InlineData(3.0)]
    public async Task A_double_comes_back_to_the_bit(double value)
    {
        var table = await Table();
        Assert.True(
            await table.Add(
                new Row
                {
                    PartitionKey = "p",
                    RowKey = "r",
                    Double = value,
                },
                default
            )
        );

        Assert.Equal(
            BitConverter.DoubleToInt64Bits(value),
            BitConverter.DoubleToInt64Bits((await table.Get<Row>("p", "r", default))!.Double)
        );
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("a%2Fb")]
    [InlineData("a+b c&d=e")]
    [InlineData("中'é\ud83d\ude00")]
    [InlineData("(x),y;z$@!*")]
    [InlineData("")]
    public async Task Odd_keys_find_their_entity(string key)
    {
        var table = await Table();
        var row = new Row
        {
            PartitionKey = key,
            RowKey = key,
            Text = "1",
        };
        Assert.True(await table.Add(row, default));
        Assert.True(await table.Replace(row, row.ETag, default));
        Assert.True(await table.Transact([new(TableTransactionActionType.UpdateReplace, row, row.ETag)], default));

        Assert.Equal("1", (await table.Get<Row>(key, key, default))!.Text);
        Assert.Single(
            (await table.Page<Row>(TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey eq {key}"), null, 10, default)).Rows!
        );
        await table.Remove(key, key, default);
        Assert.Null(await table.Get<Row>(key, key, default));
    }

    [Fact]
    public async Task Every_request_is_counted_once_and_by_what_it_does()
    {
        var operations = new OperationCount();
        var table = await Table(operations);
        var before = operations.Lines();
        var row = new Row { PartitionKey = "p", RowKey = "r" };

        await table.Add(row, default);
        await table.Add(new Row { PartitionKey = "p", RowKey = "r" }, default);
        await table.Put(row, default);
        await table.Replace(row, ETag.All, default);
        await table.Get<Row>("p", "r", default);
        await table.Get<Row>("p", "none", default);
        await table.Page<Row>(null, null, 10, default);
        await table.Transact([new(TableTransactionActionType.UpsertReplace, row)], default);
        await table.Remove("p", "r", default);

        Dictionary<string, long> expected = new()
        {
            ["table.insert"] = 2,
            ["table.replace"] = 2,
            ["table.get"] = 2,
            ["table.query"] = 1,
            ["table.batch"] = 1,
            ["table.delete"] = 1,
        };
        Assert.Equal(
            expected.OrderBy(line => line.Key),
            operations
                .Lines()
                .Where(line => line.Key.StartsWith("table.", StringComparison.Ordinal))
                .Select(line => KeyValuePair.Create(line.Key, line.Value - before.GetValueOrDefault(line.Key)))
                .OrderBy(line => line.Key)
        );
        Assert.Equal(3, operations.TableReads);
    }

    [Fact]
    public async Task What_breaks_a_limit_is_not_sent()
    {
        var operations = new OperationCount();
        var table = await Table(operations);
        var sent = operations.Tables;
        var row = new Row
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = new string('x', 40_000),
        };

        await Assert.ThrowsAsync<TableLimitException>(() => table.Add(row, default));
        await Assert.ThrowsAsync<TableLimitException>(() => table.Put(row, default));
        await Assert.ThrowsAsync<TableLimitException>(() => table.Replace(row, ETag.All, default));
        await Assert.ThrowsAsync<TableLimitException>(() => table.Transact([new(TableTransactionActionType.Add, row)], default));

        Assert.Equal(sent, operations.Tables);
    }

    [Theory]
    [InlineData(100, 20)]
    [InlineData(100, 2000)]
    [InlineData(3, 30_000)]
    public async Task The_measure_of_a_transaction_is_no_less_than_what_is_sent_and_hardly_more(int rows, int characters)
    {
        var sizes = new BatchSizes();
        var table = await Table(sizes);
        List<TableTransactionAction> actions =
        [
            .. Enumerable
                .Range(0, rows)
                .Select(i => new TableTransactionAction(
                    TableTransactionActionType.Add,
                    new Row
                    {
                        PartitionKey = "p",
                        RowKey = $"{i:D4}'中",
                        Text = string.Concat(Enumerable.Repeat("abc é<", characters / 6)),
                        Bytes = [.. Enumerable.Range(0, characters).Select(n => (byte)(n * 7))],
                        Perhaps = i,
                    }
                )),
        ];

        Assert.True(await table.Transact(actions, default));

        var measured = TableLimits.Measure(table.Name, actions);
        Assert.InRange(measured, sizes.Last, sizes.Last + (rows * 300L) + (sizes.Last / 20));
    }

    private async Task<TableClient> Table(params HttpPipelinePolicy[] policies)
    {
        var options = new TableClientOptions();
        foreach (var policy in policies)
            options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        var table = new TableServiceClient(azurite.ConnectionString, options).GetTableClient($"t{Guid.NewGuid():N}");
        await table.CreateAsync();
        return table;
    }

    private sealed class BatchSizes : HttpPipelineSynchronousPolicy
    {
        public long Last { get; private set; }

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Content?.TryComputeLength(out var length) == true)
                Last = length;
        }
    }

    private sealed class Row : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Text { get; set; }

        public int Number { get; set; }

        public long Long { get; set; }

        public double Double { get; set; }

        public bool Flag { get; set; }

        public Guid Id { get; set; }

        public DateTimeOffset At { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public byte[]? Bytes { get; set; }

        public DayOfWeek Kind { get; set; }

        public int? Perhaps { get; set; }

        [System.Runtime.Serialization.IgnoreDataMember]
        public string Hidden => RowKey;
    }
}
