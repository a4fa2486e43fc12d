using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>Questions that cannot be answered, and callers who may not ask.</summary>
public sealed class QueryTests(InputSuite input) : IClassFixture<InputSuite>
{
    private const string Nobody = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("take=0")]
    [InlineData("take=-1")]
    [InlineData("take=1001")]
    [InlineData("take=abc")]
    [InlineData("take=1e2")]
    [InlineData("take=%D9%A3")]
    [InlineData("take=99999999999999999999")]
    [InlineData("next=-1")]
    [InlineData("next=abc")]
    [InlineData("next=%00")]
    public async Task A_timeline_says_which_take_and_next_would_be_right(string query)
    {
        var answer = await input.Get($"customers/{Nobody}/timeline?{query}");

        Assert.Contains(
            "take is a number from 1 to 1000",
            (string)answer.Problem(400, "invalid-query")["detail"]!,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("reports/churn-warnings?take=0")]
    [InlineData("reports/churn-warnings?take=x")]
    [InlineData("reports/churn-warnings?take=1001")]
    [InlineData("imports/aaaaaaaaaaaaaaaaaaaaaaaaaa/rows?next=x")]
    [InlineData("imports/aaaaaaaaaaaaaaaaaaaaaaaaaa/rows?next=-1")]
    public async Task A_query_that_cannot_be_answered_is_refused(string path) => (await input.Get(path)).Problem(400, "invalid-query");

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-01-01")]
    [InlineData("0000-00-00T00:00:00Z")]
    [InlineData("2026-01-01T00:00:00%2B99:99")]
    public async Task An_instant_that_is_none_is_refused(string asOf) =>
        (await input.Get($"customers/{Nobody}/receipt?asOf={asOf}")).Problem(400, "invalid-query");

    [Fact]
    public async Task A_scheme_that_there_is_not_is_named() =>
        Assert.Contains(
            "there are value",
            (string)(await input.Get($"customers/{Nobody}/receipt?scheme=x")).Problem(404, "not-found")["detail"]!,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(Nobody)]
    [InlineData("x")]
    [InlineData("'")]
    [InlineData("a'%20or%20'a'%20eq%20'a")]
    [InlineData("%2F")]
    [InlineData("a%2Fb")]
    [InlineData("..%2F..%2Fsecrets")]
    [InlineData("%E5%AE%A2")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_id_that_no_customer_has_is_not_found(string id)
    {
        foreach (
            var path in new[]
            {
                $"customers/{id}",
                $"customers/{id}/receipt",
                $"customers/{id}/timeline",
                $"customers/{id}/messages",
                $"imports/{id}",
                $"imports/{id}/rows",
            }
        )
        {
            (await input.Get(path)).Problem(404, "not-found");
        }
    }

    [Fact]
    public async Task An_id_of_5_KB_is_not_found_and_one_of_10_KB_is_more_than_an_address_may_have()
    {
        (await input.Get($"customers/{new string('a', 5 * 1024)}")).Problem(404, "not-found");
        Assert.Equal((int)HttpStatusCode.RequestUriTooLong, (await input.Get($"customers/{new string('a', 10 * 1024)}")).Status);
        await input.TakesTheNext();
    }

    [Theory]
    [InlineData("o'brien@example.com")]
    [InlineData("shop:o'brien")]
    [InlineData("shop:a/b")]
    [InlineData("nobody")]
    [InlineData("+8613800138000")]
    public async Task A_handle_of_no_customer_finds_no_customer(string handle)
    {
        var body = new JsonObject { ["handle"] = handle }.ToJsonString();
        var (status, answer) = await input.Suite.Send(HttpMethod.Post, "customers/find", body);
        Assert.Equal(200, status);
        OpenApi.Holds(answer!, "CustomersAnswer");
        Assert.Empty(answer!["customers"]!.AsArray());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"handle":""}""")]
    [InlineData("""{"handle":" "}""")]
    [InlineData("""{"handle":42}""")]
    public async Task A_search_for_nobody_is_refused_by_field(string body)
    {
        var (status, answer) = await input.Suite.Send(HttpMethod.Post, "customers/find", body);
        Assert.Equal((400, "handle"), (status, (string)answer!["errors"]!.AsArray().Single()!["field"]!));
    }

    [Fact]
    public async Task Nobody_is_looked_for_by_an_address_any_more() =>
        Assert.Equal(404, (await input.Get("customers?handle=a%40example.com")).Status);

    [Fact]
    public async Task The_quarantine_is_paged_by_its_own_tokens_only()
    {
        Assert.Equal(200, (await input.Get("quarantine")).Status);
        foreach (var next in new[] { "x", "%00", "'", "a%20b%20c", new string('x', 2000) })
        {
            var answer = await input.Get($"quarantine?next={next}");
            if (answer.Status != 200)
                answer.Problem(400, "invalid-query");
        }

        await input.TakesTheNext();
    }

    [Theory]
    [InlineData("POST", "customers/find")]
    [InlineData("POST", "events")]
    [InlineData("POST", "imports")]
    [InlineData("GET", "reports/base")]
    [InlineData("GET", "quarantine")]
    [InlineData("POST", "recalculations")]
    public async Task A_request_without_a_key_or_with_a_wrong_one_is_refused(string method, string path)
    {
        using var stranger = input.Suite.NewClient();
        foreach (var key in new[] { null, "", "wrong", new string('x', 4000) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"api/{path}", UriKind.Relative));
            if (method == "POST")
                request.Content = new StringContent(Sent.Visit("stranger", "stranger").ToJsonString(), Encoding.UTF8, "application/json");
            if (key is not null)
                request.Headers.TryAddWithoutValidation("x-functions-key", key);
            using var answer = await stranger.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("urn:crm:unauthorized", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("shop/stranger", await input.Log());
    }

    [Fact]
    public async Task A_key_of_the_Functions_host_opens_no_route_of_the_suite()
    {
        using var client = input.Suite.NewClient();
        foreach (var key in new[] { input.Suite.Host.Key(), input.Suite.Host.Key(name: "master") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/quarantine", UriKind.Relative))
            {
                Headers = { { "x-functions-key", key } },
            };
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("GET", "api/events")]
    [InlineData("PUT", "api/events")]
    [InlineData("DELETE", "api/customers/x")]
    [InlineData("GET", "api")]
    [InlineData("GET", "api/nothing")]
    [InlineData("GET", "api/customers/a/b")]
    [InlineData("GET", "events")]
    [InlineData("TRACE", "api/health")]
    public async Task What_no_route_answers_the_host_answers_with_404(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var answer = await input.Suite.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}")]
    [InlineData("POST /api/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task What_is_no_HTTP_is_refused_and_the_process_is_up(string raw)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, input.Suite.Host.Address.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(raw));
        using var reader = new StreamReader(stream, Encoding.Latin1);

        Assert.Matches("^HTTP/1.1 4\\d\\d ", await reader.ReadLineAsync() ?? "");
        await input.TakesTheNext();
    }
}
