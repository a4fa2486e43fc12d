namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>An OData filter: the values put into the text are quoted and escaped.</summary>
    /// <exception cref="ArgumentException">A value is of a type OData has no literal for.</exception>
    public static string CreateQueryFilter(FormattableString filter) => TableFilter.Create(filter);

    /// <summary>A row by its keys: the fast read.</summary>
    /// <param name="partitionKey">The row's partition.</param>
    /// <param name="rowKey">The row's key in it.</param>
    /// <param name="select">The properties to read; all when null. Keys not named are not read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestFailedException">404 ResourceNotFound.</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await Get(partitionKey, rowKey, select, mayMiss: false, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(EntityReader.ReadOne<T>(response.Content.ToMemory().Span), response);
    }

    /// <summary>A row by its keys, or a response without a value when there is none, or no table.</summary>
    /// <param name="partitionKey">The row's partition.</param>
    /// <param name="rowKey">The row's key in it.</param>
    /// <param name="select">The properties to read; all when null. Keys not named are not read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await Get(partitionKey, rowKey, select, mayMiss: true, cancellationToken).ConfigureAwait(false);
        return response.Status == 404
            ? new NoValue<T>(response)
            : Response.FromValue(EntityReader.ReadOne<T>(response.Content.ToMemory().Span), response);
    }

    /// <summary>The rows that match a filter, in the order of their keys.</summary>
    /// <param name="filter">OData; see <see cref="CreateQueryFilter"/>. All rows when null. One that does not name the partition reads the whole table.</param>
    /// <param name="maxPerPage">1 to 1,000; 1,000 when null. Does not limit how many come in all.</param>
    /// <param name="select">The properties to read; all when null. Keys not named are not read.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The rows; <c>AsPages</c> gives them by page, each with the token that the next begins from. A page may be empty and not be the last.</returns>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var selected = select is null ? null : string.Join(',', select);
        return new TablePages<T>(
            maxPerPage,
            async (token, top, cancellation) =>
            {
                // Two texts in one token, as officially; the service's own have no blanks.
                var next = token?.Split(' ', 2);
                var address = _account.AddressOfPage(
                    Name + "()", top, filter, selected,
                    ("NextPartitionKey", next?[0]), ("NextRowKey", next?.ElementAtOrDefault(1) is { Length: > 0 } row ? row : null));
                var response = await _account.Get(address, mayMiss: false, cancellation).ConfigureAwait(false);
                return Page<T>.FromValues(EntityReader.ReadPage<T>(response.Content.ToMemory().Span), Continuation(response), response);
            },
            cancellationToken);
    }

    private Task<Response> Get(string partitionKey, string rowKey, IEnumerable<string>? select, bool mayMiss, CancellationToken cancellationToken)
    {
        var address = _account.AddressOf(Name, partitionKey, rowKey);
        if (select is not null)
            address += "?$select=" + Uri.EscapeDataString(string.Join(',', select));
        return _account.Get(address, mayMiss, cancellationToken);
    }

    private static string? Continuation(Response response)
    {
        var hasPartition = response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partition);
        var hasRow = response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var row);
        return hasPartition || hasRow ? $"{partition} {row}" : null;
    }

    private sealed class NoValue<T>(Response response) : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException(
            $"Response has no value. Service returned no value, because status was {response.Status}; check {nameof(HasValue)} first.");

        public override Response GetRawResponse() => response;
    }
}
