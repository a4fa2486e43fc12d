using System.Net;
using System.Net.Sockets;
using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class StartingTests
{
    [Fact]
    public async Task A_file_that_is_no_database_gives_a_clear_error_that_names_it()
    {
        await using var bus = LocalBus.Prepare();
        await File.WriteAllTextAsync(bus.File, string.Concat(Enumerable.Repeat("this is not a database. ", 1000)));

        var refused = await Assert.ThrowsAsync<BrokerException>(() => bus.Run());

        Assert.Contains($"'{bus.File}' is not a SQLite database", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BrokerError.Unusable, refused.Error);
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused_and_left_as_it_was()
    {
        await using var bus = LocalBus.Prepare();
        RawFile.Scalar(bus.File, "CREATE TABLE other (x); INSERT INTO other VALUES (7)");

        var refused = await Assert.ThrowsAsync<BrokerException>(() => bus.Run());

        Assert.Contains("not one of the local Service Bus", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, RawFile.Scalar(bus.File, "SELECT count(*) FROM sqlite_master"));
    }

    [Theory]
    [InlineData(99, "schema version 99")]
    [InlineData(1, "is of schema version 1, which this server does not read. Drain it with the version before, or delete it.")]
    public async Task A_file_of_another_version_is_refused_by_its_number(int version, string says)
    {
        await using var bus = await Filled(10);
        RawFile.Scalar(bus.File, $"PRAGMA user_version = {version}");

        var refused = await Assert.ThrowsAsync<BrokerException>(() => bus.Run());

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    public async Task A_torn_file_is_refused_when_it_is_opened(double kept)
    {
        await using var bus = await Filled(500);
        await using (var file = File.OpenWrite(bus.File))
            file.SetLength((long)(file.Length * kept));

        await IsRefusedAsDamaged(bus);
    }

    [Fact]
    public async Task A_file_with_pages_overwritten_is_refused_when_it_is_opened()
    {
        await using var bus = await Filled(500);
        await using (var file = File.OpenWrite(bus.File))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            var garbage = new byte[8192];
            Array.Fill(garbage, (byte)0xA5);
            await file.WriteAsync(garbage);
        }

        await IsRefusedAsDamaged(bus);
    }

    [Fact]
    public async Task A_torn_write_ahead_log_loses_only_its_torn_end()
    {
        await using var bus = await LocalBus.Start();
        for (var i = 0; i < 50; i++)
            await bus.Send($"{i}");
        var copy = Path.Combine(bus.Folder, "copy.db");
        File.Copy(bus.File, copy);
        File.Copy(bus.File + "-wal", copy + "-wal");
        await using (var wal = File.OpenWrite(copy + "-wal"))
            wal.SetLength(wal.Length - 100);

        await using var server = await ServiceBusServer.Start(bus.Options() with { DataFile = copy });
        await using var client = new ServiceBusClient(server.ConnectionString);
        var left = await client.CreateReceiver(LocalBus.Plain).PeekMessagesAsync(100);

        Assert.Equal(Enumerable.Range(0, 49).Select(i => $"{i}"), left.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_that_says_so()
    {
        await using var bus = LocalBus.Prepare();
        await File.WriteAllTextAsync(Path.Combine(bus.Folder, "file"), "");

        var refused = await Assert.ThrowsAsync<BrokerException>(() =>
            ServiceBusServer.Start(bus.Options() with { DataFile = Path.Combine(bus.Folder, "file", "broker.db") })
        );

        Assert.Equal(BrokerError.Unavailable, refused.Error);
        Assert.Contains(
            "cannot be read or written. Name a file in a folder where this user may write.",
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_second_server_on_a_file_is_refused_until_the_first_has_stopped()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");

        var refused = await Assert.ThrowsAsync<BrokerException>(() => ServiceBusServer.Start(bus.Options()));
        Assert.Contains(
            $"'{bus.File}' is in use by another server. Stop that one, or name another file.",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["a"], await bus.Bodies());

        Assert.True(File.Exists(bus.File + "-wal"));
        await bus.Stop();
        Assert.False(File.Exists(bus.File + "-wal"));
        await bus.Run();
        Assert.Equal(["a"], await bus.Bodies());
    }

    [Fact]
    public async Task A_port_in_use_is_refused_and_the_file_is_free_again()
    {
        await using var bus = LocalBus.Prepare();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Run(port));

        Assert.Contains($"Port {port} on 127.0.0.1 cannot be had", refused.Message, StringComparison.Ordinal);
        Assert.Contains("choose another port, 0 for any free one", refused.Message, StringComparison.Ordinal);
        taken.Stop();
        await bus.Run(port);
        Assert.Equal(port, bus.Server.Port);
    }

    [Theory]
    [InlineData("\"RequiresSession\": true", "sessions")]
    [InlineData("\"ForwardTo\": \"other\"", "ForwardTo")]
    [InlineData("\"LockDuration\": \"PT6M\"", "LockDuration")]
    [InlineData("\"MaxDeliveryCount\": 0", "MaxDeliveryCount")]
    [InlineData("\"DuplicateDetectionHistoryTimeWindow\": \"P8D\"", "DuplicateDetectionHistoryTimeWindow")]
    [InlineData("\"LockDuration\": \"soon\"", "soon")]
    [InlineData("\"LockDuration\": 60", "queue 'plain' has the LockDuration 60, and a duration as PT1M is wanted")]
    [InlineData("\"MaxDeliveryCount\": \"ten\"", "queue 'plain' has the MaxDeliveryCount \"ten\", and a whole number is wanted")]
    [InlineData("\"RequiresDuplicateDetection\": 1", "queue 'plain' has the RequiresDuplicateDetection 1, and true or false is wanted")]
    [InlineData("\"LockDuration\"", "cannot be used")]
    public async Task A_queues_file_that_asks_for_what_there_is_not_says_so_and_names_the_queue(string property, string says)
    {
        await using var bus = LocalBus.Prepare();
        var json = $$$"""{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[{"Name":"plain","Properties":{ {{{property}}} }}]}]}}""";
        await File.WriteAllTextAsync(bus.QueuesFile, json);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Run());

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains(bus.QueuesFile, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queues_file_with_topics_or_none_at_all_is_refused()
    {
        await using var bus = LocalBus.Prepare();
        await File.WriteAllTextAsync(
            bus.QueuesFile,
            """{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[],"Topics":[{"Name":"news"}]}]}}"""
        );
        var topics = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Run());
        Assert.Contains("topic 'news'", topics.Message, StringComparison.Ordinal);

        File.Delete(bus.QueuesFile);
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Run());
        Assert.Contains($"'{bus.QueuesFile}' does not exist", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Queues":[{"Name":"plain"}]}""", "it has no UserConfig.Namespaces[].Queues[]")]
    [InlineData("""{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[{"name":"plain"}]}]}}""", "a queue has no Name")]
    public async Task A_queues_file_of_another_shape_is_refused_with_what_it_has_not(string json, string says)
    {
        await using var bus = LocalBus.Prepare();
        await File.WriteAllTextAsync(bus.QueuesFile, json);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Run());

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suites_own_queues_file_is_read()
    {
        await using var bus = LocalBus.Prepare();
        File.Copy(
            Path.Combine(CrmFunctions.TestKit.NodeTools.RepositoryRoot, "functions", "CrmFunctions", "servicebus.json"),
            bus.QueuesFile,
            overwrite: true
        );
        await bus.Run();

        await bus.Send("a", "recalculations");

        Assert.Equal(["a"], await bus.Bodies("recalculations"));
    }

    private static async Task<LocalBus> Filled(int messages)
    {
        var bus = await LocalBus.Start();
        for (var i = 0; i < messages; i += 10)
            await bus
                .Client.CreateSender(LocalBus.Plain)
                .SendMessagesAsync(Enumerable.Range(0, 10).Select(_ => new ServiceBusMessage(new string('x', 1000))));
        await bus.Stop();
        return bus;
    }

    private static async Task IsRefusedAsDamaged(LocalBus bus)
    {
        var refused = await Assert.ThrowsAsync<BrokerException>(() => bus.Run());
        Assert.Contains($"The broker file '{bus.File}' is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BrokerError.Unusable, refused.Error);
    }
}
