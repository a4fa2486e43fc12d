using System.Collections.Immutable;
using System.Text;

namespace CrmFunctions.Sources.Hooks;

/// <summary>A source with its secrets opened, as deliveries are held to it.</summary>
/// <param name="Source">The source.</param>
/// <param name="Keys">Its secrets.</param>
/// <param name="Credentials">Its other secrets by name.</param>
public sealed record SourceInForce(Source Source, ImmutableArray<SourceKey> Keys, ImmutableDictionary<string, string> Credentials)
{
    /// <summary>How it signs and what it says.</summary>
    public IProvider Provider { get; } = CrmFunctions.Sources.Hooks.Providers.ProviderCatalog.Of(Source.Provider);

    /// <summary>The secrets in force at an instant.</summary>
    public IEnumerable<SourceKey> KeysAt(DateTimeOffset now) => Keys.Where(key => key.Until is not { } until || now < until);
}

/// <summary>A secret that a source signs with.</summary>
/// <param name="Id">Its name, which may be told.</param>
/// <param name="Text">The secret.</param>
/// <param name="Until">From then on it is not taken.</param>
public sealed record SourceKey(string Id, string Text, DateTimeOffset? Until)
{
    /// <summary>The secret's bytes in UTF-8.</summary>
    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);

    /// <summary>Never the secret.</summary>
    public override string ToString() => Id;
}
