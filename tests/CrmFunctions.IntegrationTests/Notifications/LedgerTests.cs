using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Storage;
using CrmFunctions.TestKit;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>The ledger's rows as locks, on real tables.</summary>
public sealed class LedgerTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly MessageRequest request = new(Handle.Base.Key, "revisit", "2026-03-02");

    [Fact]
    public async Task Of_any_number_at_once_one_writes_and_it_can_go_on_writing()
    {
        var ledger = await Instance();
        MessageRow[] rows = [.. Enumerable.Range(0, 8).Select(_ => MessageLedger.Row(Handle.Base, request, "race"))];

        var first = await Task.WhenAll(rows.Select(row => ledger.Claim(row, default)));

        var winner = rows[Array.IndexOf(first, true)];
        Assert.Single(first, true);
        Assert.True(await ledger.Claim(winner, default));
        Assert.True(await ledger.Claim(winner, default));
    }

    [Theory]
    [InlineData(1, "new")]
    [InlineData(2, "again")]
    public async Task Whose_answer_was_lost_on_the_way_knows_that_it_was_written(int lost, string channel)
    {
        var loses = new LosesAnAnswer(lost);
        var ledger = await Instance(loses);
        var row = MessageLedger.Row(Handle.Base, request, channel);

        for (var write = 0; write < 2; write++)
            Assert.True(await ledger.Claim(row, default));

        Assert.True(loses.Lost);
        Assert.True(await ledger.Claim(row, default));
        Assert.False(await ledger.Claim(MessageLedger.Row(Handle.Base, request, channel), default));
    }

    private async Task<MessageLedger> Instance(HttpPipelinePolicy? policy = null)
    {
        var options = new TableClientOptions();
        if (policy is not null)
            options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        var account = new TableServiceClient(azurite.ConnectionString, options);
        await account.CreateTableIfNotExistsAsync(Flow.Tables.Messages);
        return new MessageLedger(new CrmTables(account), new Clocks(TimeProvider.System, TimeProvider.System));
    }

    /// <summary>A connection that breaks after the n-th write of a row was carried out.</summary>
    private sealed class LosesAnAnswer(int lost) : HttpPipelinePolicy
    {
        private int writes;

        public bool Lost { get; private set; }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (
                message.Request.Method == RequestMethod.Get
                || !message.Request.Uri.Path.Contains(Flow.Tables.Messages, StringComparison.Ordinal)
                || ++writes != lost
            )
                return;
            Lost = true;
            throw new IOException("The connection was broken.");
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
