using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>One table. Safe to share.</summary>
/// <remarks>
/// Rows are checked against the service's limits before they are sent, and the exception is the one the service would have caused
/// (<see cref="RequestFailedException"/>, status 400, with its ErrorCode): emulators do not refuse what Azure refuses.
/// </remarks>
public partial class TableClient
{
    private readonly TableAccount _account;

    /// <summary>By a connection string: <c>UseDevelopmentStorage=true</c>, or AccountName, AccountKey and TableEndpoint or EndpointSuffix.</summary>
    /// <exception cref="FormatException">It is not such a string.</exception>
    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    /// <summary>By a connection string: <c>UseDevelopmentStorage=true</c>, or AccountName, AccountKey and TableEndpoint or EndpointSuffix.</summary>
    /// <exception cref="FormatException">It is not such a string.</exception>
    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(TableAccount.Of(connectionString, options), tableName)
    {
    }

    /// <summary>By a key of the account.</summary>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    /// <summary>By a key of the account.</summary>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(TableAccount.Of(TableAccount.WithoutTable(endpoint, tableName), credential, options), tableName)
    {
    }

    /// <summary>By tokens, asked for with the scope of storage. The endpoint must be https: other requests throw <see cref="InvalidOperationException"/>.</summary>
    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableAccount.Of(TableAccount.WithoutTable(endpoint, tableName), tokenCredential, options), tableName)
    {
    }

    /// <summary>For mocking.</summary>
    protected TableClient()
    {
        _account = null!;
        Name = null!;
        Uri = null!;
    }

    internal TableClient(TableAccount account, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _account = account;
        Name = tableName;
        Uri = new Uri(account.AddressOf(tableName));
    }

    /// <summary>The table's name.</summary>
    public virtual string Name { get; }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _account.Name;

    /// <summary>The table's address.</summary>
    public virtual Uri Uri { get; }

    /// <summary>Makes the table.</summary>
    /// <exception cref="RequestFailedException">409 TableAlreadyExists.</exception>
    public virtual async Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) =>
        Response.FromValue(new TableItem(Name), await _account.CreateTable(Name, mayExist: false, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes the table unless it exists; then the raw response has status 409.</summary>
    /// <exception cref="RequestFailedException">409 TableBeingDeleted.</exception>
    public virtual async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        Response.FromValue(new TableItem(Name), await _account.CreateTable(Name, mayExist: true, cancellationToken).ConfigureAwait(false));

    /// <summary>Deletes the table with all its rows; status 404, and no exception, when there is none.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) => _account.DeleteTable(Name, cancellationToken);

    /// <summary>Adds a row. The response's headers have its ETag.</summary>
    /// <exception cref="RequestFailedException">409 EntityAlreadyExists; 400: the row breaks a limit of the service.</exception>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        return await _account.Write(RowWrite.Add(_account, Name, entity), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a row, or updates or replaces the one with its keys. The response's headers have its ETag.</summary>
    /// <exception cref="RequestFailedException">400: the row breaks a limit of the service.</exception>
    public virtual async Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        return await _account.Write(RowWrite.Update(_account, Name, entity, mode, default), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Updates or replaces a row. The response's headers have its new ETag.</summary>
    /// <param name="entity">The row.</param>
    /// <param name="ifMatch">The version the row must have; <see cref="ETag.All"/> for any.</param>
    /// <param name="mode">Whether properties not named are kept.</param>
    /// <param name="cancellationToken">Gives up; the write may have happened.</param>
    /// <exception cref="ArgumentException"><paramref name="ifMatch"/> is none.</exception>
    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied; 404 ResourceNotFound; 400: the row breaks a limit of the service.</exception>
    public virtual async Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (ifMatch == default)
            throw new ArgumentException("Value cannot be empty.", nameof(ifMatch));
        return await _account.Write(RowWrite.Update(_account, Name, entity, mode, ifMatch), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a row; status 404, and no exception, when there is none.</summary>
    /// <param name="partitionKey">The row's partition.</param>
    /// <param name="rowKey">The row's key in it.</param>
    /// <param name="ifMatch">The version the row must have; any when none.</param>
    /// <param name="cancellationToken">Gives up; the row may be deleted.</param>
    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied.</exception>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        return await _account.Write(RowWrite.Delete(_account, Name, partitionKey, rowKey, ifMatch), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a row by the keys of <paramref name="entity"/>; its ETag does not matter, <paramref name="ifMatch"/> does. See the other overload.</summary>
    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }
}
