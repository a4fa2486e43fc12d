using System.Runtime.CompilerServices;

namespace Azure.Data.Tables;

/// <summary>A query's pages, each asked for when it is come to.</summary>
/// <param name="maxPerPage">The size when the caller of <see cref="AsPages"/> gives none.</param>
/// <param name="get">A page by its continuation token (null: the first), at most so many long.</param>
/// <param name="cancellationToken">Ends every enumeration.</param>
internal sealed class TablePages<T>(int? maxPerPage, Func<string?, int?, CancellationToken, Task<Page<T>>> get, CancellationToken cancellationToken)
    : AsyncPageable<T>(cancellationToken)
    where T : notnull
{
    public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        Pages(continuationToken, pageSizeHint ?? maxPerPage, CancellationToken);

    // The token given to the enumeration is joined with that of the query by the compiler.
    private async IAsyncEnumerable<Page<T>> Pages(string? token, int? size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        do
        {
            var page = await get(token, size, cancellation).ConfigureAwait(false);
            token = page.ContinuationToken;
            yield return page;
        }
        while (!string.IsNullOrEmpty(token));
    }
}
