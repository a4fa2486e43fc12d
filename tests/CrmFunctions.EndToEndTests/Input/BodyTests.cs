using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>Bodies that cannot be taken, whatever is in them.</summary>
public sealed class BodyTests(InputSuite input) : IClassFixture<InputSuite>
{
    private static readonly string valid = Sent.Visit("body", "body").ToJsonString();

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/cloudevents+xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=gb18030")]
    [InlineData(";;;")]
    public async Task A_content_type_that_is_none_of_ours_is_refused_and_the_right_ones_are_named(string? contentType)
    {
        var problem = await input.Refused(() => input.Post(valid, contentType), 415, "media-type");

        Assert.Contains("UTF-8", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/cloudevents+json; charset=utf-8")]
    public async Task A_content_type_in_any_legal_spelling_is_taken(string contentType)
    {
        var answer = await input.Post(Sent.Visit($"spelling-{Guid.NewGuid():N}", "body").ToJsonString(), contentType);

        Assert.Equal((202, 1), (answer.Status, (int)answer.Json["accepted"]!));
    }

    [Theory]
    [InlineData("", "empty-body")]
    [InlineData("null", "not-json")]
    [InlineData("true", "not-json")]
    [InlineData("7", "not-json")]
    [InlineData("1e999999", "not-json")]
    [InlineData("\"x\"", "not-json")]
    [InlineData("{", "not-json")]
    [InlineData("{}{}", "not-json")]
    [InlineData("{} x", "not-json")]
    [InlineData("[{},]", "not-json")]
    [InlineData("/* a */ {}", "not-json")]
    [InlineData("{'id':1}", "not-json")]
    [InlineData("{\"id\":NaN}", "not-json")]
    [InlineData("{\"id\":01}", "not-json")]
    [InlineData("\u0000", "not-json")]
    [InlineData("{\"id\":\"\u0000\"}", "not-json")]
    [InlineData("{\"id\":\"a\nb\"}", "not-json")]
    [InlineData("\ufeff", "not-json")]
    [InlineData("<event/>", "not-json")]
    public Task What_is_no_JSON_object_or_array_is_refused(string body, string type) => input.Refused(() => input.Post(body), 400, type);

    [Theory]
    [InlineData("application/cloudevents-batch+json", "{}", "A batch is a JSON array of events.")]
    [InlineData("application/cloudevents-batch+json", "null", "A batch is a JSON array of events.")]
    [InlineData("application/cloudevents+json", "7", "A structured CloudEvent is one JSON object.")]
    [InlineData("application/json", "7", "Send one event as a JSON object, or several as a JSON array.")]
    public async Task A_wrong_root_is_refused_and_the_right_one_is_named(string contentType, string body, string detail)
    {
        var problem = await input.Refused(() => input.Post(body, contentType), 400, "not-json");

        Assert.Equal(detail, (string)problem["detail"]!);
    }

    [Fact]
    public async Task A_structured_event_that_is_a_list_is_refused()
    {
        var problem = await input.Refused(() => input.Post($"[{valid}]", "application/cloudevents+json"), 400, "not-json");

        Assert.Equal("A structured CloudEvent is one JSON object.", (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cloudevents-batch+json")]
    public async Task An_empty_batch_is_a_batch_of_which_nothing_was_taken(string contentType)
    {
        var before = await input.Log();

        var answer = await input.Post("[]", contentType);

        Assert.Equal(202, answer.Status);
        OpenApi.Holds(answer.Json, "EventsAnswer");
        Assert.Empty(answer.Json["events"]!.AsArray());
        Assert.Equal(before, await input.Log());
    }

    [Theory]
    [InlineData(33)]
    [InlineData(10_000)]
    [InlineData(200_000)]
    public async Task Deep_JSON_is_refused_and_the_depth_taken_is_named(int levels)
    {
        var arrays = new string('[', levels) + new string(']', levels);
        var objects = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
        foreach (
            var body in new[] { arrays, objects, new string('[', levels), $"{{\"data\":{arrays}}}" }.Where(body =>
                body.Length <= 1024 * 1024
            )
        )
        {
            var problem = await input.Refused(() => input.Post(body), 400, "not-json");
            Assert.Contains("at most 32 levels deep", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[][] bodies =
        [
            [0xFF, 0xFE, 0x00],
            [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8],
            [.. "{\"id\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8],
            [.. "{\"id\":\""u8, 0xF8, 0x88, 0x80, 0x80, 0x80, .. "\"}"u8],
            [.. "{\"id\":\""u8, 0xC0, 0x80, .. "\"}"u8],
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(valid)],
            [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(valid)],
            Encoding.GetEncoding("iso-8859-1").GetBytes(valid.Replace("body", "Zoë", StringComparison.Ordinal)),
        ];
        foreach (var body in bodies)
        {
            var problem = await input.Refused(() => input.Post(body), 400, "not-json");
            Assert.Equal("The body is no valid UTF-8.", (string)problem["detail"]!);
        }
    }

    [Fact]
    public Task UTF_16_without_a_byte_order_mark_is_refused() =>
        input.Refused(() => input.Post(Encoding.Unicode.GetBytes(valid)), 400, "not-json");

    [Fact]
    public async Task A_byte_order_mark_of_UTF_8_is_let_through()
    {
        var answer = await input.Post(
            (byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sent.Visit("bom", "body").ToJsonString())]
        );

        Assert.Equal((202, 1), (answer.Status, (int)answer.Json["accepted"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_cap_is_refused_with_and_without_its_length(bool chunked)
    {
        var large = new byte[(1024 * 1024) + 1];
        large.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(valid, large);

        var problem = await input.Refused(() => input.Post(large, chunked: chunked), 413, "too-large");

        Assert.Contains("1048576 bytes", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_just_within_the_cap_is_taken_with_and_without_its_length(bool chunked)
    {
        var full = new byte[1024 * 1024];
        full.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(Sent.Visit($"full-{chunked}", "body").ToJsonString(), full);

        var answer = await input.Post(full, chunked: chunked);

        Assert.Equal((202, 1), (answer.Status, (int)answer.Json["accepted"]!));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    public async Task A_compressed_body_is_refused_unread(string encoding)
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 100; i++)
                await gzip.WriteAsync(zeros);
        }

        await input.Refused(() => input.Post(bomb.ToArray(), encoding: encoding), 415, "content-encoding");
    }

    [Fact]
    public async Task A_batch_of_501_is_refused_whole_and_one_of_500_is_taken()
    {
        var events = Enumerable.Range(0, 501).Select(i => Sent.Visit($"many-{i}", $"many-{i % 3}")).ToArray();
        var problem = await input.Refused(
            () => input.Post(new JsonArray([.. events.Select(item => item.DeepClone())]).ToJsonString()),
            413,
            "too-large"
        );
        Assert.Contains("501 events; at most 500", (string)problem["detail"]!, StringComparison.Ordinal);

        var taken = await input.Suite.Post(new JsonArray([.. events.Take(500)]));

        Assert.Equal((500, 0), ((int)taken["accepted"]!, (int)taken["refused"]!));
    }
}
