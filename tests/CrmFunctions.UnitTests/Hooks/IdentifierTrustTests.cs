using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Sources;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.Sources.Hooks.Providers;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Documents;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>How far identifiers are vouched for: by the source, by its provider's default, and by what is sent.</summary>
public sealed class IdentifierTrustTests
{
    [Fact]
    public void The_defaults_of_all_providers_are_as_the_document_says()
    {
        var documented = RuleDocument
            .Rows("../CrmFunctions/Sources/SOURCES.md", "The default, by provider")
            .Select(row => (row["provider"], row["identifiers"]))
            .Order();

        Assert.Equal(ProviderCatalog.Names.Select(name => (name, IdentifierTrust.Of(new Source("source-1", name)))).Order(), documented);
    }

    [Theory]
    [InlineData("typeform", null, "form.submitted", "42", true)]
    [InlineData("typeform", null, "interaction", "42", true)]
    [InlineData("typeform", "verified", "form.submitted", null, false)]
    [InlineData("shopify", null, "customer.updated", null, false)]
    [InlineData("shopify", "claimed", "order.paid", "42", true)]
    [InlineData("standard-webhooks", null, "form.submitted", null, true)]
    [InlineData("standard-webhooks", "verified", "form.submitted", null, true)]
    [InlineData("standard-webhooks", null, "form.submitted", "42", false)]
    public void An_event_is_claimed_as_its_source_says_and_a_form_s_answer_of_nobody_s_account_in_any_case(
        string provider,
        string? identifiers,
        string type,
        string? id,
        bool isClaimed
    )
    {
        var mapping = new MappingResult(new Source("source-1", provider) { Identifiers = identifiers }, Held.Now);
        mapping.Say(
            new MappedEvent(type, "about/1", new Identifiers(Id: id, Email: "a@example.com", Phone: "+491701234567"))
            {
                Data =
                    type == EventTypes.OrderPaid
                        ? new JsonObject
                        {
                            ["orderId"] = "1",
                            ["amount"] = "1.00",
                            ["currency"] = "EUR",
                        }
                        : [],
            }
        );

        var entry = Assert.Single(mapping.Entries);
        Assert.Equal(isClaimed, entry.Event.Customer.Claimed == true);
        Assert.Equal(isClaimed, entry.Filed.IsClaim);
        Assert.Equal(isClaimed, entry.Data.Contains("\"claimed\":true", StringComparison.Ordinal));
        Assert.Equal(entry.Event.Customer, EventRow.Of(entry).ToEvent().Customer);
    }

    [Fact]
    public void A_setting_changes_neither_the_id_of_an_event_nor_the_hash_of_what_it_says()
    {
        var (claimed, verified) = (Say(IdentifierTrust.Claimed), Say(IdentifierTrust.Verified));

        Assert.Equal((claimed.Key, claimed.BodyHash), (verified.Key, verified.BodyHash));

        static LogEntry Say(string identifiers)
        {
            var mapping = new MappingResult(new Source("source-1", "typeform") { Identifiers = identifiers }, Held.Now);
            mapping.Say(new MappedEvent(EventTypes.Interaction, "about/1", new Identifiers(Email: "a@example.com")));
            return Assert.Single(mapping.Entries);
        }
    }

    [Theory]
    [InlineData("""{"email":"a@example.com"}""", "order.paid", false)]
    [InlineData("""{"email":"a@example.com","claimed":true}""", "order.paid", true)]
    [InlineData("""{"email":"a@example.com","claimed":false}""", "order.paid", false)]
    [InlineData("""{"email":"a@example.com","claimed":false}""", "form.submitted", true)]
    [InlineData("""{"id":"42","email":"a@example.com"}""", "form.submitted", false)]
    [InlineData("""{"id":"42","email":"a@example.com","claimed":true}""", "form.submitted", true)]
    public void An_event_may_say_that_it_is_claimed_and_never_that_it_is_not(string customer, string type, bool isClaimed)
    {
        var sent = Sent.Paid("o1", at: Held.Now);
        (sent["type"], sent["data"]!["customer"]) = (type, JsonNode.Parse(customer));

        var entry = LogEntry.Read(System.Text.Json.JsonSerializer.SerializeToElement(sent), Held.Now, out var problems)!;

        Assert.Empty(problems);
        Assert.Equal(isClaimed, entry.Event.Customer.Claimed == true);
        if (!isClaimed)
            Assert.Equal(sent["data"]!.ToJsonString(), entry.Data);
    }

    [Fact]
    public void One_claimed_identifier_is_filed_as_it_would_be_and_several_under_a_handle_of_their_own()
    {
        var one = new Identifiers(Email: "A@example.com", Claimed: true);
        var two = one with { Phone = "+491701234567" };

        Assert.Equal(Handle.OfEmail("a@example.com"), Handle.Filed(one, "form"));
        Assert.Equal("claim", Handle.Filed(two, "form")!.Value.Kind);
        Assert.Equal(Handle.Filed(two, "form"), Handle.Filed(two with { Email = "a@EXAMPLE.com", Name = "Ann" }, "another form"));
        Assert.Equal(Handle.Filed(two, "form"), Handle.FromKey(Handle.Filed(two, "form")!.Value.Key));
        Assert.Equal(Handle.OfEmail("a@example.com"), Handle.Filed(two with { Claimed = null }, "form"));
    }
}
