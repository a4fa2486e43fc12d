using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.UnitTests.Demo;

public sealed class SourcesCommandTests : IAsyncLifetime
{
    private const string Known =
        """{"id":"shop-eu","provider":"shopify","name":"shop-eu","secrets":[{"id":"s1","addedAt":"2026-01-01T00:00:00Z"}],"currency":"EUR","fields":{"customer.email":"q1"},"types":{},"credentials":["accessToken"]}""";

    private readonly List<(string Method, string Path, JsonNode? Body)> requests = [];
    private WebApplication app = null!;
    private string answer = Known;
    private int status = 200;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Map(
            "/api/{**path}",
            async (HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var body = await reader.ReadToEndAsync();
                lock (requests)
                    requests.Add((request.Method, request.Path, body.Length == 0 ? null : JsonNode.Parse(body)));
                var list = request.Method == "GET" && request.Path == "/api/sources";
                return Results.Content(
                    list ? $$"""{"sources":[{{Known}}]}""" : answer,
                    status == 200 ? "application/json" : "application/problem+json",
                    statusCode: list ? 200 : status
                );
            }
        );
        await app.StartAsync();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_new_secret_comes_from_a_file_and_the_old_one_gets_its_end()
    {
        var (code, output, error) = await Run(
            "sources put --id shop-eu --old-until 2026-06-30T16:00:00Z --secret-file",
            Make.File("hush-hush\n")
        );

        Assert.Equal(0, code);
        Assert.DoesNotContain("hush", output + error, StringComparison.Ordinal);
        var put = requests[^1];
        Assert.Equal(("PUT", "/api/sources/shop-eu"), (put.Method, put.Path));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """{"provider":"shopify","name":"shop-eu","currency":"EUR","fields":{"customer.email":"q1"},"types":{},"secrets":[{"value":"hush-hush"},{"id":"s1","until":"2026-06-30T16:00:00Z"}]}"""
                ),
                put.Body
            ),
            put.Body!.ToJsonString()
        );
    }

    [Fact]
    public async Task Everything_that_a_source_has_can_be_put()
    {
        var (code, output, error) = await Run(
            "sources put --id wecom-one --provider wecom --name 企微 --client-id ww1 --currency CNY --zone Asia/Shanghai --region CN --hook-url https://a.example/h --api-url https://b.example "
                + "--identifiers claimed --fields customer.email=q1,customer.phone=q2 --types a=ignore --keep-refused-until 2026-06-30T16:00:00Z",
            "--secret-file",
            Make.File("hush-1\n"),
            "--token-file",
            Make.File("hush-2\n"),
            "--aes-key-file",
            Make.File("hush-3\n"),
            "--json-file",
            Make.File("""{"perSecond":5,"credentials":{"corpSecret":"hush-4"}}""")
        );

        Assert.Equal(0, code);
        Assert.DoesNotContain("hush", output + error, StringComparison.Ordinal);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {"perSecond":5,"credentials":{"corpSecret":"hush-4"},"provider":"wecom","name":"企微","currency":"CNY","timeZone":"Asia/Shanghai","region":"CN","url":"https://a.example/h","apiUrl":"https://b.example","clientId":"ww1","identifiers":"claimed",
                     "fields":{"customer.email":"q1","customer.phone":"q2"},"types":{"a":"ignore"},"token":"hush-2","aesKey":"hush-3","keepRefusedUntil":"2026-06-30T16:00:00Z","secrets":[{"value":"hush-1"}]}
                    """
                ),
                requests[^1].Body
            ),
            requests[^1].Body!.ToJsonString()
        );
    }

    [Fact]
    public async Task A_new_source_gets_a_random_id_and_its_address_is_printed()
    {
        var (code, _, error) = await Run("sources put --provider woocommerce --currency CNY --region CN --secret-file", Make.File("s"));

        Assert.Equal(0, code);
        Assert.Matches("^/api/sources/[a-z2-7]{20}$", Assert.Single(requests).Path);
        Assert.Contains("/api/hooks/", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sources put", "--provider is missing")]
    [InlineData("sources put --provider shopify --secret-file a --key-vault b", "one of them")]
    [InlineData("sources put --provider shopify --old-until 2026-06-30T16:00:00Z", "needs a new secret")]
    [InlineData("sources delete", "--id is missing")]
    [InlineData("sources show", "--id is missing")]
    [InlineData("sources put --provider wecom --fields customer.email", "name=value")]
    [InlineData("sources put --provider wecom --types =ignore", "name=value")]
    [InlineData("sources put --secret hush", "--secret is no option")]
    public async Task What_cannot_be_meant_is_refused(string words, string part)
    {
        var (code, _, error) = await Run(words);

        Assert.Equal(2, code);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Empty(requests);
    }

    [Fact]
    public async Task Sources_are_listed_shown_and_deleted()
    {
        Assert.Contains("shop-eu", (await Run("sources list")).Output, StringComparison.Ordinal);
        Assert.Contains("\"accessToken\"", (await Run("sources show --id shop-eu")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("sources delete --id shop-eu")).Code);
        Assert.Equal(("DELETE", "/api/sources/shop-eu"), (requests[^1].Method, requests[^1].Path));
    }

    [Fact]
    public async Task What_the_app_refuses_is_said_by_field()
    {
        (status, answer) = (400, """{"detail":"Send it again when mended.","errors":[{"field":"secrets[0]","message":"is empty"}]}""");
        var (code, _, error) = await Run("sources put --id shop-new --provider shopify --secret-file", Make.File("s"));

        Assert.Equal(1, code);
        Assert.Contains("secrets[0] is empty", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> Run(string words, params string[] more)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        ICommand[] commands = [new ListSourcesCommand(), new ShowSourceCommand(), new PutSourceCommand(), new DeleteSourceCommand()];
        var terminal = new Terminal(output, error, false, TimeProvider.System, name => name == "CRM_KEY" ? "key" : null);
        var args = words.Split(' ').Concat(more).ToList();
        args.AddRange(["--url", app.Urls.First()]);
        return (await CommandLine.Run(commands, args, terminal, default), output.ToString(), error.ToString());
    }
}
