using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Queues;

public sealed class MessageTests
{
    [Fact]
    public async Task A_message_reaches_its_function_once_and_is_gone()
    {
        await using var queue = await QueueApp.Start<AsMessage>(messages: "a");
        await queue.App.Idle();
        await queue.Send("b");
        await queue.App.Idle();
        Assert.Equal(["a delivery 1", "b delivery 1"], queue.Journal.Lines.Order());
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task A_message_comes_as_text_bytes_or_an_object_read_from_JSON()
    {
        await using (var text = await QueueApp.Start<AsText>(messages: "plain"))
        {
            await text.App.Idle();
            Assert.Equal(["plain"], text.Journal.Lines);
        }

        await using (var data = await QueueApp.Start<AsData>(messages: "data"))
        {
            await data.App.Idle();
            Assert.Equal(["4 bytes"], data.Journal.Lines);
        }

        await using var typed = await QueueApp.Start<AsObject>(messages: """{ "customer": "42", "AMOUNT": 1.50 }""");
        await typed.App.Idle();
        Assert.Equal(["Order { Customer = 42, Amount = 1.50 }"], typed.Journal.Lines);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_fails_and_ends_in_the_dead_letter_queue()
    {
        await using var queue = await QueueApp.Start<AsObject>(messages: "no JSON");
        await queue.App.Idle();
        Assert.Equal(3, queue.App.Invocations.Count(invocation => !invocation.Succeeded));
        Assert.Equal(["no JSON"], await queue.DeadLetters());
    }

    [Fact]
    public async Task A_function_that_throws_gets_the_message_again_until_it_is_dead_lettered()
    {
        await using var queue = await QueueApp.Start<FailingMessage>(messages: "bad");
        await queue.App.Idle();
        Assert.Equal(["bad delivery 1", "bad delivery 2", "bad delivery 3"], queue.Journal.Lines);
        Assert.Empty(await queue.Left());
        Assert.Equal(["bad"], await queue.DeadLetters());
    }

    [Fact]
    public async Task A_batch_is_one_invocation_of_as_many_messages_as_host_json_allows()
    {
        await using var queue = await QueueApp.Start<AsBatch>("""{ "maxMessageBatchSize": 3 }""", messages: ["a", "b", "c", "d"]);
        await queue.App.Idle();
        Assert.Equal(["abc", "d"], queue.Journal.Lines);
        Assert.Empty(await queue.Left());
    }

    [Fact]
    public async Task The_context_tells_what_is_known_of_the_message_and_values_bind_by_name()
    {
        await using var queue = await QueueApp.Start<TellingOfMessage>(messages: "x");
        await queue.App.Idle();
        Assert.Equal(["x 1 x 1"], queue.Journal.Lines);
    }

    [Fact]
    public async Task The_trace_of_the_message_is_the_parent_of_the_invocation()
    {
        using var traces = new Traces();
        await using var queue = await QueueApp.Start<AsMessage>();
        await queue
            .Client.CreateSender("orders")
            .SendMessageAsync(
                new ServiceBusMessage("t")
                {
                    ApplicationProperties = { ["Diagnostic-Id"] = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
                }
            );
        await queue.App.Idle();
        Assert.Equal("b7ad6b7169203331", Assert.Single(traces.Of("1af7651916cd43dd8448eb211c80319c")).ParentSpanId.ToHexString());
    }

    [Fact]
    public async Task A_disabled_function_leaves_its_queue_alone()
    {
        await using var queue = await QueueApp.Start<AsText>(
            configure: options => options.Settings["AzureWebJobs.AsText.Disabled"] = "true",
            messages: "a"
        );
        await queue.Send("b");
        Assert.Equal(["a", "b"], await queue.Left());
        Assert.Empty(queue.App.Invocations);
    }
}

public sealed class AsMessage(Journal journal)
{
    [Function("AsMessage")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus")] ServiceBusReceivedMessage message) =>
        journal.Add($"{message.Body} delivery {message.DeliveryCount}");
}

public sealed class AsText(Journal journal)
{
    [Function("AsText")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus")] string message) => journal.Add(message);
}

public sealed class AsData(Journal journal)
{
    [Function("AsData")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus")] byte[] message) => journal.Add($"{message.Length} bytes");
}

public sealed class AsObject(Journal journal)
{
    [Function("AsObject")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus")] Order order) => journal.Add($"{order}");

    public sealed record Order(string Customer, decimal Amount);
}

public sealed class AsBatch(Journal journal)
{
    [Function("AsBatch")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus", IsBatched = true)] ServiceBusReceivedMessage[] messages) =>
        journal.Add(string.Concat(messages.Select(message => message.Body)));
}

public sealed class FailingMessage(Journal journal)
{
    [Function("FailingMessage")]
    public void Run([ServiceBusTrigger("orders", Connection = "Bus")] ServiceBusReceivedMessage message)
    {
        journal.Add($"{message.Body} delivery {message.DeliveryCount}");
        throw new InvalidOperationException("broken");
    }
}

public sealed class TellingOfMessage(Journal journal)
{
    [Function("TellingOfMessage")]
    public void Run(
        [ServiceBusTrigger("orders", Connection = "Bus")] string message,
        string messageId,
        int deliveryCount,
        FunctionContext context
    )
    {
        var data = context.BindingContext.BindingData;
        journal.Add($"{messageId} {deliveryCount} {data["MessageId"]} {data["deliverycount"]}");
    }
}
