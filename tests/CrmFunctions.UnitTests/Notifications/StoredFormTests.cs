using System.Text;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Ledger;

namespace CrmFunctions.UnitTests.Notifications;

/// <summary>
/// What waits in a queue or stands in a row was written by the version before, and is read by the one after: its form never changes.
/// </summary>
public class StoredFormTests
{
    [Theory]
    [InlineData(
        """{"customer":"k","rule":"win-back","period":"p.1","touch":{"purpose":"marketing","template":"win-back","variables":{"name":"Ann"},"channels":["acs-sms","email"],"audience":{"kind":"team","email":"a@b.c"},"askedAt":"2026-03-02T01:02:03+00:00","language":"en","expires":"2026-03-03T01:02:03+00:00","while":["churned"]},"withdraw":false}"""
    )]
    [InlineData("""{"customer":"k","rule":"w","period":"p","withdraw":true}""")]
    [InlineData(
        """{"customer":"k","rule":"tier-changed","period":"p","change":{"at":"2026-03-02T01:02:03+00:00","fromTier":"C","toTier":"B","fromStage":"active","toStage":"dormant","scheme":"service"},"withdraw":false,"channel":"webhook"}"""
    )]
    public void A_request_in_the_queue_is_read_and_written_as_ever(string body) =>
        Assert.Equal(body, Encoding.UTF8.GetString(MessageBody.Write(MessageBody.Read<MessageRequest>(body))));

    [Fact]
    public void Words_in_the_ledger_are_read_and_written_as_ever()
    {
        const string Words =
            """{"subject":"王芳 \"x\"","text":"t\n2","at":"2026-03-02T01:02:03+00:00","payload":{"customerId":"k","rule":"duty","period":"x.1","tier":"A","fromStage":"new","text":"","scheme":"value","template":"tpl","purpose":"marketing"},"to":"a@b.c","language":"en","unsubscribe":"https://x/u/1"}""";
        var row = new MessageRow
        {
            PartitionKey = "k",
            Rule = "duty",
            Period = "x.1",
            Channel = "email",
            Words = Words,
        };

        var message = row.Message()!;
        var again = new MessageRow();
        again.Keep(message);

        Assert.Equal(Words, again.Words);
        Assert.Equal(("k:duty:x_1:email", "a@b.c", "customer.duty"), (message.Key, message.To, message.Type));
        Assert.Equal(("王芳 \"x\"", "t\n2"), (message.Payload.Subject, message.Payload.Text));
    }

    [Fact]
    public void A_request_that_could_be_no_key_is_not_made()
    {
        var touch = new Touch("marketing", "t", new Dictionary<string, string>(), [], Audience.OfCustomer, default);

        Assert.Throws<ArgumentException>(() => MessageRequest.Of(Handle.Base, "a|b", "p", touch));
        Assert.Throws<ArgumentException>(() => MessageRequest.Of(Handle.Base, "a", "p/1", touch));
        Assert.Throws<ArgumentException>(() => MessageRequest.Of(Handle.Base, "a", "p", touch with { Purpose = "spam" }));
    }
}
