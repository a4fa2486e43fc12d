using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Customers;
using CrmFunctions.Domain.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.UnitTests.Demo;

public sealed class CustomersCommandTests : IAsyncLifetime
{
    private const string Ruling = """{"ruling":"people-1","kind":"same"}""";

    private static readonly ICommand[] commands =
    [
        new FindCommand(),
        new ShowCommand(),
        new MergeCommand(),
        new UnmergeCommand(),
        new SharedCommand(),
        new ExportCommand(),
        new EraseCommand(),
    ];

    private static readonly string id = Handle.OfId("shop", "42").Key;
    private static readonly string other = Handle.OfId("shop", "43").Key;

    private readonly List<(string Method, string Target, JsonNode? Body)> requests = [];
    private WebApplication app = null!;

    // What the app answers to a path.
    private readonly Dictionary<string, string> answers = new()
    {
        ["/api/customers/find"] = $$"""{"customers":[{{Customer(id)}}]}""",
        [$"/api/customers/{id}"] = Customer(id),
        [$"/api/customers/{id}/receipt"] = """{"text":"Diamond: 81.5 points."}""",
        ["/api/customers/shared"] =
            $$"""{"items":[{"handle":"d1","kind":"phone","since":"2026-02-03T00:00:00Z","carriers":4,"customers":["{{id}}","{{other}}"],"ruled":false}],"next":null}""",
        ["POST /api/customers/shared"] = Ruling,
        ["/api/customers/merge"] = Ruling,
        ["/api/customers/unmerge"] = Ruling,
        [$"/api/customers/{id}/export"] = """{"request":"r7","customer":{"profile":{"name":{"value":"张三"}}}}""",
        [$"/api/customers/{id}/erase"] = """{"id":"r8","kind":"erase","status":"open"}""",
    };

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
                    requests.Add((request.Method, request.Path + request.QueryString, body.Length == 0 ? null : JsonNode.Parse(body)));
                if (request.Path.Value!.EndsWith("/erase", StringComparison.Ordinal) && status == 200 && request.Query["confirm"] != "rev1")
                    return Results.Content(
                        """{"detail":"Look.","confirm":"rev1","touches":[{"id":"c1","name":"张三","detail":"12 events"}]}""",
                        "application/problem+json",
                        statusCode: 428
                    );
                if (status != 200)
                    return Results.Content(
                        """{"detail":"Send it again when mended.","errors":[{"field":"reason","message":"is empty"}]}""",
                        "application/problem+json",
                        statusCode: status
                    );
                return Results.Content(
                    answers.GetValueOrDefault($"{request.Method} {request.Path}") ?? answers[request.Path],
                    "application/json"
                );
            }
        );
        await app.StartAsync();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("en_GB.UTF-8", "Last order", "Diamond")]
    [InlineData("zh_CN.UTF-8", "最近一单", "Diamond")]
    public async Task Who_has_an_identifier_is_listed_in_the_reader_s_language(string language, params string[] parts)
    {
        var (code, output, _) = await Run(language, "find", "+49 170 1234567");

        Assert.Equal(0, code);
        foreach (var part in (string[])[.. parts, id, "张三", "2026-02-01", "81.5"])
            Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Equal(
            $"/api/customers/find?lang={(language.StartsWith("zh", StringComparison.Ordinal) ? "zh-CN" : "en")}",
            Assert.Single(requests).Target
        );
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse($"[{Customer(id)}]"),
                JsonNode.Parse((await Run(language, "find", "x@example.com", "--json")).Output)
            )
        );
    }

    [Theory]
    [InlineData("en", "No customer has nobody@example.com")]
    [InlineData("zh_CN", "没有客户带有 nobody@example.com")]
    public async Task An_identifier_of_no_customer_is_a_failure_with_a_message(string language, string part)
    {
        answers["/api/customers/find"] = """{"customers":[]}""";

        foreach (var verb in (string[])["find", "show"])
        {
            var (code, output, error) = await Run(language, verb, "nobody@example.com");
            Assert.Equal((1, ""), (code, output));
            Assert.Contains(part, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_identifier_of_several_names_none_of_them()
    {
        answers["/api/customers/find"] = $$"""{"customers":[{{Customer(id)}},{{Customer(other)}}]}""";

        var (code, _, error) = await Run("en", "erase", "family@example.com", "--yes", "--reason", "letter");

        Assert.Equal(1, code);
        Assert.Contains($"{id}, {other}", error, StringComparison.Ordinal);
        Assert.DoesNotContain(requests, request => request.Method == "POST" && !request.Target.Contains("find", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_customer_is_shown_with_what_sources_say_its_handles_and_why()
    {
        var (code, output, _) = await Run("en", "show", id);

        Assert.Equal(0, code);
        foreach (
            var part in (string[])
                [
                    "Name: 张三 (shop, 2026-02-01)",
                    "others say: 张山 (form, 2026-01-01)",
                    "phone    e2 several people's",
                    "has events",
                    "Diamond: 81.5 points.",
                ]
        )
        {
            Assert.Contains(part, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("merge", "are one person (ruling people-1)")]
    [InlineData("unmerge", "are two people (ruling people-1)")]
    public async Task Two_are_named_by_ids_or_by_what_a_source_calls_them_and_the_decision_says_why(string verb, string part)
    {
        var (code, output, _) = await Run("en", verb, id, "shop:43", "--reason", "two accounts");

        Assert.Equal(0, code);
        Assert.Contains(part, output, StringComparison.Ordinal);
        var (method, target, body) = Assert.Single(requests);
        Assert.Equal(("POST", $"/api/customers/{verb}"), (method, target));
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse($$"""{"customers":["{{id}}","shop:43"],"reason":"two accounts"}"""), body),
            body!.ToJsonString()
        );
    }

    [Fact]
    public async Task Shared_identifiers_are_listed_and_one_is_ruled_on()
    {
        var listed = await Run("zh_CN", "shared");
        var ruled = await Run("en", "shared", "+4930123456", "--decision", "personal", "--reason", "asked");

        Assert.Contains("2026-02-03", listed.Output, StringComparison.Ordinal);
        Assert.Contains(other, listed.Output, StringComparison.Ordinal);
        Assert.Contains("+4930123456 is one person's", ruled.Output, StringComparison.Ordinal);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""{"handle":"+4930123456","decision":"personal","reason":"asked"}"""), requests[^1].Body)
        );
    }

    [Fact]
    public async Task An_export_is_a_new_file_that_only_its_user_can_read()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("crm-test-").FullName, "export.json");

        var (code, output, error) = await Run("en", "export", id, "--reason", "letter", "--out", path);

        Assert.Equal((0, ""), (code, output));
        Assert.Contains("request r7", error, StringComparison.Ordinal);
        Assert.Contains("张三", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        // A file that is there is not written over, and nothing is put on record.
        requests.Clear();
        Assert.Equal(1, (await Run("en", "export", id, "--reason", "letter", "--out", path)).Code);
        Assert.Empty(requests);
        Assert.Contains("张三", (await Run("en", "export", id, "--reason", "letter")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erasure_is_taken_where_it_is_meant()
    {
        var (code, output, error) = await Run("en", "erase", id, "--yes", "--reason", "letter");

        Assert.Equal(0, code);
        Assert.Contains("r8", output, StringComparison.Ordinal);

        // Whom it erases is said, and confirmed as it was said.
        Assert.Contains("c1  张三  12 events", error, StringComparison.Ordinal);
        Assert.Equal([$"/api/customers/{id}/erase", $"/api/customers/{id}/erase?confirm=rev1"], requests.Select(request => request.Target));
    }

    [Theory]
    [InlineData("find", "IDENTIFIER is missing")]
    [InlineData("find a b", "b is one word too many: `crm customers find` takes IDENTIFIER")]
    [InlineData("merge shop:1 --reason b", "OTHER is missing")]
    [InlineData("merge shop:1 shop:2", "--reason is missing")]
    [InlineData("shared x@example.com --reason b", "go together")]
    [InlineData("shared --decision personal --reason b", "go together")]
    [InlineData("shared x@example.com --decision mine --reason b", "personal or shared is wanted")]
    [InlineData("erase shop:1 --reason b", "--yes is missing")]
    [InlineData("export shop:1 --to x", "--to is no option")]
    public async Task What_cannot_be_meant_is_refused_before_anything_is_decided(string words, string part)
    {
        var (code, _, error) = await Run("en", words.Split(' '));

        Assert.Equal(2, code);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.DoesNotContain(requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task What_the_app_refuses_is_said_by_field()
    {
        status = 400;
        var (code, _, error) = await Run("en", "erase", id, "--yes", "--reason", "x");

        Assert.Equal(1, code);
        Assert.Contains("reason is empty", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> Run(string language, params string[] words)
    {
        var (terminal, output, error) = Make.Terminal(language, null, ("CRM_URL", app.Urls.First()), ("CRM_KEY", "key"));
        var code = await CommandLine.Run(commands, ["customers", .. words], terminal, default);
        return (code, output.ToString(), error.ToString());
    }

    private static string Customer(string id) =>
        $$"""
            {"customerId":"{{id}}","tier":"A","tierLabel":"Diamond","stage":"active","stageLabel":"Active","score":81.5,"events":12,"orders":5,"lastOrderAt":"2026-02-01T10:00:00Z",
             "profile":{"name":{"value":"张三","source":"shop","at":"2026-02-01T10:00:00Z","others":[{"value":"张山","source":"form","at":"2026-01-01T00:00:00Z"}]} },
             "handles":[{"handle":"{{id}}","kind":"id","hasEvents":true,"shared":false},{"handle":"e2","kind":"phone","hasEvents":false,"shared":true}]}
            """;
}
