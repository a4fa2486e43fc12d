using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Loading;
using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Events;
using CrmFunctions.Security.Keys;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.EndToEndTests.Security;

/// <summary>Every route opens to the keys of its roles and to no other, and docs/api.md and the OpenAPI document say which these are.</summary>
public sealed class RolesTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly IReadOnlyList<(string Function, string Method, string Route)> routes =
    [
        .. from type in typeof(CrmFunctions.Flow).Assembly.GetTypes()
        from run in type.GetMethods()
        let function = run.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let trigger = run.GetParameters()
            .Select(each => each.GetCustomAttribute<HttpTriggerAttribute>())
            .FirstOrDefault(one => one is not null)
        where trigger is not null
        from method in trigger.Methods!
        orderby function.Name, method
        select (function.Name, method.ToUpperInvariant(), trigger.Route!),
    ];

    [Fact]
    public async Task Each_route_opens_to_the_keys_of_its_roles_and_to_no_other()
    {
        await using var suite = await Suite.Start(azurite);
        var keys = await KeysOfAllRoles(suite);
        var (expired, revoked) = (
            await Add(suite, Roles.Admin, row => row.Until = DateTimeOffset.UnixEpoch),
            await Add(suite, Roles.Admin)
        );
        await Revoke(suite, revoked);
        using var client = suite.NewClient();
        var wrong = new List<string>();
        foreach (var (function, method, route) in routes)
        {
            var roles = CrmFunctions.Flow.Access.Of[function];
            foreach (
                var (what, key) in new[]
                {
                    ("no key", null),
                    ("a wrong key", ApiKey.New()),
                    ("an expired key", expired),
                    ("a revoked key", revoked),
                }
            )
            {
                var (status, type) = await Ask(client, method, route, key);
                if (roles == Roles.Anonymous ? type == "unauthorized" : (status, type) != (401, "unauthorized"))
                    wrong.Add($"{method} {route} answers {what} with {status} {type}");
            }

            foreach (var (role, key) in keys)
            {
                var (status, type) = await Ask(client, method, route, key);
                var opens = roles == Roles.Anonymous || role == Roles.Admin || roles.HasFlag(role);
                // The role owner may be refused by its function, where it asks for what is another's.
                var refused =
                    (status, type) is (401, "unauthorized") || ((status, type) is (403, "forbidden") && !(opens && role == Roles.Owner));
                if (opens == refused)
                    wrong.Add($"{method} {route} answers {role.Code()} with {status} {type}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(
            routes.Select(route => route.Function).Distinct().Order(StringComparer.Ordinal),
            CrmFunctions.Flow.Access.Of.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_OpenAPI_document_and_its_page_name_the_roles_of_every_route()
    {
        var document = JsonNode.Parse(
            File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "functions/CrmFunctions/Operations/openapi.json"))
        )!;
        var page = File.ReadAllLines(Path.Combine(NodeTools.RepositoryRoot, "docs/api.md"));
        foreach (var (function, method, route) in routes)
        {
            var roles = CrmFunctions.Flow.Access.Of[function];
            string[] names =
                roles == Roles.Anonymous
                    ? []
                    : [.. RoleNames.All.Where(name => (roles | Roles.Admin).HasFlag(RoleNames.Parse(name)!.Value))];
            var security = document["paths"]![$"/{route}"]![method.ToLowerInvariant()]!["security"]!.AsArray();
            foreach (var scheme in new[] { "bearer", "key" })
            {
                Assert.Equal(
                    names,
                    security.Where(one => one![scheme] is not null).Select(one => (string)one![scheme]!.AsArray().Single()!)
                );
            }

            var row = Assert.Single(page, line => line.StartsWith($"| `{method} /api/{route}` |", StringComparison.Ordinal));
            Assert.Equal(names.Length == 0 ? "no key" : string.Join(", ", names), row.Split('|')[2].Trim());
        }
    }

    [Fact]
    public void No_route_is_left_to_the_keys_of_the_Functions_host()
    {
        var levels =
            from type in typeof(CrmFunctions.Flow).Assembly.GetTypes()
            from run in type.GetMethods()
            from parameter in run.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where trigger is not null
            select trigger.AuthLevel;
        Assert.All(levels, level => Assert.Equal(AuthorizationLevel.Anonymous, level));
    }

    [Fact]
    public async Task The_base_of_the_demo_is_taken_with_the_keys_that_start_sh_makes_and_none_of_it_is_refused()
    {
        await using var suite = await Suite.Start(azurite, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
        var keys = await KeysOfAllRoles(suite);
        using var api = new Api(suite.Client.BaseAddress!, role => keys[RoleNames.Parse(role)!.Value], TimeProvider.System);
        var said = new StringWriter();
        var terminal = new Terminal(said, said, false, TimeProvider.System, _ => null);
        var shop = new GeneratedBase(1, 60);
        Assert.Contains(shop.Events, happened => EventTypes.Decided.Contains(happened.Type));
        Assert.Contains(shop.Events, happened => happened.Type == EventTypes.ConsentChanged);

        var loaded = await new Load(api, new Progress(terminal, said), TimeProvider.System).Run(shop, default);

        Assert.Empty(loaded.Problems);
        Assert.Equal((shop.Events.Count, 0), (loaded.Logged, loaded.Refused));
    }

    [Fact]
    public async Task A_key_is_taken_as_bearer_token_in_the_host_s_header_and_in_the_address_and_two_that_differ_are_none()
    {
        await using var suite = await Suite.Start(azurite);
        var (viewer, ingest) = (await Add(suite, Roles.Viewer), await Add(suite, Roles.Ingest));
        using var client = suite.NewClient();
        async Task<int> Status(string path, string? bearer, string? header)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/{path}", UriKind.Relative));
            if (bearer is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            if (header is not null)
                request.Headers.Add("x-functions-key", header);
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }

        Assert.Equal(200, await Status("standards", viewer, null));
        Assert.Equal(200, await Status("standards", null, viewer));
        Assert.Equal(200, await Status($"standards?code={viewer}", null, null));
        Assert.Equal(200, await Status("standards", viewer, viewer));
        Assert.Equal(401, await Status("standards", viewer, ingest));
        Assert.Equal(401, await Status($"standards?code={ingest}", viewer, null));
        Assert.Equal(401, await Status($"standards?code={viewer}&code={viewer}x", null, null));
        Assert.Equal(401, await Status("standards", viewer.ToUpperInvariant(), null));
    }

    [Fact]
    public async Task A_key_is_made_shown_once_listed_with_its_last_use_and_revoked_at_once_on_every_instance()
    {
        await using var suite = await Suite.Start(azurite);
        await using var other = await Suite.Start(azurite);
        var (status, made) = await suite.Send(HttpMethod.Post, "keys", """{"role":"viewer","name":"auditor"}""");
        Assert.Equal(201, status);
        var (id, key) = ((string)made!["id"]!, (string)made["key"]!);
        Assert.Null(ApiKey.Problem(key));
        Assert.Equal("admin", (string)made["madeBy"]!);

        async Task<int> Look(Suite at)
        {
            using var client = at.NewClient();
            return (await Ask(client, "GET", "standards", key)).Status;
        }

        Assert.Equal((200, 200), (await Look(suite), await Look(other)));
        var listed = (await suite.Get("keys"))["keys"]!.AsArray().Single(one => (string)one!["id"]! == id)!;
        Assert.NotNull(listed["lastUsedAt"]);
        Assert.DoesNotContain(key, (await suite.Get("keys")).ToJsonString(), StringComparison.Ordinal);
        await foreach (var row in suite.Tables.Keys.QueryAsync<KeyRow>())
            Assert.DoesNotContain(key[4..], string.Join(' ', row.RowKey, row.Name, row.Id), StringComparison.Ordinal);

        Assert.Equal(200, (await suite.Send(HttpMethod.Delete, $"keys/{id}")).Status);
        Assert.Equal((401, 401), (await Look(suite), await Look(other)));
        Assert.Equal(200, (await suite.Send(HttpMethod.Delete, $"keys/{id}")).Status);
        Assert.Equal(404, (await suite.Send(HttpMethod.Delete, "keys/knobody")).Status);
        var audit = (await suite.Get("audit"))["items"]!
            .AsArray()
            .Select(item => $"{item!["by"]} {item["what"]} {item["before"]} → {item["after"]}")
            .ToList();
        Assert.Contains($"admin CreateKey  → {id}: auditor, viewer", audit);
        Assert.Contains($"admin RevokeKey {id}: auditor, viewer → ", audit);
        Assert.DoesNotContain(key, string.Join('\n', audit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"god"}""", "role")]
    [InlineData("""{}""", "role")]
    [InlineData("""{"role":"ingest"}""", "sources")]
    [InlineData("""{"role":"ingest","sources":["shop","crm"]}""", "sources")]
    [InlineData("""{"role":"viewer","sources":["shop"]}""", "sources")]
    [InlineData("""{"role":"owner"}""", "owner")]
    [InlineData("""{"role":"owner","owner":"pool"}""", "owner")]
    [InlineData("""{"role":"viewer","owner":"ann"}""", "owner")]
    [InlineData("""{"role":"viewer","until":"2020-01-01T00:00:00Z"}""", "until")]
    public async Task A_key_that_cannot_be_meant_is_refused_by_field(string body, string field)
    {
        await using var suite = await Suite.Start(azurite);
        var (status, answer) = await suite.Send(HttpMethod.Post, "keys", body);
        Assert.Equal(400, status);
        Assert.Equal(field, (string)answer!["errors"]!.AsArray().Single()!["field"]!);
    }

    private static async Task<IReadOnlyDictionary<Roles, string>> KeysOfAllRoles(Suite suite)
    {
        var keys = new Dictionary<Roles, string>();
        foreach (var name in RoleNames.All)
            keys[RoleNames.Parse(name)!.Value] = await Add(
                suite,
                RoleNames.Parse(name)!.Value,
                row => row.Owner = name == RoleNames.Owner ? "ann" : null
            );
        return keys;
    }

    // Into the table, as a row that another version or another time has left.
    internal static async Task<string> Add(Suite suite, Roles role, Action<KeyRow>? change = null)
    {
        var key = ApiKey.New();
        var row = new KeyRow
        {
            RowKey = ApiKey.Hash(key),
            Id = $"k{Guid.NewGuid():N}",
            Name = $"{role.Code()} of a test",
            Role = role.Code(),
        };
        row.MadeAt = TimeProvider.System.GetUtcNow();
        change?.Invoke(row);
        await suite.Tables.Keys.AddEntityAsync(row);
        return key;
    }

    private static async Task Revoke(Suite suite, string key)
    {
        var row = (await suite.Tables.Keys.GetEntityAsync<KeyRow>(KeyRow.Partition, ApiKey.Hash(key))).Value;
        row.RevokedAt = TimeProvider.System.GetUtcNow();
        await suite.Tables.Keys.UpdateEntityAsync(row, row.ETag);
    }

    private static async Task<(int Status, string Type)> Ask(HttpClient client, string method, string route, string? key)
    {
        // Nothing has these names: what opens finds nothing, and changes nothing but what a caller of the role may change.
        var path = string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? "nobody" : part));
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"api/{path}", UriKind.Relative));
        if (!HttpMethods.IsGet(method))
            request.Content = new StringContent("{", Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var type =
            answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? (string)JsonNode.Parse(text)!["type"]! : "";
        return ((int)answer.StatusCode, type.Replace("urn:crm:", "", StringComparison.Ordinal));
    }
}
