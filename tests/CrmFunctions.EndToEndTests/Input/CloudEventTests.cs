using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>CloudEvents 1.0 in its three modes over HTTP.</summary>
public sealed class CloudEventTests(InputSuite input) : IClassFixture<InputSuite>
{
    private const string Data = "{\"customer\":{\"id\":\"7\"},\"page\":\"/\"}";

    [Fact]
    public async Task A_binary_event_is_taken_with_its_attributes_percent_encoded()
    {
        var answer = await input.Post(Data, headers: Binary(id: "caf%C3%A9%20%E5%AE%A2", time: "2026-03-01T00:00:00Z"));

        Assert.Equal((202, "café 客"), (answer.Status, (string)answer.Json["events"]![0]!["id"]!));
        Assert.Contains("shop/café 客", await input.Log());
    }

    [Fact]
    public async Task The_same_event_is_one_in_every_mode()
    {
        var plain = JsonNode
            .Parse($"{{\"id\":\"modes\",\"source\":\"shop\",\"type\":\"visit\",\"time\":\"2026-03-01T00:00:00Z\",\"data\":{Data}}}")!
            .AsObject();
        var structured = plain.DeepClone();
        structured["specversion"] = "1.0";

        var first = await input.Post(Data, headers: Binary(id: "modes", time: "2026-03-01T00:00:00Z"));
        Assert.Equal(1, (int)first.Json["accepted"]!);
        Assert.Equal(1, (int)(await input.Post(plain.ToJsonString())).Json["duplicates"]!);
        Assert.Equal(1, (int)(await input.Post(structured.ToJsonString(), "application/cloudevents+json")).Json["duplicates"]!);
        Assert.Equal(
            1,
            (int)(await input.Post($"[{structured.ToJsonString()}]", "application/cloudevents-batch+json")).Json["duplicates"]!
        );
    }

    [Fact]
    public async Task A_binary_event_without_an_id_is_refused()
    {
        var problem = await input.Refused(() => input.Post(Data, headers: Binary(id: null)), 400, "invalid-event");

        Assert.Equal(["id"], Answer.Fields(problem));
    }

    [Theory]
    [InlineData("0.3")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_binary_event_of_another_version_is_refused(string version)
    {
        var problem = await input.Refused(() => input.Post(Data, headers: Binary(id: "v", version: version)), 400, "invalid-event");

        Assert.Equal(["specversion"], Answer.Fields(problem));
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%0Ab")]
    [InlineData("a%1Bb")]
    public async Task A_control_character_in_a_header_is_refused_however_it_is_written(string id)
    {
        var problem = await input.Refused(() => input.Post(Data, headers: Binary(id)), 400, "invalid-event");

        Assert.Equal(["id"], Answer.Fields(problem));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%zz")]
    [InlineData("%FF%FE")]
    [InlineData("%ED%A0%80")]
    public async Task A_header_that_is_no_percent_encoding_is_taken_as_it_stands(string id)
    {
        var answer = await input.Post(Data, headers: Binary(id));

        Assert.Equal((202, id), (answer.Status, (string)answer.Json["events"]![0]!["id"]!));
    }

    [Theory]
    [InlineData("{},\"id\":\"smuggled\"")]
    [InlineData("{\"customer\":{\"id\":\"7\"}},\"source\":\"shop\"")]
    [InlineData("{\"customer\":{\"id\":\"7\"}}}")]
    [InlineData("")]
    public Task The_data_of_a_binary_event_cannot_reach_among_its_attributes(string data) =>
        input.Refused(
            () => input.Post(data, headers: [.. Binary(id: "smuggler").Where(header => header.Item1 != "ce-source")]),
            400,
            data.Length == 0 ? "empty-body" : "not-json"
        );

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task The_data_of_a_binary_event_is_an_object(string data)
    {
        var problem = await input.Refused(() => input.Post(data, headers: Binary(id: "d")), 400, "invalid-event");

        Assert.Equal(["data"], Answer.Fields(problem));
    }

    [Fact]
    public async Task Of_a_batch_with_mixed_versions_those_of_1_0_are_taken()
    {
        var events = new[] { "1.0", "0.3", "1.0" }.Select(
            (version, i) =>
            {
                var item = Sent.Visit($"version-{i}", "version");
                item["specversion"] = version;
                return item;
            }
        );

        var answer = (await input.Post(new JsonArray([.. events]).ToJsonString(), "application/cloudevents-batch+json")).Json;

        Assert.Equal(["accepted", "refused", "accepted"], answer["events"]!.AsArray().Select(item => (string)item!["status"]!));
        Assert.Equal("[1].specversion", (string)answer["events"]![1]!["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task Data_that_is_missing_is_named()
    {
        var sent = Sent.Visit("dataless", "1");
        sent.Remove("data");

        var problem = await input.Refused(() => input.Post(sent.ToJsonString(), "application/cloudevents+json"), 400, "invalid-event");

        Assert.Equal(["data"], Answer.Fields(problem));
    }

    [Fact]
    public async Task Data_in_base64_is_refused_and_what_would_be_right_is_said()
    {
        var sent = Sent.Visit("base64", "1");
        sent.Remove("data");
        sent["data_base64"] = Convert.ToBase64String("{}"u8);

        var problem = await input.Refused(() => input.Post(sent.ToJsonString(), "application/cloudevents+json"), 400, "invalid-event");

        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal(("data_base64", "is not taken; send data, a JSON object"), ((string)error["field"]!, (string)error["message"]!));
    }

    private static (string, string)[] Binary(string? id, string version = "1.0", string? time = null) =>
        [
            ("ce-specversion", version),
            ("ce-source", "shop"),
            ("ce-type", "visit"),
            .. id is null ? [] : new[] { ("ce-id", id) },
            .. time is null ? [] : new[] { ("ce-time", time) },
        ];
}
