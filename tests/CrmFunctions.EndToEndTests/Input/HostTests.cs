using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>
/// What the Functions host and its worker do to requests before a function sees them, and that the suite answers as documented all the
/// same.
/// </summary>
public sealed class HostTests(InputSuite input) : IClassFixture<InputSuite>
{
    [Theory]
    [InlineData("customers/shared", "items")]
    [InlineData("standards/schema", "$schema")]
    public async Task An_address_reaches_its_own_function_also_where_a_parameter_of_another_matches_it(string path, string member)
    {
        var answer = await input.Get(path);

        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.AsObject().ContainsKey(member), answer.Text);
    }

    [Theory]
    [InlineData("health/ready")]
    [InlineData("customers/shared")]
    [InlineData("sources")]
    [InlineData("reports/base")]
    public async Task A_query_that_is_called_as_a_parameter_of_the_function_is_not_bound_to_it(string path) =>
        Assert.Equal((await input.Get($"{path}?anything=x")).Status, (await input.Get($"{path}?cancellationToken=x")).Status);

    [Fact]
    public async Task Suggestions_are_no_version_of_a_standard()
    {
        using var answer = await input.Suite.Client.GetAsync(new Uri("api/standards/value/suggestions?shares=50,50", UriKind.Relative));

        // The base of this test has none: the function of versions would say that there is no such version.
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("has no calibration yet", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_a_body_that_is_called_as_a_parameter_of_the_function_is_not_bound_to_it()
    {
        async Task<int> With(string member)
        {
            var sent = Sent.Paid($"host-{member}", "host").AsObject();
            sent[member] = "x";
            return (await input.Post(sent.ToJsonString(), "application/json")).Status;
        }

        Assert.Equal(await With("cancellationTokem"), await With("cancellationToken"));

        using var content = new StringContent("""{"cancellationToken":"x"}""", Encoding.UTF8, "application/json");
        using var stranger = input.Suite.NewClient();
        using var refused = await stranger.PostAsync(new Uri("api/hooks/nobody?cancellationToken=x", UriKind.Relative), content);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_what_the_server_would_take_is_refused_by_its_own_route(bool chunked)
    {
        using var content = new ByteArrayContent(new byte[31 * 1024 * 1024])
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/events", UriKind.Relative)) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await input.Suite.Client.SendAsync(request);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Equal("urn:crm:too-large", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["type"]!);
    }
}
