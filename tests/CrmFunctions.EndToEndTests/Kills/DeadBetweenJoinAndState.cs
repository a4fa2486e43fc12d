using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Privacy;
using CrmFunctions.Storage;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Kills;

public sealed class DeadBetweenJoinAndState(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Visits = 1000;

    private static readonly Dictionary<string, string> lookingSoon = new() { ["Joining:LookAfter"] = "00:00:01" };

    [Fact]
    public async Task A_long_history_takes_in_the_whole_of_a_customer_whose_joining_process_was_killed()
    {
        await using var suite = await Suite.Start(azurite);
        var noise = new Random(1);
        foreach (var batch in Enumerable.Range(0, Visits).Chunk(500))
        {
            await suite.Post(
                new JsonArray([.. batch.Select(number => Sent.Event("visit", $"v{number}", "900", data: ("page", Noise(noise))))])
            );
        }

        await suite.Post(Sent.Event("visit", "linked", "900", email: "late@example.com", data: ("page", "/")));
        await suite.Settle();
        var longer = (string)(await suite.Customer("shop:900"))["customerId"]!;
        var before = (await suite.Tables.Customers.Get<CustomerRow>(longer, CustomerRow.Key, CancellationToken.None))!;
        Assert.InRange(before.SnapshotRows, 1, int.MaxValue);

        // The first event under the address joined it to the longer history, and whoever did so died before the state was saved. An hour
        // went by, and the history was kept in rows of its own meanwhile.
        await suite.Post(Sent.Paid("other", email: "late@example.com"));
        await suite.Settle();
        before.SnapshotThrough += TimeSpan.FromHours(1);
        await suite.Tables.Customers.Put(before, CancellationToken.None);
        await suite.Post(Sent.Paid("another", email: "late@example.com"));
        await suite.Settle();

        // Visits are no orders: these two are the other's.
        var joined = await suite.Customer("late@example.com");
        Assert.Equal((longer, 2), ((string)joined["customerId"]!, (int)joined["orders"]!));
    }

    [Fact]
    public async Task What_is_to_be_told_of_a_customer_whose_joiner_died_before_the_state_was_saved_is_told_once_it_is()
    {
        await using var hook = await WebhookStub.Start();
        await using var suite = await Suite.Start(azurite, settings: hook.Settings);
        await suite.Post(Sent.Paid("told-1", email: "told@example.com"));
        await suite.Settle();
        await DieBetween(suite, Of("told@example.com"), Handle.OfId("shop", "told"));

        // Asked for before the join, and delivered now: there is nobody whom it could be told about.
        var change = new TierChange(Suite.Now, "C", "B", "active", "active");
        var bus = suite.Host.Services.GetRequiredService<Bus>();
        await bus.Send(
            CrmFunctions.Flow.Queues.Notifications,
            [MessageRequest.Of(StoredCustomer.New(Of("told@example.com")), change)],
            CancellationToken.None
        );
        await suite.Host.Idle();
        Assert.Empty(hook.Received);

        await suite.Post(Sent.Paid("told-2", "told", email: "told@example.com"));
        await suite.Settle();
        await Eventually.Holds(() => hook.Received.Any(message => (string?)message.Data["fromTier"] == "C"));
    }

    [Fact]
    public async Task A_message_left_sending_by_a_killed_process_is_closed_as_uncertain_where_it_was_sent_under_another_handle_of_the_person()
    {
        await using var hook = await WebhookStub.Start();
        await using var suite = await Suite.Start(azurite, settings: hook.Settings);
        await suite.Post(
            new JsonArray(Sent.Paid("twice-1", email: "twice@example.com"), Sent.Paid("twice-2", "twice", email: "twice@example.com"))
        );
        await suite.Settle();
        var person = StoredCustomer.New(Handle.OfId("shop", "twice"));
        var asked = MessageRequest.Of(person, new TierChange(Suite.Now.AddHours(-1), "A", "B", "active", "active"));
        var request = MessageBody.Read<MessageRequest>(asked.Body.ToMemory());
        foreach (var (handle, status) in new[] { (person.Id, MessageStatus.Sent), (Of("twice@example.com"), MessageStatus.Sending) })
        {
            var row = MessageLedger.Row(handle, request, "webhook");
            (row.Status, row.DecidedAt) = (status, Suite.Now);
            await suite.Tables.Messages.Put(row, CancellationToken.None);
        }

        await suite.Host.Services.GetRequiredService<Bus>().Send(CrmFunctions.Flow.Queues.Notifications, [asked], CancellationToken.None);
        await suite.Host.Idle();

        var open = MessageLedger.Row(Of("twice@example.com"), request, "webhook");
        Assert.Equal(
            MessageStatus.Uncertain,
            (await suite.Tables.Messages.Get<MessageRow>(open.PartitionKey, open.RowKey, CancellationToken.None))!.Status
        );
        Assert.DoesNotContain(hook.Received, message => (string?)message.Data["fromTier"] == "A");
    }

    [Fact]
    public async Task A_message_that_another_process_was_faster_to_reserve_is_looked_at_again_for_that_process_may_be_killed()
    {
        await using var hook = await WebhookStub.Start();
        await using var suite = await Suite.Start(azurite, settings: hook.Settings);
        await suite.Post(Sent.Paid("race-1", email: "race@example.com"));
        await suite.Settle();
        var asked = MessageRequest.Of(
            StoredCustomer.New(Of("race@example.com")),
            new TierChange(Suite.Now.AddHours(-1), "A", "B", "active", "active")
        );
        var request = MessageBody.Read<MessageRequest>(asked.Body.ToMemory());

        // Looked at by both before either reserved it; the other was faster, and is dead. The lock of its delivery was lost before that, so
        // that this delivery is the last one there is.
        var (stale, reserved) = (
            MessageLedger.Row(Of("race@example.com"), request, "webhook"),
            MessageLedger.Row(Of("race@example.com"), request, "webhook")
        );
        (reserved.Status, reserved.DecidedAt) = (MessageStatus.Sending, Suite.Now);
        await suite.Tables.Messages.Put(reserved, CancellationToken.None);
        var services = suite.Host.Services;
        var channel = services.GetServices<IChannel>().Single(one => one.Name == "webhook");
        var about = new MessagePayload(stale.PartitionKey, request.Rule, request.Period, "B", "active", "A", "active", "race");
        stale.Keep(new RenderedMessage("Race", "Race", Suite.Now, about));
        await services
            .GetRequiredService<ChannelDispatcher>()
            .Send(stale, stale.Message()!, request with { Channel = "webhook" }, channel, DateTimeOffset.MaxValue, CancellationToken.None);

        Assert.DoesNotContain(hook.Received, sent => (string?)sent.Data["fromTier"] == "A");
        await using var receiver = services.GetRequiredService<ServiceBusClient>().CreateReceiver(CrmFunctions.Flow.Queues.Notifications);
        var waits = Assert.Single(await receiver.PeekMessagesAsync(10));
        Assert.Equal(ServiceBusMessageState.Scheduled, waits.State);
        Assert.Contains(Of("race@example.com").Key, waits.Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_begun_under_two_handles_that_become_one_person_s_is_told_under_one_of_them()
    {
        await using var hook = await WebhookStub.Start();
        await using var suite = await Suite.Start(azurite, settings: hook.Settings);
        await suite.Post(
            new JsonArray(Sent.Paid("same-1", email: "same@example.com"), Sent.Paid("same-2", "same", email: "same@example.com"))
        );
        await suite.Settle();
        var (id, email) = (Handle.OfId("shop", "same"), Of("same@example.com"));
        var asked = MessageRequest.Of(StoredCustomer.New(email), new TierChange(Suite.Now.AddHours(-1), "A", "B", "active", "active"));
        var request = MessageBody.Read<MessageRequest>(asked.Body.ToMemory());

        // One looked when the two were strangers, and before the other, which knew both, reserved its row.
        var (stale, reserved) = (MessageLedger.Row(email, request, "webhook"), MessageLedger.Row(id, request, "webhook"));
        (reserved.Status, reserved.DecidedAt) = (MessageStatus.Sending, Suite.Now);
        await suite.Tables.Messages.Put(reserved, CancellationToken.None);
        var services = suite.Host.Services;
        var channel = services.GetServices<IChannel>().Single(one => one.Name == "webhook");
        var about = new MessagePayload(stale.PartitionKey, request.Rule, request.Period, "B", "active", "A", "active", "same");
        stale.Keep(new RenderedMessage("Same", "Same", Suite.Now, about));
        await services
            .GetRequiredService<ChannelDispatcher>()
            .Send(stale, stale.Message()!, request with { Channel = "webhook" }, channel, DateTimeOffset.MaxValue, CancellationToken.None);
        Assert.DoesNotContain(hook.Received, sent => (string?)sent.Data["fromTier"] == "A");

        // The other is done; looked at again, this one is withdrawn.
        reserved.Status = MessageStatus.Sent;
        await suite.Tables.Messages.Put(reserved, CancellationToken.None);
        await services.GetRequiredService<Bus>().Send(CrmFunctions.Flow.Queues.Notifications, [asked], CancellationToken.None);
        await suite.Host.Idle();
        var row = await suite.Tables.Messages.Get<MessageRow>(stale.PartitionKey, stale.RowKey, CancellationToken.None);
        Assert.Equal((MessageStatus.Withdrawn, SendReasons.ToldElsewhere), (row!.Status, row.Reason));
        Assert.DoesNotContain(hook.Received, sent => (string?)sent.Data["fromTier"] == "A");
    }

    [Fact]
    public async Task Who_asks_to_be_erased_is_erased_though_the_joiner_died_before_the_state_was_saved()
    {
        await using var suite = await Suite.Start(azurite, settings: lookingSoon);
        await suite.Post(Sent.Paid("gone-1", email: "gone@example.com"));
        await suite.Settle();
        var id = (string)(await suite.Customer("gone@example.com"))["customerId"]!;
        await DieBetween(suite, Of("gone@example.com"), Handle.OfId("shop", "gone"));
        var requests = suite.Host.Services.GetRequiredService<PrivacyRequests>();
        await requests.Erase([Handle.FromKey(id)!.Value], "the customer", "asked for it", occasion: null, CancellationToken.None);
        await suite.Host.Idle();

        await suite.Post(Sent.Paid("gone-2", "gone", email: "gone@example.com"));
        await suite.Settle();
        Assert.Equal(2, (int)(await suite.Customer("gone@example.com"))["orders"]!);
        await Eventually.Holds(async () => (await suite.Find("gone@example.com")).Count == 0);
    }

    [Fact]
    public async Task Who_asks_to_be_erased_before_the_first_event_was_decided_is_erased()
    {
        await using var suite = await Suite.Start(azurite, settings: lookingSoon);
        await suite.Post(Sent.Paid("early-1", email: "early@example.com"));
        var requests = suite.Host.Services.GetRequiredService<PrivacyRequests>();
        var request = await requests.Erase(
            [Of("early@example.com")],
            "shop-1",
            "customers/redact",
            occasion: "early",
            CancellationToken.None
        );
        await suite.Settle();
        await Eventually.Holds(async () =>
            (await suite.Get("privacy/requests"))["items"]!
                .AsArray()
                .Any(item => (string)item!["id"]! == request.Id && (string)item["status"]! == "done")
        );
        await suite.Settle();
        Assert.Empty((await suite.Find("early@example.com")));
    }

    // The sign is up, and the state that it leads to is not there.
    private static async Task DieBetween(Suite suite, Handle from, Handle to)
    {
        var read = await suite.Tables.Customers.Get<CustomerRow>(from.Key, CustomerRow.Key, CancellationToken.None);
        Assert.True(await suite.Host.Services.GetRequiredService<HandleIndex>().Move(from, read, to, CancellationToken.None));
    }

    private static Handle Of(string email) => Handle.OfEmail(email)!.Value;

    // Nothing that compresses.
    private static string Noise(Random dice)
    {
        var bytes = new byte[90];
        dice.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
}
