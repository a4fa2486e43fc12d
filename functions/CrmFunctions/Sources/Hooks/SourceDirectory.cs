using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using CrmFunctions.Security;
using CrmFunctions.Sources.Hooks.Providers;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// The sources as deliveries are held to them. All of them are read at once, at most once in a while, however many callers there are and
/// for any id they try: an unknown id costs no storage operation. HOOKS.md says what is bounded by what.
/// </summary>
public sealed class SourceDirectory(SourceStore store, SecretKeeper keeper, Clocks clocks, IOptions<SourceOptions> options) : IDisposable
{
    /// <summary>
    /// A credential that, where it is there, must stand in the webhook's address as <c>?key=</c>, also where more is signed.
    /// </summary>
    public const string UrlKey = "urlKey";

    private static readonly byte[] dummyKey = RandomNumberGenerator.GetBytes(32);

    private readonly ConcurrentDictionary<string, (Source Source, DateTimeOffset OpenedAt, SourceInForce Opened)> opened = new(
        StringComparer.Ordinal
    );
    private readonly SemaphoreSlim reading = new(1);
    private volatile Known? known;

    /// <summary>The source of an id, or one that nobody has a secret of, so that an unknown id costs the same work.</summary>
    /// <exception cref="SecretUnavailableException">A secret of it cannot be had right now.</exception>
    public async ValueTask<SourceInForce> Find(string id, CancellationToken cancellationToken)
    {
        var now = clocks.Machine.GetUtcNow();
        var sources = known is { } fresh && now - fresh.ReadAt < options.Value.Refresh ? fresh : await Read(now, cancellationToken);
        return sources.ById.TryGetValue(id, out var source) ? await Open(source, now, cancellationToken) : Stranger(id);
    }

    /// <summary>Whether this is the source that stands in for an unknown id.</summary>
    public static bool IsStranger(SourceInForce source) => source.Source.Id.Length == 0;

    /// <summary>Reads the sources at the next delivery: one of them was changed here.</summary>
    public void Forget() => known = null;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private async Task<Known> Read(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var before = known;
            if (before is not null && now - before.ReadAt < options.Value.Refresh)
                return before;
            var sources = (await store.List(cancellationToken)).ToFrozenDictionary(source => source.Id, StringComparer.Ordinal);
            foreach (var gone in opened.Keys.Where(id => !sources.ContainsKey(id)))
                opened.TryRemove(gone, out _);
            return known = new Known(sources, now);
        }
        catch (Azure.RequestFailedException) when (known is { } before)
        {
            // What was known a moment ago will do; who is authentic is told 503 by the log itself.
            return known = before with { ReadAt = now };
        }
        finally
        {
            reading.Release();
        }
    }

    private async ValueTask<SourceInForce> Open(Source source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (
            opened.TryGetValue(source.Id, out var before)
            && ReferenceEquals(before.Source, source)
            && now - before.OpenedAt < options.Value.VaultRefresh
        )
            return before.Opened;
        var secrets = await Task.WhenAll(
            source.Secrets.Select(async secret => new SourceKey(
                secret.Id,
                await keeper.Open(source.Id, secret.Value, cancellationToken),
                secret.Until
            ))
        );
        var rules = ProviderCatalog.Of(source.Provider).Rules;
        foreach (var key in secrets.Where(key => rules.Refuses(key.Text) is not null))
        {
            throw new SecretUnavailableException($"Secret {key.Id} of source {source.Id} is none that {source.Provider} could sign with.");
        }

        var credentials = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in rules.NeedsCredentials.Append(UrlKey))
        {
            if (source.Credentials.TryGetValue(name, out var secret))
                credentials[name] = await keeper.Open(source.Id, secret, cancellationToken);
        }

        var inForce = new SourceInForce(source, [.. secrets], credentials.ToImmutable());
        opened[source.Id] = (source, now, inForce);
        return inForce;
    }

    // Which provider's work it is follows from the id, in a way that only this process knows: always the same for one id.
    private static SourceInForce Stranger(string id)
    {
        var hash = HMACSHA256.HashData(dummyKey, System.Text.Encoding.UTF8.GetBytes(id));
        var provider = ProviderCatalog.All[hash[0] % ProviderCatalog.All.Count].Name;
        var secret = Convert.ToBase64String(hash);
        return new SourceInForce(
            new Source("", provider) { Url = "https://example.com/", ClientId = "stranger" },
            [new SourceKey("", secret, null)],
            ImmutableDictionary<string, string>.Empty.Add("token", secret).Add("aesKey", secret[..43])
        );
    }

    private sealed record Known(FrozenDictionary<string, Source> ById, DateTimeOffset ReadAt);
}
