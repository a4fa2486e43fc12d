using Azure.Data.Tables;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

public sealed class RowTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task Smoke()
    {
        var service = new TableServiceClient(azurite.ConnectionString);
        var table = service.GetTableClient(Azurite.NewTableName());
        await table.CreateIfNotExistsAsync();
        var r = await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["L"] = 5L, ["T"] = "中文😀", ["D"] = 5.0, ["N"] = double.NaN });
        var row = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal("中文😀", row.GetString("T"));
        Assert.Equal(5L, row.GetInt64("L"));
        Assert.Equal(5.0, row.GetDouble("D"));
        Assert.Equal(double.NaN, row.GetDouble("N"));
        Assert.NotNull(row.Timestamp);
        var batch = await table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "r2") { ["T"] = "中文😀" }), new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "r3"))]);
        Assert.Equal(2, batch.Value.Count);
        var ex = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "r4")), new(TableTransactionActionType.Add, new TableEntity("p", "r2"))]));
        Assert.Equal(1, ex.FailedTransactionActionIndex);
        Assert.Equal("EntityAlreadyExists", ex.ErrorCode);
        await foreach (var x in table.QueryAsync<TableEntity>()) Assert.Equal("p", x.PartitionKey);
    }
}
