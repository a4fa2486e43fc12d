using Azure.Core;
using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class ClientTests
{
    [Fact]
    public void A_namespace_with_a_credential_is_refused_and_told_what_is_needed()
    {
        var refused = Assert.Throws<NotSupportedException>(
            () => new ServiceBusClient("crm.servicebus.windows.net", DelegatedTokenCredential.Create((_, _) => default)));

        Assert.Contains("BrokerFile=", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local", typeof(ArgumentException))]
    [InlineData("BrokerFile=/tmp/x.db", typeof(FormatException))]
    [InlineData("nonsense", typeof(FormatException))]
    [InlineData("", typeof(ArgumentException))]
    public void A_connection_string_that_cannot_be_used_shows_the_form(string connectionString, Type exception)
    {
        var refused = Assert.Throws(exception, () => new ServiceBusClient(connectionString));

        if (connectionString.Length > 0) Assert.Contains("BrokerFile=<path>", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_is_not_declared_is_MessagingEntityNotFound_at_the_first_use()
    {
        await using var bus = new LocalBus();
        var sender = bus.Client.CreateSender("no-such");
        var receiver = bus.Client.CreateReceiver("no-such");

        foreach (var use in new Func<Task>[]
        {
            () => sender.SendMessageAsync(new("x")), () => receiver.ReceiveMessageAsync(LocalBus.Wait), () => receiver.PeekMessageAsync(),
        })
        {
            var notFound = await Assert.ThrowsAsync<ServiceBusException>(use);
            Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, false, "no-such"), (notFound.Reason, notFound.IsTransient, notFound.EntityPath));
            Assert.EndsWith("(no-such - MessagingEntityNotFound)", notFound.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Queue_names_are_compared_without_regard_to_case()
    {
        await using var bus = new LocalBus();
        await bus.Send("a", "PLAIN");

        Assert.Equal(["a"], await bus.Bodies("Plain"));
    }

    [Theory]
    [InlineData("\"RequiresSession\": true", "sessions")]
    [InlineData("\"ForwardTo\": \"other\"", "ForwardTo")]
    [InlineData("\"LockDuration\": \"PT6M\"", "LockDuration")]
    [InlineData("\"MaxDeliveryCount\": 0", "MaxDeliveryCount")]
    [InlineData("\"DuplicateDetectionHistoryTimeWindow\": \"P8D\"", "DuplicateDetectionHistoryTimeWindow")]
    [InlineData("\"LockDuration\": \"soon\"", "soon")]
    [InlineData("\"LockDuration\"", "cannot be used")]
    public async Task A_queues_file_that_asks_for_what_there_is_not_says_so_and_names_the_queue(string property, string says)
    {
        await using var bus = new LocalBus();
        var json = $$$"""{"UserConfig":{"Namespaces":[{"Name":"n","Queues":[{"Name":"plain","Properties":{ {{{property}}} }}]}]}}""";
        await File.WriteAllTextAsync(bus.QueuesFile, json);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Send("x"));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains(bus.QueuesFile, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suites_own_queues_file_is_read()
    {
        await using var bus = new LocalBus();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "servicebus.json"), bus.QueuesFile, overwrite: true);

        await bus.Send("a", "recalculations");

        Assert.Equal(["a"], await bus.Bodies("recalculations"));
    }

    [Fact]
    public async Task Clients_of_one_file_share_it_and_the_last_one_closes_it()
    {
        await using var bus = new LocalBus();
        await using (var other = bus.NewClient())
        {
            await other.CreateSender(LocalBus.Plain).SendMessageAsync(new("a"));
            Assert.Equal(["a"], await bus.Bodies());
        }

        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
        Assert.True(File.Exists(bus.File + "-wal"));
        await bus.Client.DisposeAsync();
        Assert.False(File.Exists(bus.File + "-wal"));
    }

    [Fact]
    public async Task A_clock_cannot_be_changed_under_an_open_broker()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");

        Assert.Throws<InvalidOperationException>(() => AzureSdk.Local.ServiceBus.LocalBrokers.UseClock(bus.File, TimeProvider.System));
    }

    [Fact]
    public async Task Names_and_states_of_clients_senders_and_receivers_are_as_asked_for()
    {
        await using var bus = new LocalBus();
        var sender = bus.Client.CreateSender(LocalBus.Plain, new ServiceBusSenderOptions { Identifier = "s" });
        var receiver = bus.Client.CreateReceiver(
            LocalBus.Plain, new ServiceBusReceiverOptions { Identifier = "r", PrefetchCount = 5, ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });

        Assert.Equal(("s", LocalBus.Plain, "localhost"), (sender.Identifier, sender.EntityPath, sender.FullyQualifiedNamespace));
        Assert.Equal(("r", 5, ServiceBusReceiveMode.ReceiveAndDelete), (receiver.Identifier, receiver.PrefetchCount, receiver.ReceiveMode));
        await sender.DisposeAsync();
        await receiver.CloseAsync();
        Assert.True(sender.IsClosed && receiver.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.SendMessageAsync(new("x")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiver.PeekMessageAsync());
    }
}
