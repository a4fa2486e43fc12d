using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>The tables of an account. Safe to share: make one for an account and keep it.</summary>
public class TableServiceClient
{
    private readonly TableAccount _account;

    /// <summary>By a connection string: <c>UseDevelopmentStorage=true</c>, or AccountName, AccountKey and TableEndpoint or EndpointSuffix.</summary>
    /// <exception cref="FormatException">It is not such a string.</exception>
    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <summary>By a connection string: <c>UseDevelopmentStorage=true</c>, or AccountName, AccountKey and TableEndpoint or EndpointSuffix.</summary>
    /// <exception cref="FormatException">It is not such a string.</exception>
    public TableServiceClient(string connectionString, TableClientOptions? options = null)
        : this(TableAccount.Of(connectionString, options))
    {
    }

    /// <summary>By a key of the account.</summary>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, null)
    {
    }

    /// <summary>By a key of the account.</summary>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
        : this(TableAccount.Of(endpoint, credential, options))
    {
    }

    /// <summary>By tokens, asked for with the scope of storage. The endpoint must be https: other requests throw <see cref="InvalidOperationException"/>.</summary>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableAccount.Of(endpoint, tokenCredential, options))
    {
    }

    /// <summary>For mocking.</summary>
    protected TableServiceClient() => _account = null!;

    private TableServiceClient(TableAccount account) => _account = account;

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _account.Name;

    /// <summary>The account's address.</summary>
    public virtual Uri Uri => _account.Endpoint;

    /// <summary>An OData filter: the values put into the text are quoted and escaped.</summary>
    /// <exception cref="ArgumentException">A value is of a type OData has no literal for.</exception>
    public static string CreateQueryFilter(FormattableString filter) => TableFilter.Create(filter);

    /// <summary>A client of one table; costs nothing, and sends nothing.</summary>
    public virtual TableClient GetTableClient(string tableName)
    {
        ArgumentNullException.ThrowIfNull(tableName);
        return new TableClient(_account, tableName);
    }

    /// <summary>Makes a table.</summary>
    /// <exception cref="RequestFailedException">409 TableAlreadyExists.</exception>
    public virtual async Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        Response.FromValue(new TableItem(tableName), await _account.CreateTable(tableName, mayExist: false, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a table unless it exists; then the raw response has status 409.</summary>
    /// <exception cref="RequestFailedException">409 TableBeingDeleted.</exception>
    public virtual async Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default) =>
        Response.FromValue(new TableItem(tableName), await _account.CreateTable(tableName, mayExist: true, cancellationToken).ConfigureAwait(false));

    /// <summary>Deletes a table with all its rows; status 404, and no exception, when there is none.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        _account.DeleteTable(tableName, cancellationToken);

    /// <summary>The tables, in the order of their names.</summary>
    /// <param name="filter">OData, on <c>TableName</c>; all tables when null.</param>
    /// <param name="maxPerPage">1 to 1,000; 1,000 when null. Does not limit how many come in all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public virtual AsyncPageable<TableItem> QueryAsync(string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        new TablePages<TableItem>(
            maxPerPage,
            async (token, top, cancellation) =>
            {
                var response = await _account
                    .Get(_account.AddressOfPage("Tables", top, filter, null, ("NextTableName", token)), mayMiss: false, cancellation)
                    .ConfigureAwait(false);
                var next = response.Headers.TryGetValue("x-ms-continuation-NextTableName", out var name) ? name : null;
                var tables = EntityReader.ReadPage<TableEntity>(response.Content.ToMemory().Span);
                return Page<TableItem>.FromValues([.. tables.Select(table => new TableItem(table.GetString("TableName")!))], next, response);
            },
            cancellationToken);
}
