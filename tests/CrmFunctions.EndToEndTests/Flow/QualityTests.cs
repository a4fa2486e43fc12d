using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>数据质量: planted defects are counted exactly.</summary>
public sealed class QualityTests
{
    [Fact]
    public async Task Planted_defects_of_the_four_kinds_are_counted_exactly_and_each_figure_lists_its_customers()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        var planted = new List<JsonObject>();
        for (var i = 0; i < 20; i++)
            planted.Add(Said(Sent.Paid($"good-{i}", $"good-{i}", email: $"good{i}@example.com"), $"Good {i}"));

        // Incomplete: three without a name, two without any contact, four whose phone is none beside a good id and address.
        for (var i = 0; i < 3; i++)
            planted.Add(Sent.Paid($"nameless-{i}", $"nameless-{i}", email: $"nameless{i}@example.com"));
        for (var i = 0; i < 2; i++)
            planted.Add(Said(Sent.Paid($"silent-{i}", $"silent-{i}"), $"Silent {i}"));
        for (var i = 0; i < 4; i++)
            planted.Add(
                Said(Sent.Paid($"bad-{i}", $"bad-{i}", email: $"bad{i}@example.com", phone: "ask at the till", source: "till"), $"Bad {i}")
            );

        // One source mended what it said: no defect.
        planted.Add(Said(Sent.Paid("mended-1", "mended", email: "none", at: Suite.Now.AddDays(-9)), "Mended"));
        planted.Add(Said(Sent.Paid("mended-2", "mended", email: "mended@example.com"), "Mended"));

        // Duplicate: two pairs that look alike, and one person with two ids of one source.
        for (var i = 0; i < 2; i++)
        {
            planted.Add(Said(Sent.Paid($"twin-{i}a", $"twin-{i}a", email: $"twin{i}@example.com"), $"Twin {i}"));
            planted.Add(Said(Sent.Paid($"twin-{i}b", $"twin-{i}b", email: $"twin{i}+shop@example.com"), $"Twin {i}"));
        }

        planted.Add(Said(Sent.Paid("two-1", "two-1", email: "two@example.com"), "Two"));
        planted.Add(Said(Sent.Paid("two-2", "two-2", email: "two@example.com"), "two"));

        // Stale: five not heard of for more than a year, one for exactly a year less a day.
        for (var i = 0; i < 5; i++)
            planted.Add(
                Said(Sent.Paid($"stale-{i}", $"stale-{i}", email: $"stale{i}@example.com", at: Suite.Now.AddDays(-400)), $"Stale {i}")
            );
        planted.Add(Said(Sent.Paid("fresh", "fresh", email: "fresh@example.com", at: Suite.Now.AddDays(-364)), "Fresh"));

        // Conflicting: two whose sources disagree on the name; one differs in case only.
        for (var i = 0; i < 3; i++)
        {
            planted.Add(Said(Sent.Paid($"c{i}-1", $"c{i}", email: $"c{i}@example.com", at: Suite.Now.AddDays(-9)), $"Name {i}"));
            planted.Add(Said(Sent.Paid($"c{i}-2", $"c{i}", email: $"c{i}@example.com", source: "form"), i < 2 ? $"Other {i}" : "NAME  2"));
        }

        await suite.Post(new JsonArray([.. planted]));
        await suite.Settle();
        var quality = await suite.Get("quality");

        Assert.Equal(20 + 3 + 2 + 4 + 1 + 4 + 1 + 6 + 3, (int)quality["customers"]!);
        Assert.Equal(("incomplete", 9, "bad-phone 4, no-contact 2, no-name 3", "shop 5, till 4"), Figure(quality, 0));
        Assert.Equal(("duplicate", 5, "looks-alike 4, two-ids 1", "shop 5"), Figure(quality, 1));
        Assert.Equal(("stale", 5, "contact 5", "shop 5"), Figure(quality, 2));
        Assert.Equal(("conflicting", 2, "name 2", "shop 2"), Figure(quality, 3));
        Assert.Equal("2026-01", (string)quality["kinds"]![2]!["months"]![0]!["name"]!);

        // Each figure, of a kind and within it by reason, source and month, lists its customers: these and no others.
        string[] Ids(params IEnumerable<string> planted) => [.. planted.Select(id => Handle.OfId("shop", id).Key)];
        string[] Several(string name, int count) => Ids(Enumerable.Range(0, count).Select(i => $"{name}-{i}"));
        string[] badOnes = [.. Enumerable.Range(0, 4).Select(i => Handle.OfId("till", $"bad-{i}").Key)],
            twins = Ids("twin-0a", "twin-0b", "twin-1a", "twin-1b");
        string Stronger(params IEnumerable<Handle> handles) => handles.Min().Key;
        string[] two = [Stronger(Handle.OfId("shop", "two-1"), Handle.OfId("shop", "two-2"))];
        string[] contradicted = [.. ((string[])["c0", "c1"]).Select(id => Stronger(Handle.OfId("shop", id), Handle.OfId("form", id)))];
        (string Query, string[] Customers)[] figures =
        [
            ("incomplete", [.. Several("nameless", 3), .. Several("silent", 2), .. badOnes]),
            ("incomplete?reason=no-name", Several("nameless", 3)),
            ("incomplete?reason=no-contact", Several("silent", 2)),
            ("incomplete?reason=bad-phone", badOnes),
            ("incomplete?source=till", badOnes),
            ("incomplete?source=shop", [.. Several("nameless", 3), .. Several("silent", 2)]),
            ("duplicate", [.. twins, .. two]),
            ("duplicate?reason=looks-alike", twins),
            ("duplicate?reason=two-ids", two),
            ("stale", Several("stale", 5)),
            ("stale?month=2026-01", Several("stale", 5)),
            ("stale?month=2026-02", []),
            ("conflicting", contradicted),
            ("conflicting?source=shop&month=2026-03", contradicted),
            ("conflicting?source=form", []),
        ];
        foreach (var (query, customers) in figures)
            Assert.Equal(
                (query, string.Join(' ', customers.Order(StringComparer.Ordinal))),
                (query, string.Join(' ', await Listed(suite, query)))
            );
        foreach (var figure in quality["kinds"]!.AsArray())
        {
            foreach (var (list, name) in new[] { ("reasons", "reason"), ("sources", "source"), ("months", "month") })
            {
                foreach (var part in figure![list]!.AsArray())
                    Assert.Equal((int)part!["customers"]!, (await Listed(suite, $"{figure["kind"]}?{name}={part["name"]}")).Count);
            }
        }

        // A steward looks at two that look alike, and tells them apart: they are listed no longer. The others are.
        var twinPair = new JsonObject { ["customers"] = new JsonArray(twins[0], twins[1]) };
        await RulingTests.Rule(suite, "customers/unmerge", twinPair);
        await suite.Settle();
        Assert.Equal(twins[2..].Order(StringComparer.Ordinal), await Listed(suite, "duplicate?reason=looks-alike"));
        var bad = await suite.Get("quality/incomplete?reason=bad-phone&source=till");
        Assert.Equal(4, (int)bad["customers"]!);
        var customer = await suite.Customer("c0@example.com");
        Assert.Equal(
            ("Other 0", "Name 0"),
            ((string)customer["profile"]!["name"]!["value"]!, (string)customer["profile"]!["name"]!["others"]![0]!["value"]!)
        );
    }

    private static JsonObject Said(JsonObject sent, string name)
    {
        sent["data"]!["customer"]!["name"] = name;
        return sent;
    }

    private static async Task<List<string>> Listed(Suite suite, string query)
    {
        var listed = new List<string>();
        JsonNode page;
        for (string? next = null; ; next = (string?)page["next"])
        {
            page = await suite.Get($"quality/{query}{(query.Contains('?', StringComparison.Ordinal) ? '&' : '?')}take=2&next={next}");
            listed.AddRange(page["items"]!.AsArray().Select(item => (string)item!["customerId"]!));
            if (page["next"] is not null)
                continue;
            Assert.Equal((int)page["customers"]!, listed.Count);
            return listed;
        }
    }

    private static (string Kind, int Customers, string Reasons, string Sources) Figure(JsonNode quality, int index)
    {
        var figure = quality["kinds"]![index]!;
        string Written(string list) => string.Join(", ", figure[list]!.AsArray().Select(item => $"{item!["name"]} {item["customers"]}"));
        return ((string)figure["kind"]!, (int)figure["customers"]!, Written("reasons"), Written("sources"));
    }
}
