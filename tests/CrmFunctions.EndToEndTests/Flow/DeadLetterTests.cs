using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.DeadLetters;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>Dead letters are seen, replayed once their cause is mended, and dropped when nobody wants them.</summary>
public sealed class DeadLetterTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Queue = "recalculations";

    [Fact]
    public async Task What_was_poison_is_shown_with_its_reason_and_replayed_once_its_cause_is_mended_it_is_done()
    {
        await using var suite = await Suite.Start(azurite);
        var id = await Poison(suite, "mended");
        var page = await suite.Get($"dead-letters/{Queue}");
        var letter = Assert.Single(page["items"]!.AsArray())!;
        Assert.Equal("MaxDeliveryCountExceeded", (string)letter["reason"]!);
        Assert.Contains(id, (string)letter["body"]!, StringComparison.Ordinal);
        Assert.Contains("MaxDeliveryCountExceeded 1", (await Crm(suite, new ListDeadLettersCommand())).Said, StringComparison.Ordinal);
        Assert.Contains(
            "  MaxDeliveryCountExceeded  ",
            (await Crm(suite, new ShowDeadLettersCommand(), "--queue", "recalculations")).Said,
            StringComparison.Ordinal
        );
        Assert.Empty((await Crm(suite, new ShowDeadLettersCommand(), "--queue", "recalculations", "--reason", "TTLExpiredException")).Said);

        // Replayed too early it dies again, under its own new number.
        Assert.Equal((ExitCode.Ok, """{"done":1}"""), await Crm(suite, Replay(), "--queue", Queue));
        await suite.Settle();
        Assert.NotEqual(
            (long)letter["number"]!,
            (long)Assert.Single((await suite.Get($"dead-letters/{Queue}"))["items"]!.AsArray())!["number"]!
        );
        Assert.Equal(1, (int)(await suite.Customer("shop:mended"))["events"]!);

        await suite.Tables.Events.DeleteEntityAsync(id, "broken");
        Assert.Equal((ExitCode.Ok, """{"done":1}"""), await Crm(suite, Replay(), "--queue", Queue, "--reason", "MaxDeliveryCountExceeded"));
        await suite.Settle();
        Assert.Empty((await suite.Get($"dead-letters/{Queue}"))["items"]!.AsArray());
        Assert.Equal(2, (int)(await suite.Customer("shop:mended"))["events"]!);
    }

    [Fact]
    public async Task Only_those_that_are_named_are_dropped_and_a_drop_without_a_word_is_refused()
    {
        await using var suite = await Suite.Start(azurite);
        foreach (var customer in new[] { "dropped", "kept" })
            await Poison(suite, customer);
        var first = (await suite.Get($"dead-letters/{Queue}"))["items"]!.AsArray().Select(letter => (string)letter!["id"]!).ToList();
        Assert.Equal(2, first.Count);

        Assert.Contains("reason or id is missing", (await Crm(suite, Drop(), "--queue", Queue)).Said, StringComparison.Ordinal);
        Assert.Contains(
            "is no queue; there are",
            (await Crm(suite, Drop(), "--queue", "nowhere", "--reason", "x")).Said,
            StringComparison.Ordinal
        );
        Assert.Equal((ExitCode.Ok, """{"done":0}"""), await Crm(suite, Drop(), "--queue", Queue, "--reason", "other"));
        Assert.Equal((ExitCode.Ok, """{"done":1}"""), await Crm(suite, Drop(), "--queue", Queue, "--id", first[0]));
        Assert.Equal(first[1], (string)Assert.Single((await suite.Get($"dead-letters/{Queue}"))["items"]!.AsArray())!["id"]!);
        Assert.Equal(
            1,
            (int)(await suite.Get("dead-letters"))["queues"]!.AsArray().Single(queue => (string)queue!["queue"]! == Queue)!["letters"]!
        );
    }

    // A row of the log that somebody broke: who has it cannot be folded.
    private static async Task<string> Poison(Suite suite, string customer)
    {
        var id = (string)(await suite.Post(Sent.Visit($"{customer}-1", customer)))["events"]![0]!["customerId"]!;
        await suite.Settle();
        await suite.Tables.Events.AddEntityAsync(
            new Azure.Data.Tables.TableEntity(id, "broken")
            {
                ["Source"] = "shop",
                ["Id"] = "broken",
                ["Type"] = "visit",
                ["Data"] = "{",
                ["OccurredAt"] = Suite.Now,
                ["ReceivedAt"] = Suite.Now,
                ["BodyHash"] = "",
            }
        );
        await suite.Post(Sent.Visit($"{customer}-2", customer));
        await suite.Settle();
        return id;
    }

    private static WorkOffDeadLettersCommand Replay() => new("replay", "");

    private static WorkOffDeadLettersCommand Drop() => new("drop", "");

    private static async Task<(int Status, string Said)> Crm(Suite suite, ICommand command, params string[] options)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, errors, false, TimeProvider.System, _ => null);
        var key = suite.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single();
        var status = await CommandLine.Run(
            [command],
            [.. command.Name.Split(' '), .. options, "--url", suite.Client.BaseAddress!.ToString(), "--key", key],
            terminal,
            default
        );
        return (status, (status == ExitCode.Ok ? output : errors).ToString().Trim());
    }
}
