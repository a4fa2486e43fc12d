using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Reconciliation;

/// <summary>
/// What was missed is pulled through the mapping that the provider's webhooks have: it is the very event that the webhook would have been.
/// </summary>
public sealed class OtherProvidersTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly DateTimeOffset morning = Suite.Now.AddHours(-3);

    [Fact]
    public async Task Orders_that_WooCommerce_did_not_tell_are_pulled_and_their_webhooks_add_nothing_when_they_come_after_all()
    {
        await using var shop = new WooCommerceStub("ck_1", "cs_1");
        shop.Things.AddRange(Enumerable.Range(1, 230).Select(WooOrder));
        await using var crm = await ReconcileSuite.Start(
            azurite,
            shop,
            source: "woo-1",
            provider: new JsonObject
            {
                ["provider"] = "woocommerce",
                ["credentials"] = new JsonObject { ["consumerKey"] = "ck_1", ["consumerSecret"] = "cs_1" },
            }
        );
        foreach (var order in shop.Things.Where(order => (int)order["id"]! % 10 != 0))
            await Tell(order);

        await crm.Reconcile();

        Assert.Equal(Enumerable.Range(1, 23).Select(i => $"{i * 10}").Order(), (await crm.Missing()).Order());
        foreach (var order in shop.Things)
            await Tell(order);
        await crm.Reconcile();
        Assert.Equal(
            shop.Things.Select(order => $"{order["id"]}").Order(),
            (await crm.Logged()).Select(row => row.ToData().GetProperty("orderId").GetString()!).Order()
        );
        Assert.Equal((23, 0), ((int)(await crm.Report()).Source["missing"]!, (int)(await crm.Report()).Source["unmapped"]!));

        Task Tell(JsonObject order)
        {
            var body = Encoding.UTF8.GetBytes(order.ToJsonString());
            return crm.Send(body, Webhooks.Woo(ReconcileSuite.Secret, body, "order.created"));
        }
    }

    [Fact]
    public async Task Rows_that_were_imported_into_a_form_of_Jiandaoyun_are_pulled_and_those_it_pushed_are_known()
    {
        await using var form = new JiandaoyunStub("key");
        form.Things.AddRange(Enumerable.Range(1, 220).Select(i => Row(i, changed: i % 50 == 0)));
        await using var crm = await ReconcileSuite.Start(
            azurite,
            form,
            source: "form-1",
            provider: new JsonObject
            {
                ["provider"] = "jiandaoyun",
                ["region"] = "CN",
                ["apiUrl"] = $"{form.Address.GetLeftPart(UriPartial.Authority)}?app_id=a&entry_id=e&form_name=Leads",
                ["fields"] = new JsonObject { ["customer.phone"] = "_widget_1", ["customer.name"] = "_widget_2" },
                ["credentials"] = new JsonObject { ["apiKey"] = "key" },
            }
        );

        // A form pushes what people write into it, and changes; of 20 rows imported in bulk it says nothing.
        foreach (var row in form.Things.Take(200))
            await Tell(row);

        await crm.Reconcile();

        Assert.Equal(form.Things.Skip(200).Select(row => (string)row["_id"]!).Order(), (await crm.Missing()).Order());
        foreach (var row in form.Things)
            await Tell(row);
        await crm.Reconcile();
        Assert.Equal(220, (await crm.Logged()).Count);
        Assert.Equal((20, 0), ((int)(await crm.Report()).Source["missing"]!, (int)(await crm.Report()).Source["unmapped"]!));

        Task Tell(JsonObject row)
        {
            var data = row.DeepClone().AsObject();
            data["formName"] = "Leads";
            var op = (string)row["createTime"]! == (string)row["updateTime"]! ? "data_create" : "data_update";
            var body = Encoding.UTF8.GetBytes(new JsonObject { ["op"] = op, ["data"] = data }.ToJsonString());
            var (headers, query) = Webhooks.Jiandaoyun(ReconcileSuite.Secret, body, TimeProvider.System.GetUtcNow());
            return crm.Send(body, headers, query);
        }
    }

    private static JsonObject WooOrder(int id)
    {
        var at = morning.AddMinutes(id / 2d).UtcDateTime.ToString("s", CultureInfo.InvariantCulture);
        return JsonNode
            .Parse(
                $$"""
                {"id":{{id}},"status":"processing","currency":"EUR","total":"{{id}}.50","customer_id":{{(id % 7) + 1}},"refunds":[],
                 "date_created_gmt":"{{at}}","date_modified_gmt":"{{at}}","date_paid_gmt":"{{at}}","billing":{"first_name":"Ada","email":"ada{{id
                    % 7}}@example.com"} }
                """
            )!
            .AsObject();
    }

    private static JsonObject Row(int number, bool changed)
    {
        var made = morning.AddSeconds(number * 20);
        string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return JsonNode
            .Parse(
                $$"""
                {"_id":"{{made.ToUnixTimeSeconds():x8}}{{number:x16}}","appId":"a","entryId":"e","createTime":"{{Time(
                    made
                )}}","updateTime":"{{Time(changed ? made.AddMinutes(5) : made)}}",
                 "_widget_1":"1380013{{number:D4}}","_widget_2":"客户 {{number}}","_widget_3":{{number}} }
                """
            )!
            .AsObject();
    }
}
