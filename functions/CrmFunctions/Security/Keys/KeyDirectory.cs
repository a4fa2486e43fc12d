using System.Collections.Frozen;
using Azure;
using CrmFunctions.Domain.Access;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Security.Keys;

/// <summary>
/// The keys as requests are held to them. All are read at once, at most once in <see cref="KeyOptions.Refresh"/>, however many callers
/// there are and whatever keys they try.
/// </summary>
public sealed class KeyDirectory(ApiKeyStore store, Clocks clocks, IOptions<KeyOptions> options) : IDisposable
{
    private static readonly TimeSpan useNoted = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan longestOutage = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim reading = new(1);
    private volatile Known? known;

    /// <summary>Who has a key; null: nobody has it, or has it any more.</summary>
    /// <exception cref="RequestFailedException">The keys cannot be read, and were not for some minutes.</exception>
    public async ValueTask<Caller?> Find(string key, CancellationToken cancellationToken)
    {
        // A hash is compared, not the key: how long it takes tells nothing of a key.
        var hash = ApiKey.Hash(key);
        if (options.Value.Admin.Length > 0 && options.Value.Admin == hash)
            return new Caller("admin", Roles.Admin);
        var now = clocks.Machine.GetUtcNow();
        var keys = known is { } fresh && now - fresh.ReadAt < options.Value.Refresh ? fresh : await Read(now, cancellationToken);
        if (
            !keys.ByHash.TryGetValue(hash, out var row)
            || row.RevokedAt is not null
            || row.Until <= now
            || RoleNames.Parse(row.Role) is not { } role
        )
            return null;
        await NoteUse(row, now, cancellationToken);
        return new Caller(row.Name, role, row.SourceList(), row.Owner);
    }

    /// <summary>Reads the keys at the next request: one of them was changed here.</summary>
    public void Forget() => known = null;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private async Task<Known> Read(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        var before = known;
        try
        {
            if (before is not null && now - before.ReadAt < options.Value.Refresh)
                return before;
            var rows = await store.List(cancellationToken);
            return known = new Known(rows.ToFrozenDictionary(row => row.RowKey, StringComparer.Ordinal), now, now);
        }
        catch (RequestFailedException) when (before is not null && now - before.SureAt < longestOutage)
        {
            // What was known a moment ago will do: storage that is away answers for itself in what the function does.
            return known = before with { ReadAt = now };
        }
        finally
        {
            reading.Release();
        }
    }

    // Another instance that notes it at the same time has noted it.
    private async Task NoteUse(KeyRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (row.LastUsedAt is { } last && now - last < useNoted)
            return;
        row.LastUsedAt = now;
        try
        {
            await store.Replace(row, cancellationToken);
        }
        catch (RequestFailedException)
        {
            // It is noted the next time.
        }

        Forget();
    }

    private sealed record Known(FrozenDictionary<string, KeyRow> ByHash, DateTimeOffset ReadAt, DateTimeOffset SureAt);
}
