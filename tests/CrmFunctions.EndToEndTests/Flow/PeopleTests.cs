using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Customers;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class PeopleTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task An_order_a_form_and_a_row_of_a_file_about_one_person_are_three_events_of_one_customer()
    {
        await using var suite = await Suite.Start(azurite);

        await suite.Post(Sent.Form("lead-1", phone: "138 0013 8001"));
        await suite.Settle();
        await suite.Post(Sent.Paid("o1", "7001", "20.00", email: "Three@Example.com", phone: "+86-138-0013-8001"));
        await suite.Settle();
        await suite.Import("day,total,mail\n2026-02-01,30.00,three@example.com\n", "source=ledger&email=mail&date=day&amount=total");

        var byId = await suite.Customer("shop:7001");
        Assert.Equal((3, 2), ((int)byId["events"]!, (int)byId["orders"]!));
        foreach (var handle in (string[])["three@example.com", "+8613800138001", "008613800138001"])
        {
            Assert.Equal((string)byId["customerId"]!, (string)(await suite.Customer(handle))["customerId"]!);
        }
    }

    [Fact]
    public async Task Chains_of_handles_join_to_one_customer_in_any_order_of_arrival()
    {
        JsonObject[] chain =
        [
            Sent.Event("customer.updated", "c1", email: "x@chain.example", phone: "+491701234567", source: "till"),
            Sent.Paid("c2", "900", phone: "+491701234567"),
            Sent.Paid("c3", "901", email: "x@chain.example", source: "other"),
            Sent.Form("c4", email: "x@chain.example"),
            Sent.Visit("c5", "900"),
        ];
        var digests = new HashSet<string>();
        foreach (var seed in Enumerable.Range(1, 6))
        {
            using var own = new Azurite();
            await using var suite = await Suite.Start(own);
            foreach (var sent in Shuffled(chain, seed))
            {
                await suite.Post(sent.DeepClone());

                // Every second time the flow runs dry between, so that joins meet customers that were decided and customers that were not.
                if (seed % 2 == 0)
                    await suite.Settle();
            }

            await suite.Settle();
            var report = await suite.Get("reports/base");
            Assert.Equal((1, 5, 2), ((int)report["customers"]!, (int)report["events"]!, (int)report["orders"]!));
            digests.Add((string)report["hash"]!);
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task An_id_given_before_a_join_still_finds_the_customer()
    {
        await using var suite = await Suite.Start(azurite);
        var form = await suite.Post(Sent.Form("b1", email: "before@example.com"));
        await suite.Settle();
        await suite.Post(Sent.Paid("b2", "8001", email: "before@example.com"));
        await suite.Settle();

        var first = (string)form["events"]![0]!["customerId"]!;
        var customer = await suite.Get($"customers/{first}");

        Assert.Equal((string)(await suite.Customer("shop:8001"))["customerId"]!, (string)customer["customerId"]!);
        Assert.NotEqual(first, (string)customer["customerId"]!);
        Assert.Equal(2, (await suite.Get($"customers/{first}/timeline"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_program_finds_shows_merges_parts_exports_and_erases()
    {
        await using var suite = await Suite.Start(azurite);
        await suite.Post(
            new JsonArray(
                Sent.Paid("p1", "91", email: "one@cli.example", phone: "+4930900900"),
                Sent.Paid("p2", "92", email: "two@cli.example"),
                Sent.Paid("p3", "93", phone: "+4930900900")
            )
        );
        await suite.Settle();

        Assert.Contains("one@cli.example", await Crm("show shop:91"), StringComparison.Ordinal);
        var (one, two) = (
            (string)(await suite.Customer("shop:91"))["customerId"]!,
            (string)(await suite.Customer("shop:92"))["customerId"]!
        );
        Assert.Contains(two, await Crm("find two@cli.example"), StringComparison.Ordinal);
        Assert.Contains(one, await Crm("shared"), StringComparison.Ordinal);

        await Crm("merge one@cli.example shop:92 --reason told");
        await suite.Settle();
        Assert.Equal(2, (int)(await suite.Customer("two@cli.example"))["orders"]!);
        await Crm("unmerge shop:91 shop:92 --reason mistaken");
        await Crm("shared +4930900900 --decision personal --reason asked");
        await suite.Settle();
        Assert.Equal(1, (int)(await suite.Customer("two@cli.example"))["orders"]!);
        Assert.Equal(2, (int)(await suite.Customer("shop:93"))["orders"]!);

        Assert.Contains("\"two@cli.example\"", await Crm("export two@cli.example --reason letter"), StringComparison.Ordinal);
        await Crm("erase two@cli.example --yes --reason letter");
        await suite.Settle();
        Assert.Contains("two@cli.example", await Crm("find two@cli.example", expected: ExitCode.Failed), StringComparison.Ordinal);

        async Task<string> Crm(string words, int expected = ExitCode.Ok)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            ICommand[] commands =
            [
                new FindCommand(),
                new ShowCommand(),
                new MergeCommand(),
                new UnmergeCommand(),
                new SharedCommand(),
                new ExportCommand(),
                new EraseCommand(),
            ];
            var terminal = new Terminal(output, error, false, TimeProvider.System, name => name == "CRM_KEY" ? Suite.AdminKey : null);
            string[] all = ["customers", .. words.Split(' '), "--url", suite.Host.Address.ToString()];
            var code = await CommandLine.Run(commands, all, terminal, CancellationToken.None);
            Assert.True(code == expected, $"{words}: {code}\n{output}\n{error}");
            return expected == ExitCode.Ok ? output.ToString() : error.ToString();
        }
    }

    internal static T[] Shuffled<T>(IEnumerable<T> items, int seed)
    {
        var array = items.ToArray();
        new Random(seed).Shuffle(array);
        return array;
    }
}
