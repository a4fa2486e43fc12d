using System.Net;
using System.Text;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Security;
using CrmFunctions.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Sources;

public sealed class SourceTests(InputSuite input) : IClassFixture<InputSuite>
{
    private const string Secret = "shpss_c0ffee-is-not-for-reading";

    [Fact]
    public async Task A_source_is_saved_shown_and_deleted_and_its_secret_is_in_no_answer_and_in_no_row()
    {
        var made = await Put(
            "made-and-shown",
            $$$"""{"provider":"shopify","secrets":[{"value":"{{{Secret}}}"}],"currency":"EUR","timeZone":"Europe/Berlin","region":"DE","credentials":{"accessToken":"{{{Secret}}}"}}"""
        );
        var shown = await input.Get("sources/made-and-shown");
        var listed = await input.Get("sources");
        var row = await input.Suite.Tables.Sources.GetEntityAsync<SourceRow>(SourceRow.Partition, "made-and-shown");

        Assert.Equal((201, 200), (made.Status, shown.Status));
        OpenApi.Holds(shown.Json, "SourceAnswer");
        OpenApi.Holds(listed.Json, "SourcesAnswer");
        foreach (var text in new[] { made.Text, shown.Text, listed.Text, row.Value.Source })
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("\"accessToken\"", shown.Text, StringComparison.Ordinal);

        Assert.Equal(200, await Delete("made-and-shown"));
        Assert.Equal(404, (await input.Get("sources/made-and-shown")).Status);
        Assert.Equal(404, await Delete("made-and-shown"));
    }

    [Fact]
    public async Task A_sealed_secret_opens_for_its_own_source_only()
    {
        await Put("sealed-one", $$"""{"provider":"shopify","secrets":["{{Secret}}"]}""");
        var services = input.Suite.Host.Services;
        var source = (await services.GetRequiredService<SourceStore>().Get("sealed-one", default))!;
        var keeper = services.GetRequiredService<SecretKeeper>();

        Assert.Equal(Secret, await keeper.Open("sealed-one", source.Secrets[0].Value, default));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await keeper.Open("sealed-two", source.Secrets[0].Value, default));
    }

    [Fact]
    public async Task What_is_left_out_stays_and_a_known_secret_is_given_an_end_by_its_id()
    {
        await Put("rotated", $$"""{"provider":"shopify","secrets":["{{Secret}}"]}""");
        var kept = await Put("rotated", """{"provider":"shopify","currency":"EUR"}""");
        var id = (string)kept.Json["secrets"]![0]!["id"]!;

        var rotated = await Put(
            "rotated",
            $$"""{"provider":"shopify","secrets":[{"value":"the new one"},{"id":"{{id}}","until":"2099-01-01T00:00:00Z"}]}"""
        );

        Assert.Equal(200, rotated.Status);
        Assert.Equal([null, "2099-01-01T00:00:00+00:00"], rotated.Json["secrets"]!.AsArray().Select(secret => (string?)secret!["until"]));
        Assert.Equal(id, (string)rotated.Json["secrets"]![1]!["id"]!);
    }

    [Theory]
    [InlineData("""{"provider":"shopify","secrets":[""]}""", "secrets[0]", "empty")]
    [InlineData("""{"provider":"shopify","secrets":["   "]}""", "secrets[0]", "empty")]
    [InlineData("""{"provider":"shopify","secrets":[{"value":""}]}""", "secrets[0]", "empty")]
    [InlineData("""{"provider":"shopify","secrets":[{}]}""", "secrets[0]", "value")]
    [InlineData("""{"provider":"shopify","secrets":[null]}""", "secrets[0]", "value")]
    [InlineData("""{"provider":"shopify","secrets":[]}""", "secrets", "client secret")]
    [InlineData("""{"provider":"shopify"}""", "secrets", "client secret")]
    [InlineData("""{"provider":"shopify","secrets":["a-of-a-test","b-of-a-test"]}""", "secrets", "until")]
    [InlineData(
        """{"provider":"shopify","secrets":["a-of-a-test",{"value":"b-of-a-test","until":"2099-01-01T00:00:00Z"},{"value":"c-of-a-test","until":"2099-01-01T00:00:00Z"}]}""",
        "secrets",
        "two"
    )]
    [InlineData("""{"provider":"shopify","secrets":[{"value":"b-of-a-test","until":"1999-01-01T00:00:00Z"}]}""", "secrets", "in force")]
    [InlineData("""{"provider":"shopify","secrets":[{"id":"s00000000"}]}""", "secrets[0].id", "names no secret")]
    [InlineData(
        """{"provider":"shopify","secrets":[{"keyVault":"https://attacker.example/secrets/x"}]}""",
        "secrets[0].keyVault",
        "vault.azure.net"
    )]
    [InlineData(
        """{"provider":"shopify","secrets":[{"keyVault":"http://a.vault.azure.net/secrets/x"}]}""",
        "secrets[0].keyVault",
        "vault.azure.net"
    )]
    [InlineData(
        """{"provider":"shopify","secrets":[{"keyVault":"https://a.vault.azure.net/keys/x"}]}""",
        "secrets[0].keyVault",
        "vault.azure.net"
    )]
    [InlineData("""{"provider":"standard-webhooks","secrets":["whsec_short"]}""", "secrets[0]", "base64")]
    [InlineData("""{"provider":"square","secrets":["key-of-a-test"]}""", "url", "registered")]
    [InlineData("""{"provider":"hubspot","secrets":["key-of-a-test"]}""", "url", "registered")]
    [InlineData("""{"provider":"youzan","secrets":["key-of-a-test"]}""", "clientId", "missing")]
    [InlineData("""{"provider":"wecom","token":"t"}""", "aesKey", "missing")]
    [InlineData("""{"provider":"wecom","token":"t","aesKey":"tooshort"}""", "aesKey", "43")]
    [InlineData("""{"provider":"magento","secrets":["key-of-a-test"]}""", "provider", "standard-webhooks")]
    [InlineData("""{"secrets":["key-of-a-test"]}""", "provider", "standard-webhooks")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"currency":"EURO"}""", "currency", "ISO 4217")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"timeZone":"Berlin"}""", "timeZone", "IANA")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"region":"de"}""", "region", "ISO 3166")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"url":"example.com"}""", "url", "https://")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"types":{"a":"order.sold"}}""", "types.a", "order.paid")]
    [InlineData(
        """{"provider":"shopify","secrets":["key-of-a-test"],"keepRefusedUntil":"2099-01-01T00:00:00Z"}""",
        "keepRefusedUntil",
        "7 days"
    )]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"perSecond":0}""", "perSecond", "10000")]
    [InlineData("""{"provider":"shopify","secrets":["key-of-a-test"],"identifiers":"maybe"}""", "identifiers", "verified or claimed")]
    public async Task What_cannot_be_a_source_is_refused_by_field(string body, string field, string says)
    {
        var problem = (await Put("refused-source", body)).Problem(400, "invalid-source");

        var error = problem["errors"]!.AsArray().First(error => (string)error!["field"]! == field)!;
        Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(404, (await input.Get("sources/refused-source")).Status);
    }

    [Theory]
    [InlineData("""{"provider":"shopify","secret":"hush-hush"}""")]
    [InlineData("""{"provider":"shopify","provider":"stripe"}""")]
    [InlineData("""{"provider":7}""")]
    [InlineData("""{"provider":"shopify","secrets":"hush-hush"}""")]
    [InlineData("""{"provider":"shopify","secrets":[{"secret":"hush-hush"}]}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_body_that_is_no_source_is_refused_without_being_quoted(string body)
    {
        var problem = (await Put("no-source", body)).Problem(400, "not-json");

        Assert.DoesNotContain("hush", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Shop-EU")]
    [InlineData("shop_eu")]
    [InlineData("-shop")]
    [InlineData("店铺")]
    public async Task An_id_that_cannot_stand_in_an_address_is_refused(string id) =>
        (await Put(id, """{"provider":"shopify","secrets":["key-of-a-test"]}""")).Problem(400, "invalid-source");

    [Fact]
    public async Task Without_the_master_key_a_source_can_be_neither_seen_nor_changed()
    {
        using var stranger = input.Suite.NewClient();
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Get, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, new Uri("api/sources/any-one", UriKind.Relative));
            using var answer = await stranger.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private async Task<Answer> Put(string id, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await input.Suite.Client.PutAsync(new Uri($"api/sources/{Uri.EscapeDataString(id)}", UriKind.Relative), content);
        return await Answer.Of(answer);
    }

    private async Task<int> Delete(string id)
    {
        using var answer = await input.Suite.Client.DeleteAsync(new Uri($"api/sources/{id}", UriKind.Relative));
        return (int)answer.StatusCode;
    }
}
