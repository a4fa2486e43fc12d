using System.ComponentModel;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>How the clients of Table Storage send: retries, policies, transport and diagnostics are those of Azure.Core.</summary>
public class TableClientOptions : ClientOptions
{
    /// <summary>Options for a version of the service.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The version is none of the enumeration's.</exception>
    public TableClientOptions(ServiceVersion serviceVersion = ServiceVersion.V2020_12_06) => VersionString = serviceVersion switch
    {
        ServiceVersion.V2019_02_02 => "2019-02-02",
        ServiceVersion.V2020_12_06 => "2020-12-06",
        _ => throw new ArgumentOutOfRangeException(nameof(serviceVersion)),
    };

    /// <summary>The cloud that tokens are asked for; the public one when null. Matters with a token credential only.</summary>
    public TableAudience? Audience { get; set; }

    internal string VersionString { get; }

    /// <summary>The versions of the service.</summary>
    public enum ServiceVersion
    {
        /// <summary>2019-02-02.</summary>
        V2019_02_02 = 1,

        /// <summary>2020-12-06.</summary>
        V2020_12_06 = 2,
    }
}

/// <summary>The cloud that tokens are asked for.</summary>
public readonly struct TableAudience : IEquatable<TableAudience>
{
    private readonly string _value;

    /// <summary>A cloud by the address of its storage audience, as <c>https://storage.azure.com</c>.</summary>
    public TableAudience(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        _value = value;
    }

    /// <summary>Azure operated by 21Vianet in China.</summary>
    public static TableAudience AzureChina { get; } = new("AzureChina");

    /// <summary>Azure Government.</summary>
    public static TableAudience AzureGovernment { get; } = new("AzureGov");

    /// <summary>The public cloud.</summary>
    public static TableAudience AzurePublicCloud { get; } = new("AzurePublic");

    /// <summary>The scope to ask a token for.</summary>
    internal string Scope
    {
        get
        {
            var audience = _value switch
            {
                "AzureChina" => "https://storage.azure.cn",
                "AzureGov" => "https://storage.azure.us",
                "AzurePublic" => "https://storage.azure.com",
                _ => _value.TrimEnd('/'),
            };
            return audience.EndsWith("/.default", StringComparison.OrdinalIgnoreCase) ? audience : audience + "/.default";
        }
    }

    /// <summary>Whether they are the same cloud.</summary>
    public static bool operator ==(TableAudience left, TableAudience right) => left.Equals(right);

    /// <summary>Whether they are different clouds.</summary>
    public static bool operator !=(TableAudience left, TableAudience right) => !left.Equals(right);

    /// <summary>A cloud by the address of its storage audience.</summary>
    public static implicit operator TableAudience(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(TableAudience other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object? obj) => obj is TableAudience other && Equals(other);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => _value;
}
