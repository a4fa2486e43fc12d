using System.Net;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>A transaction does all of its operations or none.</summary>
public sealed class TransactionTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private readonly TableClient _table = new(azurite.ConnectionString, Azurite.NewTableName());

    public Task InitializeAsync() => _table.CreateIfNotExistsAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_hundred_rows_are_added_at_once_and_each_has_its_answer_and_etag()
    {
        var answers = await _table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity("客户 'p'", $"第{i} 100%'s") { ["Text"] = $"客户😀 {i}", ["Amount"] = 12_990L + i })));

        var rows = await _table.QueryAsync<TableEntity>().ToListAsync();
        Assert.Equal(100, answers.Value.Count);
        Assert.All(answers.Value, answer => Assert.Equal(204, answer.Status));
        Assert.Equal(100, rows.Count);
        Assert.Equal(rows.Select(row => row.ETag.ToString()).Order(), answers.Value.Select(answer => answer.Headers.ETag.ToString()!).Order());
        Assert.All(rows, row => Assert.Equal($"第{row.GetInt64("Amount") - 12_990} 100%'s", row.RowKey));
        Assert.All(rows, row => Assert.Equal($"客户😀 {row.GetInt64("Amount") - 12_990}", row.GetString("Text")));
    }

    [Fact]
    public async Task Every_kind_of_operation_does_what_it_says()
    {
        foreach (var key in new[] { "merged", "replaced", "deleted", "upserted" })
            await _table.AddEntityAsync(new TableEntity("p", key) { ["A"] = 1, ["B"] = 1 });
        var etag = (await _table.GetEntityAsync<TableEntity>("p", "merged")).Value.ETag;

        await _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("added")),
            new(TableTransactionActionType.UpdateMerge, Row("merged"), etag),
            new(TableTransactionActionType.UpdateReplace, Row("replaced"), ETag.All),
            new(TableTransactionActionType.Delete, Row("deleted")),
            new(TableTransactionActionType.UpsertMerge, Row("upserted")),
            new(TableTransactionActionType.UpsertReplace, Row("new")),
        ]);

        var rows = await _table.QueryAsync<TableEntity>().ToDictionaryAsync(row => row.RowKey, row => (row.GetInt32("A"), row.GetInt32("B")));
        Assert.Equal(5, rows.Count);
        Assert.Equal((2, null), rows["added"]);
        Assert.Equal((2, 1), rows["merged"]);
        Assert.Equal((2, null), rows["replaced"]);
        Assert.Equal((2, 1), rows["upserted"]);
        Assert.Equal((2, null), rows["new"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(57)]
    [InlineData(99)]
    public async Task A_row_that_exists_fails_the_transaction_by_its_index_and_nothing_is_added(int index)
    {
        await _table.AddEntityAsync(new TableEntity("p", $"{index:D2}") { ["A"] = 1 });

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
            Enumerable.Range(0, 100).Select(i => new TableTransactionAction(TableTransactionActionType.Add, Row($"{i:D2}")))));

        Assert.Equal((409, "EntityAlreadyExists", index), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        var left = await _table.QueryAsync<TableEntity>().SingleAsync();
        Assert.Equal(1, left.GetInt32("A"));
    }

    [Fact]
    public async Task A_row_changed_meanwhile_fails_the_transaction_with_412_and_the_rest_stays_as_it_was()
    {
        await _table.AddEntityAsync(new TableEntity("p", "state") { ["A"] = 1 });
        await _table.AddEntityAsync(new TableEntity("p", "other") { ["A"] = 1 });
        var stale = (await _table.GetEntityAsync<TableEntity>("p", "state")).Value.ETag;
        await _table.UpdateEntityAsync(new TableEntity("p", "state") { ["A"] = 5 }, stale);

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpsertReplace, Row("other")),
            new(TableTransactionActionType.UpdateReplace, Row("state"), stale),
        ]));

        Assert.Equal((412, "UpdateConditionNotSatisfied", 1), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
        Assert.Equal(1, (await _table.GetEntityAsync<TableEntity>("p", "other")).Value.GetInt32("A"));
        Assert.Equal(5, (await _table.GetEntityAsync<TableEntity>("p", "state")).Value.GetInt32("A"));
    }

    [Theory]
    [InlineData(TableTransactionActionType.Delete)]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    public async Task A_row_that_is_not_there_fails_the_transaction_with_404(TableTransactionActionType type)
    {
        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("a")), new(type, Row("none"), ETag.All)]));

        Assert.Equal((404, 1), (failure.Status, failure.FailedTransactionActionIndex));
        Assert.Empty(await _table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task Rows_of_a_class_go_into_a_transaction_by_what_they_are()
    {
        ITableEntity row = new Customer { PartitionKey = "p", RowKey = "r", Tier = "A" };

        await _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, row)]);

        Assert.Equal("A", (await _table.GetEntityAsync<Customer>("p", "r")).Value.Tier);
    }

    [Fact]
    public async Task Azures_answers_are_read_as_it_writes_them()
    {
        using var service = new StubService();
        const string Body = """
            --batchresponse_1
            Content-Type: multipart/mixed; boundary=changesetresponse_2

            --changesetresponse_2
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 204 No Content
            X-Content-Type-Options: nosniff
            DataServiceVersion: 3.0;
            ETag: W/"datetime'2026-11-01T09%3A30%3A00.1234567Z'"


            --changesetresponse_2
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 204 No Content
            ETag: W/"2"


            --changesetresponse_2--
            --batchresponse_1--
            """;
        service.AnswersBatch("batchresponse_1", Body.ReplaceLineEndings("\r\n"));

        var answers = (await service.Table().SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("1")), new(TableTransactionActionType.Add, Row("2"))])).Value;

        Assert.Equal([204, 204], answers.Select(answer => answer.Status));
        Assert.Equal(new ETag("W/\"datetime'2026-11-01T09%3A30%3A00.1234567Z'\""), answers[0].Headers.ETag);
        Assert.Equal("No Content", answers[1].ReasonPhrase);
    }

    [Fact]
    public async Task Azures_refusal_of_an_operation_is_read_as_it_writes_it()
    {
        using var service = new StubService();
        const string Body = """
            --batchresponse_1
            Content-Type: multipart/mixed; boundary=changesetresponse_2

            --changesetresponse_2
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 409 Conflict
            Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8

            {"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"42:The specified entity already exists.\nRequestId:1\nTime:2026-11-01T09:30:00Z"}}}
            --changesetresponse_2--
            --batchresponse_1--
            """;
        service.AnswersBatch("batchresponse_1", Body.ReplaceLineEndings("\r\n"));

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => service.Table().SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("1"))]));

        Assert.Equal((409, "EntityAlreadyExists", 42), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
    }

    [Fact]
    public async Task A_transaction_refused_as_a_whole_has_no_index()
    {
        using var service = new StubService();
        service.Answers(HttpStatusCode.Forbidden, """{"odata.error":{"code":"AuthenticationFailed","message":{"lang":"en-US","value":"Server failed to authenticate the request."}}}""");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(
            () => service.Table().SubmitTransactionAsync([new(TableTransactionActionType.Add, Row("1"))]));

        Assert.Equal((403, "AuthenticationFailed"), (failure.Status, failure.ErrorCode));
    }

    private static TableEntity Row(string key) => new("p", key) { ["A"] = 2 };

    private sealed class Customer : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Tier { get; set; }
    }
}
