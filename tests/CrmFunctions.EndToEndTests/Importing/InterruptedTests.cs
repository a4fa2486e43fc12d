using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Messaging;
using CrmFunctions.Sources.Importing;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>Imports that something came between.</summary>
public sealed class InterruptedTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly Dictionary<string, string> impatient = new()
    {
        ["Imports:ChunkRows"] = "2",
        ["Imports:LongestSilence"] = "00:00:00",
    };

    [Fact]
    public async Task A_chunk_delivered_again_after_its_rows_were_filed_says_that_they_are_new_and_a_row_of_another_file_is_known()
    {
        await using var suite = await Suite.Start(azurite, settings: impatient);
        const string file = "customer,date,amount\n1,2026-01-01,1\n2,2026-01-01,2\n3,2026-01-01,3\n";
        var import = (string)(await suite.Import(file, ImportSuite.Query("again")))["id"]!;

        // As a process leaves it that dies between filing and saying so: the rows are in the log, the chunk is there and its result is not.
        var store = suite.Host.Services.GetRequiredService<ImportStore>();
        await store.Put(
            import,
            0,
            new Chunk(2, [new(["1", "2026-01-01", "1"], 0), new(["2", "2026-01-01", "2"], 0)]),
            CancellationToken.None
        );
        await suite.Tables.Imports.DeleteEntityAsync(import, "result-000000");
        await suite.Fire(nameof(SweepImports));

        Assert.Equal((3, 0, 0), ImportSuite.Counts(await suite.Get($"imports/{import}")));
        Assert.Equal((1, 3, 0), ImportSuite.Counts(await suite.Import(file + "4,2026-01-01,4\n", ImportSuite.Query("again"))));
        Assert.Empty(await suite.DeadLetters(CrmFunctions.Flow.Queues.Imports));
    }

    [Fact]
    public async Task An_import_whose_messages_were_lost_is_gone_on_with_and_then_closed_and_nothing_of_its_rows_is_left_in_its_table()
    {
        await using var suite = await Suite.Start(azurite, settings: impatient);
        var import = await Keep(
            suite,
            "customer,date,amount,name\n" + string.Concat(Enumerable.Range(0, 7).Select(i => $"{i},2026-01-01,5,Ada\n"))
        );
        Assert.Equal("running", (string)(await suite.Get($"imports/{import}"))["status"]!);

        // One of its four chunks was asked for: that much is done, and says so.
        var first = new ServiceBusMessage($$"""{"import":"{{import}}","chunk":0}""") { MessageId = "first" };
        await suite.Host.Services.GetRequiredService<Bus>().Send(CrmFunctions.Flow.Queues.Imports, [first], CancellationToken.None);
        await suite.Host.Idle();
        var running = await suite.Get($"imports/{import}");
        Assert.Equal(
            ("running", 7, 2, 2),
            ((string)running["status"]!, (int)running["rows"]!, (int)running["processed"]!, (int)running["accepted"]!)
        );

        await suite.Fire(nameof(SweepImports));

        var done = await suite.Get($"imports/{import}");
        Assert.Equal(("completed", 7), ((string)done["status"]!, (int)done["accepted"]!));
        Assert.Contains("open", await Partitions(suite));
        await suite.Fire(nameof(SweepImports));
        Assert.DoesNotContain("open", await Partitions(suite));
        Assert.DoesNotContain(await Keys(suite, import), key => key.StartsWith(ImportStore.ChunkPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_who_is_forgotten_while_a_file_waits_is_in_no_row_of_it_any_more()
    {
        await using var suite = await Suite.Start(azurite, settings: impatient);
        var import = await Keep(
            suite,
            "email,date,amount,name\na@example.com,2026-01-01,5,Ada\nb@example.com,2026-01-01,6,Bob\nc@example.com,2026-01-01,7,Cem\n"
        );
        var imports = suite.Host.Services.GetServices<IPersonalData>().OfType<ImportPersonalData>().Single();
        var bob = new PersonalIdentifiers(
            new HashSet<CrmFunctions.Domain.Identity.Handle>(),
            new HashSet<string> { "b@example.com", "Bob" }
        );

        var export = await imports.Export(bob, CancellationToken.None);
        Assert.Equal(
            $$$"""[{"import":"{{{import}}}","row":3,"fields":{"email":"b@example.com","date":"2026-01-01","amount":"6","name":"Bob"}}]""",
            export.ToJsonString()
        );
        Assert.Equal(1, await imports.Forget(bob, CancellationToken.None));
        Assert.Equal(0, await imports.Forget(bob, CancellationToken.None));

        await suite.Fire(nameof(SweepImports));
        var done = await suite.Get($"imports/{import}");
        Assert.Equal((2, 0, 1), ImportSuite.Counts(done));
        Assert.DoesNotContain("Bob", done.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_broke_off_is_cleared_away_after_its_time_and_not_before()
    {
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string>(impatient) { ["Imports:LongestUpload"] = "00:01:00" }
        );
        var store = suite.Host.Services.GetRequiredService<ImportStore>();
        foreach (var (id, age) in new[] { ("old", 61), ("young", 50) })
        {
            await store.Open(id, TimeProvider.System.GetUtcNow().AddSeconds(-age), CancellationToken.None);
            await store.Put(id, 0, new Chunk(2, [new(["1"], 0)]), CancellationToken.None);
        }

        await suite.Fire(nameof(SweepImports));

        Assert.Empty(await Keys(suite, "old"));
        Assert.Single(await Keys(suite, "young"));
        await store.Discard("young", CancellationToken.None);
        Assert.DoesNotContain("open", await Partitions(suite));
    }

    /// <summary>Keeps a file whose chunks nobody asks for.</summary>
    internal static async Task<string> Keep(Suite suite, string file)
    {
        var import = Base32Of(Guid.NewGuid());
        var standard = suite.Host.Services.GetRequiredService<Standard>();
        var query = new ImportQuery(
            "lost",
            ImportKind.Orders,
            new Dictionary<ColumnRole, string>(),
            standard.Currency,
            standard.TimeZone,
            null,
            null,
            false
        );
        var upload = suite.Host.Services.GetRequiredService<Upload>();
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        var (kept, _) = await upload.Keep(import, query, stream, CancellationToken.None);
        Assert.NotNull(kept);
        return import;
    }

    private static string Base32Of(Guid id) => CrmFunctions.Domain.Identity.Base32.Hash(id.ToString(), 26);

    private static async Task<List<string>> Partitions(Suite suite)
    {
        var found = new List<string>();
        await foreach (var row in suite.Tables.Imports.QueryAsync<Azure.Data.Tables.TableEntity>((string?)null))
            found.Add(row.PartitionKey);
        return found;
    }

    private static async Task<List<string>> Keys(Suite suite, string partition)
    {
        var found = new List<string>();
        await foreach (var row in suite.Tables.Imports.QueryAsync<Azure.Data.Tables.TableEntity>($"PartitionKey eq '{partition}'"))
            found.Add(row.RowKey);
        return found;
    }
}
