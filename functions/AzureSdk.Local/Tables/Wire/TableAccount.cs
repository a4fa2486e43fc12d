using System.Globalization;
using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables;

/// <summary>An account's tables over REST: makes the requests, sends them through the pipeline, throws what the service refuses.</summary>
internal sealed class TableAccount
{
    private const string MinimalMetadata = "application/json;odata=minimalmetadata";

    private static readonly ResponseClassifier _conflictIsNoError = new NoErrorFor(409);
    private static readonly ResponseClassifier _notFoundIsNoError = new NoErrorFor(404);

    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly string _root;

    private TableAccount(Uri endpoint, TableClientOptions? options, HttpPipelinePolicy authentication)
    {
        options ??= new TableClientOptions();
        Endpoint = endpoint;
        Name = AccountName(endpoint);
        _version = options.VersionString;
        _root = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options)
        {
            PerRetryPolicies = { authentication },
            ResponseClassifier = new ResponseClassifier(),
            RequestFailedDetailsParser = TableErrorParser.Shared,
        });
    }

    public Uri Endpoint { get; }

    public string Name { get; }

    public static TableAccount Of(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new(endpoint, options, new SharedKeyPolicy(credential));
    }

    public static TableAccount Of(Uri endpoint, TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        var scope = (options?.Audience ?? TableAudience.AzurePublicCloud).Scope;
        return new(endpoint, options, new BearerTokenAuthenticationPolicy(credential, scope));
    }

    public static TableAccount Of(string connectionString, TableClientOptions? options)
    {
        var parsed = TableConnectionString.Parse(connectionString);
        return Of(parsed.Endpoint, parsed.Credential, options);
    }

    /// <summary>An endpoint may be given with the table's name at its end.</summary>
    public static Uri WithoutTable(Uri endpoint, string table)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var segments = endpoint.Segments;
        var ofAccount = IsPathStyle(endpoint) ? 2 : 1;
        if (segments.Length <= ofAccount || segments[^1].TrimEnd('/') != table)
            return endpoint;
        return new UriBuilder(endpoint) { Path = string.Concat(segments[..^1]) }.Uri;
    }

    /// <summary>The address of a table.</summary>
    public string AddressOf(string table) => $"{_root}/{table}";

    /// <summary>The path and address of a row, keys quoted and escaped.</summary>
    /// <exception cref="ArgumentException">A key has half a surrogate pair, which cannot be escaped.</exception>
    public string AddressOf(string table, string partitionKey, string rowKey)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        EntityLimits.CheckText(WireNames.PartitionKey, partitionKey);
        EntityLimits.CheckText(WireNames.RowKey, rowKey);
        return $"{_root}/{table}(PartitionKey='{EscapeKey(partitionKey)}',RowKey='{EscapeKey(rowKey)}')";
    }

    /// <summary>201 or 204; 409 when the table exists and <paramref name="mayExist"/>, unless it is being deleted.</summary>
    public async Task<Response> CreateTable(string table, bool mayExist, CancellationToken cancellationToken)
    {
        using var message = NewMessage(RequestMethod.Post, $"{_root}/Tables");
        if (mayExist)
            message.ResponseClassifier = _conflictIsNoError;
        message.Request.Headers.Add("Prefer", "return-no-content");
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Content = RequestContent.Create(new Dictionary<string, string> { ["TableName"] = table });
        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (message.Response.Status is 201 or 204)
            return message.Response;
        var failure = new RequestFailedException(message.Response);
        return mayExist && failure.Status == 409 && failure.ErrorCode != Models.TableErrorCode.TableBeingDeleted
            ? message.Response
            : throw failure;
    }

    /// <summary>204; 404 when there is none.</summary>
    public Task<Response> DeleteTable(string table, CancellationToken cancellationToken)
    {
        var message = NewMessage(RequestMethod.Delete, $"{_root}/Tables('{Uri.EscapeDataString(table)}')");
        message.ResponseClassifier = _notFoundIsNoError;
        return Send(message, 204, 404, cancellationToken);
    }

    /// <summary>200; 404 when there is none and <paramref name="mayMiss"/>.</summary>
    public Task<Response> Get(string address, bool mayMiss, CancellationToken cancellationToken)
    {
        var message = NewMessage(RequestMethod.Get, address);
        if (mayMiss)
            message.ResponseClassifier = _notFoundIsNoError;
        return Send(message, 200, mayMiss ? 404 : 200, cancellationToken);
    }

    /// <summary>204; 404 when there is none and the write is a delete.</summary>
    public Task<Response> Write(RowWrite write, CancellationToken cancellationToken)
    {
        var message = NewMessage(write.Method, write.Address);
        foreach (var (name, value) in write.Headers)
            message.Request.Headers.Add(name, value);
        if (write.Body is { } body)
            message.Request.Content = RequestContent.Create(body);
        if (write.Method != RequestMethod.Delete)
            return Send(message, 204, 201, cancellationToken);
        message.ResponseClassifier = _notFoundIsNoError;
        return Send(message, 204, 404, cancellationToken);
    }

    /// <summary>202 with the answers of the operations in its body.</summary>
    public Task<Response> Batch(string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var message = NewMessage(RequestMethod.Post, $"{_root}/$batch");
        message.Request.Headers.Add("Content-Type", contentType);
        message.Request.Content = RequestContent.Create(body);
        return Send(message, 202, 202, cancellationToken);
    }

    public string AddressOfPage(string path, int? top, string? filter, string? select, params ReadOnlySpan<(string Name, string? Value)> continuation)
    {
        var query = new StringBuilder();
        Append(query, "$top", top?.ToString(CultureInfo.InvariantCulture));
        Append(query, "$select", select);
        Append(query, "$filter", filter);
        foreach (var (name, value) in continuation)
            Append(query, name, value);
        return $"{_root}/{path}{query}";
    }

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (value is null)
            return;
        EntityLimits.CheckText(name, value);
        query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    private HttpMessage NewMessage(RequestMethod method, string address)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri(address));
        message.Request.Headers.Add("x-ms-version", _version);
        message.Request.Headers.Add("DataServiceVersion", "3.0");
        message.Request.Headers.Add("Accept", MinimalMetadata);
        return message;
    }

    // The response stays readable after the message is disposed: Azure.Core has buffered it.
    private async Task<Response> Send(HttpMessage message, int success, int alsoSuccess, CancellationToken cancellationToken)
    {
        using (message)
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var response = message.Response;
            return response.Status == success || response.Status == alsoSuccess ? response : throw new RequestFailedException(response);
        }
    }

    private static string EscapeKey(string key) => Uri.EscapeDataString(TableFilter.Escape(key));

    // account.table.core.windows.net, or 127.0.0.1:10002/account.
    private static bool IsPathStyle(Uri endpoint) => endpoint.IsLoopback || IPAddress.TryParse(endpoint.Host, out _);

    private static string AccountName(Uri endpoint) => IsPathStyle(endpoint)
        ? endpoint.Segments.ElementAtOrDefault(1)?.TrimEnd('/') ?? ""
        : endpoint.Host.Split('.')[0];

    private sealed class NoErrorFor(int status) : ResponseClassifier
    {
        public override bool IsErrorResponse(HttpMessage message) => message.Response.Status != status && base.IsErrorResponse(message);
    }
}
