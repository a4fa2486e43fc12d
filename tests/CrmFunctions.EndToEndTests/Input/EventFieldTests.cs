using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>Well-formed events that say what cannot be.</summary>
public sealed class EventFieldTests(InputSuite input) : IClassFixture<InputSuite>
{
    private static readonly string tenKilobytes = new('x', 10_240);
    private static readonly string longCurrency = new('C', 300);

    /// <summary>What is put for a member, and the field and message that must come back.</summary>
    public static TheoryData<string, string, string, string> Spoiled =>
        new()
        {
            { "data.amount", "\"1e400\"", "data.amount", "'1e400' is no amount" },
            { "data.amount", "1e400", "data.amount", "'1e400' is no amount" },
            { "data.amount", "-1e400", "data.amount", "'-1e400' is no amount" },
            { "data.amount", "\"-5.00\"", "data.amount", "is negative" },
            { "data.amount", "-5", "data.amount", "is negative" },
            { "data.amount", "\"Infinity\"", "data.amount", "is no amount" },
            { "data.amount", "\"１２\"", "data.amount", "is no amount" },
            { "data.amount", "99999999999999999999", "data.amount", "beyond the range" },
            { "data.amount", "0.001", "data.amount", "more decimals" },
            { "data.amount", "[]", "data.amount", "not an array" },
            { "data.lines", "[{\"quantity\":-1}]", "data.lines[0].quantity", "from 0 to 1000000" },
            { "data.lines", "[{\"quantity\":1e400}]", "data.lines[0].quantity", "from 0 to 1000000" },
            { "data.lines", "[{\"quantity\":99999999999999999999999999999999}]", "data.lines[0].quantity", "from 0 to 1000000" },
            { "time", "\"0000-00-00\"", "time", "RFC 3339" },
            { "time", "\"0000-00-00T00:00:00Z\"", "time", "RFC 3339" },
            { "time", "\"2026-01-01T00:00:00+99:99\"", "time", "RFC 3339" },
            { "time", "\"2026-02-30T00:00:00Z\"", "time", "RFC 3339" },
            { "time", "1767225600", "time", "RFC 3339" },
            { "time", "\"2026-03-03T03:00:00.001Z\"", "time", "lies in the future" },
            { "time", "\"9999-12-31T23:59:59Z\"", "time", "lies in the future" },
            { "time", "\"0001-01-01T00:00:00Z\"", "time", "before 1970" },
            { "type", "\"order.stolen\"", "type", "the types are order.placed" },
            { "type", "7", "type", "is not known" },
            { "data.currency", "\"XXX\"", "data.currency", "is no ISO 4217" },
            { "data.currency", $"\"{longCurrency}\"", "data.currency", "has 300 characters; at most 3" },
            { "data.currency", "\"cny\"", "data.currency", "is no ISO 4217" },
            { "id", $"\"{tenKilobytes}\"", "id", "has 10240 characters; at most 256" },
            { "id", "\"a\\u0000b\"", "id", "control character U+0000" },
            { "id", "\"a\\u001bb\"", "id", "control character U+001B" },
            { "id", "\"a\\u0085b\"", "id", "control character U+0085" },
            { "id", "\"\\ud800\"", "id", "half of a surrogate pair" },
            { "id", "\"\\udc00\\ud800\"", "id", "half of a surrogate pair" },
            { "data.note", "\"\\ud83d\"", "data.note", "half of a surrogate pair" },
            { "data.customer", "{\"id\":\"1\",\"\\ud800\":1}", "data.customer", "half of a surrogate pair" },
            { "source", "\"\"", "source", "is empty" },
            { "data.customer.id", "\"x\\ty\"", "data.customer.id", "control character U+0009" },
            { "data.customer.id", "{\"$ne\":null}", "data.customer.id", "must be a string" },
            { "data.customer", "{\"email\":\"nobody\"}", "data.customer", "names nobody" },
            { "specversion", "\"0.3\"", "specversion", "must be 1.0" },
            { "specversion", "1", "specversion", "must be 1.0" },
            { "data", "[]", "data", "must be a JSON object" },
            { "data", "null", "data", "is missing" },
        };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task An_event_that_says_what_cannot_be_is_refused_with_the_field_and_what_would_be_right(
        string member,
        string json,
        string field,
        string message
    )
    {
        var problem = await input.Refused(() => input.Post(With(member, json)), 400, "invalid-event");

        var error = problem["errors"]!.AsArray().Single(error => (string)error!["field"]! == field);
        Assert.Contains(message, (string)error!["message"]!, StringComparison.Ordinal);
        Assert.True(((string)error["message"]!).Length < 600, "What is sent back of a value is short.");
    }

    [Fact]
    public async Task A_name_that_is_no_text_is_refused_wherever_it_stands()
    {
        foreach (var spoiled in new[] { "{\"\\ud800\":1,", "{\"\\ud800\":1,\"\\ud800\":2," })
        {
            var first = Sent.Visit("n", "n").ToJsonString();
            await input.Refused(() => input.Post(spoiled + first[1..]), 400, "invalid-event");
            await input.Refused(() => input.Post(first[..^1] + "," + spoiled[1..^1] + "}"), 400, "invalid-event");
        }
    }

    [Fact]
    public async Task A_member_named_twice_is_refused_and_named()
    {
        foreach (
            var (twice, field) in new[]
            {
                ("{\"id\":\"a\",\"id\":\"b\",\"source\":\"shop\",\"type\":\"visit\",\"data\":{\"customer\":{\"id\":\"1\"}}}", "id"),
                (
                    "{\"id\":\"a\",\"source\":\"shop\",\"type\":\"visit\",\"data\":{\"customer\":{\"id\":\"1\",\"\\u0069d\":\"2\"}}}",
                    "data.customer.id"
                ),
                (
                    "{\"id\":\"a\",\"source\":\"shop\",\"type\":\"visit\",\"data\":{\"customer\":{\"id\":\"1\"},\"lines\":[{},{\"sku\":1,\"sku\":1}]}}",
                    "data.lines[1].sku"
                ),
            }
        )
        {
            var problem = await input.Refused(() => input.Post(twice), 400, "invalid-event");
            var error = Assert.Single(problem["errors"]!.AsArray());
            Assert.Equal((field, "is there twice; send each member once"), ((string)error!["field"]!, (string)error["message"]!));
        }
    }

    [Fact]
    public async Task Of_a_batch_the_good_events_are_taken_and_each_bad_one_is_named_by_index_and_field()
    {
        string Good(string id) => Sent.Visit(id, "mixed").ToJsonString();
        var batch =
            $"[{Good("mixed-0")},{Good("mixed-1")[..^1]},\"id\":\"again\"}},null,{Good("mixed-3")},{{\"\\ud800\":1}},\"x\",{With("data.amount", "\"1e400\"")},{Good("mixed-7")}]";
        var before = await input.Log();

        var answer = (await input.Post(batch, "application/cloudevents-batch+json")).Json;

        OpenApi.Holds(answer, "EventsAnswer");
        Assert.Equal((3, 5), ((int)answer["accepted"]!, (int)answer["refused"]!));
        Assert.Equal(
            ["accepted", "refused", "refused", "accepted", "refused", "refused", "refused", "accepted"],
            answer["events"]!.AsArray().Select(item => (string)item!["status"]!)
        );
        Assert.Equal(
            ["[1].id", "[2]", "[4]", "[5]", "[6].data.amount"],
            answer["events"]!.AsArray().SelectMany(item => item!["errors"]?.AsArray() ?? []).Select(error => (string)error!["field"]!)
        );
        Assert.Equal(["shop/mixed-0", "shop/mixed-3", "shop/mixed-7"], (await input.Log()).Except(before).Order());
    }

    [Fact]
    public async Task Of_five_hundred_events_with_one_bad_one_499_are_taken()
    {
        var events = Enumerable.Range(0, 500).Select(i => Sent.Paid($"five-{i}", $"five-{i % 5}")).ToArray();
        events[321]["data"]!["lines"] = new JsonArray(new JsonObject { ["quantity"] = -1 });
        var before = await input.Log();

        var answer = await input.Suite.Post(new JsonArray([.. events]));

        Assert.Equal((499, 1), ((int)answer["accepted"]!, (int)answer["refused"]!));
        var refused = answer["events"]!.AsArray().Single(item => (string)item!["status"]! == "refused")!;
        Assert.Equal((321, "five-321-paid"), ((int)refused["index"]!, (string)refused["id"]!));
        Assert.Equal("[321].data.lines[0].quantity", (string)refused["errors"]![0]!["field"]!);
        var logged = (await input.Log()).Except(before).ToList();
        Assert.Equal(499, logged.Count);
        Assert.DoesNotContain("shop/five-321-paid", logged);
        await input.TakesTheNext();
    }

    [Fact]
    public async Task A_batch_of_bad_events_only_is_refused_and_each_is_named()
    {
        var problem = await input.Refused(() => input.Post($"[{With("type", "\"x\"")},{{}},[]]"), 400, "invalid-batch");

        var fields = Answer.Fields(problem).ToList();
        Assert.Equal("[0].type", fields[0]);
        Assert.Contains("[1].source", fields);
        Assert.Equal("[2]", fields[^1]);
    }

    [Fact]
    public async Task A_time_of_null_is_none_and_the_event_sent_again_is_the_same()
    {
        var sent = With("time", "null").Replace("\"spoiled\"", "\"timeless\"", StringComparison.Ordinal);

        var first = (await input.Post(sent)).Json;
        var again = (await input.Post(sent)).Json;

        Assert.Equal((1, 1), ((int)first["accepted"]!, (int)again["duplicates"]!));
    }

    [Fact]
    public async Task Data_over_the_size_of_a_row_is_refused_and_data_of_just_that_size_is_taken()
    {
        string Of(int characters)
        {
            var frame = "{\"customer\":{\"id\":\"1\"},\"note\":\"\"}".Length;
            return $"{{\"id\":\"size-{characters}\",\"source\":\"shop\",\"type\":\"visit\",\"data\":{{\"customer\":{{\"id\":\"1\"}},\"note\":\"{new string('字', characters - frame)}\"}}}}";
        }

        var problem = await input.Refused(() => input.Post(Of((32 * 1024) + 1)), 400, "invalid-event");
        Assert.Equal(["data"], Answer.Fields(problem));

        var taken = await input.Post(Of(32 * 1024));
        Assert.Equal((202, 1), (taken.Status, (int)taken.Json["accepted"]!));
    }

    [Fact]
    public async Task Texts_that_are_only_odd_are_taken_as_they_are()
    {
        foreach (
            var (id, i) in new[] { "客户 😀", "it's; DROP TABLE", "../../etc", "a/b?c#d%", "\u202egnp", "<script>", "{0}", "=1+1" }.Select(
                (id, i) => (id, i)
            )
        )
        {
            var answer = await input.Suite.Post(Sent.Visit(id, id, at: Suite.Now.AddHours(-i)));
            Assert.Equal((1, id), ((int)answer["accepted"]!, (string)answer["events"]![0]!["id"]!));
        }
    }

    private static string With(string path, string json)
    {
        var names = path.Split('.');
        var spoiled = Sent.Paid("spoil", "1");
        spoiled["id"] = "spoiled";
        JsonNode at = spoiled;
        foreach (var name in names[..^1])
            at = at[name]!;

        // Put in as text: not all of it could be held as JSON.
        at[names[^1]] = "PLACE";
        return spoiled.ToJsonString().Replace("\"PLACE\"", json, StringComparison.Ordinal);
    }
}
