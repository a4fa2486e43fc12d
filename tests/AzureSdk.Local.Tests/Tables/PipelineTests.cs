using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>What is sent, and what Azure.Core's pipeline does around it.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly StubService _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(
        "crm", "https://crm.table.core.windows.net/events(PartitionKey='a%20b',RowKey='%E4%B8%AD')?$select=A", "RYJZwbs6xpTcgdG74HsJDbiD/eJ4tM8FT6/a2mpapvE=")]
    [InlineData("devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1/Tables", "eogLeJuri+cBUS+p3BnwVd1CjV2nNNlXqJVxrTHUPjc=")]
    public void A_signature_is_the_one_openssl_makes_of_the_date_and_the_resource(string account, string address, string signature)
    {
        var credential = new TableSharedKeyCredential(account, "YSBrZXkgZm9yIHRlc3RzIGFuZCBub3RoaW5nIGVsc2U=");

        var header = SharedKeyPolicy.Authorization(credential, "Sun, 22 Nov 2026 08:00:00 GMT", new Uri(address));

        Assert.Equal($"SharedKeyLite {account}:{signature}", header);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again_signed_again_and_counted_by_a_policy_per_try()
    {
        _service.Answers(HttpStatusCode.ServiceUnavailable).Answers(HttpStatusCode.InternalServerError);
        var counted = new Counter();
        var options = _service.Options();
        options.AddPolicy(counted, HttpPipelinePosition.PerRetry);
        var table = new TableClient(new Uri("https://crm.table.core.windows.net"), "events", StubService.Credential, options);

        var response = await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });

        Assert.Equal(204, response.Status);
        Assert.Equal(3, counted.Requests);
        Assert.Equal(3, _service.Requests.Count);
        Assert.All(_service.Requests, request =>
        {
            Assert.StartsWith("SharedKeyLite crm:", request.Message.Headers.Authorization!.ToString(), StringComparison.Ordinal);
            Assert.Equal("""{"PartitionKey":"p","RowKey":"r","A":1}""", request.Body);
        });
    }

    [Fact]
    public async Task A_failure_that_stays_is_thrown_with_the_services_code_and_message()
    {
        for (var tries = 0; tries < 4; tries++)
            _service.Answers(HttpStatusCode.ServiceUnavailable, """{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"The server is busy."}}}""");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((503, "ServerBusy"), (failure.Status, failure.ErrorCode));
        Assert.StartsWith("The server is busy.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, _service.Requests.Count);
    }

    [Fact]
    public async Task A_gateways_page_instead_of_the_services_answer_is_an_error_with_its_status()
    {
        _service.Answers(HttpStatusCode.Forbidden, "<html>no</html>");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(403, failure.Status);
    }

    [Theory]
    [InlineData(null, "https://storage.azure.com/.default")]
    [InlineData("AzureChina", "https://storage.azure.cn/.default")]
    [InlineData("https://storage.example/", "https://storage.example/.default")]
    public async Task A_token_is_asked_for_with_the_scope_of_the_cloud_and_sent(string? audience, string scope)
    {
        var credential = new Tokens();
        var options = _service.Options();
        options.Audience = audience is null ? default(TableAudience?) : new TableAudience(audience);
        var table = new TableServiceClient(new Uri("https://crm.table.core.windows.net"), credential, options).GetTableClient("events");

        await table.AddEntityAsync(new TableEntity("p", "1"));
        await table.AddEntityAsync(new TableEntity("p", "2"));

        Assert.Equal([scope], credential.Scopes);
        Assert.All(_service.Requests, request => Assert.Equal("Bearer a-token", request.Message.Headers.Authorization!.ToString()));
    }

    [Fact]
    public async Task A_token_is_not_sent_over_http()
    {
        var table = new TableClient(new Uri("http://crm.table.core.windows.net"), "events", new Tokens(), _service.Options());

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task Every_request_names_the_version_and_asks_for_types_and_an_insert_asks_for_no_echo()
    {
        await _service.Table().AddEntityAsync(new TableEntity("p", "r"));

        var request = Assert.Single(_service.Requests).Message;
        Assert.Equal("https://crm.table.core.windows.net/events", request.RequestUri!.AbsoluteUri);
        Assert.Equal("2020-12-06", Assert.Single(request.Headers.GetValues("x-ms-version")));
        Assert.Equal("application/json;odata=minimalmetadata", request.Headers.Accept.ToString());
        Assert.Equal("return-no-content", Assert.Single(request.Headers.GetValues("Prefer")));
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task The_types_that_JSON_lacks_are_named_on_the_wire()
    {
        var row = new TableEntity("p", "r")
        {
            ["L"] = 12_990L,
            ["D"] = 1.5,
            ["At"] = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.FromHours(8)),
            ["G"] = Guid.Empty,
            ["B"] = new byte[] { 255 },
            ["Null"] = null!,
            ["T"] = "中'\"",
        };
        row.ETag = ETag.All;
        row.Timestamp = DateTimeOffset.UnixEpoch;

        await _service.Table().AddEntityAsync(row);

        Assert.Equal(
            """{"PartitionKey":"p","RowKey":"r","L@odata.type":"Edm.Int64","L":"12990","D@odata.type":"Edm.Double","D":1.5,"""
            + """ "At@odata.type":"Edm.DateTime","At":"2026-11-01T01:30:00.0000000Z","G@odata.type":"Edm.Guid","G":"00000000-0000-0000-0000-000000000000","""[1..]
            + """ "B@odata.type":"Edm.Binary","B":"/w==","T":"\u4E2D\u0027\u0022"}"""[1..],
            Assert.Single(_service.Requests).Body);
    }

    [Theory]
    [InlineData("PartitionKey")]
    [InlineData("At")]
    public async Task An_annotation_is_understood_before_and_after_its_value_with_full_metadata_too(string first)
    {
        string[] parts =
        [
            """ "odata.metadata":"m","odata.type":"crm.events","odata.id":"i","odata.editLink":"e","odata.etag":"W/\"1\"" """,
            """ "PartitionKey":"p","RowKey":"r","Timestamp@odata.type":"Edm.DateTime","Timestamp":"2026-11-01T09:30:00Z" """,
            first == "At" ? """ "At":"2026-11-01T09:30:00.1234567Z","At@odata.type":"Edm.DateTime" """ : """ "At@odata.type":"Edm.DateTime","At":"2026-11-01T09:30:00.1234567Z" """,
            """ "D@odata.type":"Edm.Double","D":5,"I@odata.type":"Edm.Double","I":"-Infinity","N":null,"S@odata.type":"Edm.String","S":"s","Deep":{"a":[1]} """,
        ];
        _service.Answers(HttpStatusCode.OK, $"{{{string.Join(',', parts)}}}");

        var row = (await _service.Table().GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero).AddTicks(1_234_567), row.GetDateTimeOffset("At"));
        Assert.Equal(new ETag("W/\"1\""), row.ETag);
        Assert.Equal((5.0, double.NegativeInfinity, "s"), (row.GetDouble("D"), row.GetDouble("I"), row.GetString("S")));
        Assert.Null(row["N"]);
        Assert.DoesNotContain("odata.metadata", row.Keys);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1/events", "devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite", "http://azurite:10002/devstoreaccount1/events", "azurite")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=crm;AccountKey=a2V5;EndpointSuffix=core.windows.net", "https://crm.table.core.windows.net/events", "crm")]
    [InlineData("AccountName=crm;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1234/crm/", "http://127.0.0.1:1234/crm/events", "crm")]
    [InlineData("accountname = crm ; accountkey = a2V5 ; endpointsuffix = core.chinacloudapi.cn ;", "https://crm.table.core.chinacloudapi.cn/events", "crm")]
    public void A_connection_string_says_where_the_tables_are(string connectionString, string address, string account)
    {
        var table = new TableServiceClient(connectionString).GetTableClient("events");

        Assert.Equal((new Uri(address), account, "events"), (table.Uri, table.AccountName, table.Name));
    }

    [Theory]
    [InlineData("AccountName=crm")]
    [InlineData("AccountName=crm;AccountKey=a2V5")]
    [InlineData("AccountName=crm;AccountKey=n*;EndpointSuffix=core.windows.net")]
    [InlineData("crm")]
    public void A_connection_string_that_lacks_something_is_refused(string connectionString) =>
        Assert.Throws<FormatException>(() => new TableServiceClient(connectionString));

    [Fact]
    public void An_endpoint_may_have_the_tables_name_at_its_end()
    {
        Assert.Equal(
            new Uri("https://crm.table.core.windows.net/events"),
            new TableClient(new Uri("https://crm.table.core.windows.net/events"), "events", StubService.Credential).Uri);
        Assert.Equal(
            new Uri("http://127.0.0.1:10002/events/events"),
            new TableClient(new Uri("http://127.0.0.1:10002/events"), "events", StubService.Credential).Uri);
    }

    [Fact]
    public async Task Giving_up_ends_a_request()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _service.Table().AddEntityAsync(new TableEntity("p", "r"), source.Token));
    }

    private sealed class Counter : HttpPipelineSynchronousPolicy
    {
        public int Requests { get; private set; }

        public override void OnSendingRequest(HttpMessage message) => Requests++;
    }

    private sealed class Tokens : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("a-token", TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
