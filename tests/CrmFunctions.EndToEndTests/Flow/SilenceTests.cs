using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class SilenceTests
{
    private static readonly Dictionary<string, string> always = new()
    {
        ["BusinessHours:From"] = "00:00",
        ["BusinessHours:To"] = "24:00",
        ["BusinessHours:Days"] = "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
    };

    [Fact]
    public async Task Silence_alone_moves_tier_and_stage_on_the_day_that_the_receipt_named()
    {
        using var azurite = new Azurite();
        var broker = Directory.CreateTempSubdirectory("suite-").FullName;
        string review;
        await using (var suite = await Suite.Start(azurite, brokerFolder: Copy(broker)))
        {
            await suite.Post(Sent.Paid("s1", "silent", "500.00"));
            await suite.Settle();
            var customer = await suite.Customer("shop:silent");
            Assert.Equal("new", (string)customer["stage"]!);
            review = (string)customer["nextReview"]!;
        }

        var at = DateTimeOffset.Parse(review, System.Globalization.CultureInfo.InvariantCulture);
        await using (var before = await Suite.Start(azurite, at.AddSeconds(-1), always))
        {
            await before.Fire("ReclassifyDue");
            Assert.Equal("new", (string)(await before.Customer("shop:silent"))["stage"]!);
            Assert.DoesNotContain(before.Host.Invocations, invocation => invocation.Function == "RecalculateCustomer");
        }

        await using var after = await Suite.Start(azurite, at, always);
        await after.Fire("ReclassifyDue");
        var changed = await after.Customer("shop:silent");
        Assert.Equal("active", (string)changed["stage"]!);
        Assert.Equal(2, changed["history"]!.AsArray().Count);

        await after.Fire("ReclassifyDue");
        Assert.Single(after.Host.Invocations, invocation => invocation.Function == "RecalculateCustomer");
        Directory.Delete(broker, recursive: true);
    }

    [Fact]
    public async Task A_churn_warning_without_a_channel_has_one_ledger_row_for_each_silence_with_that_reason()
    {
        using var azurite = new Azurite();
        await using (var suite = await Suite.Start(azurite))
        {
            await suite.Post(Sent.Paid("w1", "leaving", at: Suite.Now.AddDays(-149)));
            await suite.Settle();
            Assert.Equal("dormant", (string)(await suite.Customer("shop:leaving"))["stage"]!);
        }

        await using var later = await Suite.Start(azurite, Suite.Now.AddDays(2), always);
        await later.Fire("ReclassifyDue");
        for (var run = 0; run < 3; run++)
            await later.Fire("SendChurnWarnings");

        var customer = await later.Customer("shop:leaving");
        Assert.Equal("churnWarning", (string)customer["stage"]!);
        var messages = await later.Messages("shop:leaving", "churn-warning");
        var message = Assert.Single(messages);
        Assert.Equal(("suppressed", "no-channel"), ((string)message["status"]!, (string)message["reason"]!));
    }

    [Fact]
    public async Task A_warning_is_withdrawn_when_the_customer_bought_before_it_went_out()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite, settings: always);
        await suite.Post(Sent.Paid("x1", "back", at: Suite.Now.AddDays(-160)));
        await suite.Settle();
        Assert.Equal("churnWarning", (string)(await suite.Customer("shop:back"))["stage"]!);

        await suite.Post(Sent.Paid("x2", "back", at: Suite.Now.AddHours(-1)));
        await suite.Settle();
        await suite.Fire("SendChurnWarnings");

        Assert.Equal("active", (string)(await suite.Customer("shop:back"))["stage"]!);
        var message = Assert.Single(await suite.Messages("shop:back", "churn-warning"));
        Assert.Equal(("withdrawn", "no-longer-true"), ((string)message["status"]!, (string)message["reason"]!));
    }

    [Fact]
    public async Task A_revisit_is_reminded_of_once_a_cadence_and_skipped_after_a_contact()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite, settings: always);
        await suite.Post(
            new JsonArray(
                Sent.Paid("v1", "alone", "900.00", at: Suite.Now.AddDays(-70)),
                Sent.Paid("v2", "called", "900.00", at: Suite.Now.AddDays(-70)),
                Sent.Event("followup.done", "v3", "called", at: Suite.Now.AddDays(-3), data: ("by", "mei"))
            )
        );
        await suite.Settle();
        for (var run = 0; run < 3; run++)
            await suite.Fire("SendRevisitReminders");

        Assert.Single(await suite.Messages("shop:alone", "revisit"));
        Assert.Empty(await suite.Messages("shop:called", "revisit"));
    }

    [Fact]
    public async Task Outside_business_hours_warnings_wait()
    {
        using var azurite = new Azurite();
        var night = Suite.Now.AddHours(12);
        await using (var suite = await Suite.Start(azurite, night))
        {
            await suite.Post(Sent.Paid("n1", "night", at: Suite.Now.AddDays(-160)));
            await suite.Settle();
            await suite.Fire("SendChurnWarnings");
            Assert.Empty(await suite.Messages("shop:night", "churn-warning"));
        }

        await using var morning = await Suite.Start(azurite, Suite.Now.AddDays(1));
        await morning.Fire("SendChurnWarnings");
        Assert.Single(await morning.Messages("shop:night", "churn-warning"));
    }

    private static string Copy(string folder) => Directory.CreateDirectory(Path.Combine(folder, "broker")).FullName;
}
