namespace CrmFunctions.Http;

/// <summary>The codes of <see cref="OutgoingRefusedException"/>. They are stored and counted: never change one.</summary>
public static class OutgoingRefusal
{
    /// <summary>Neither https, nor http to loopback where that is allowed.</summary>
    public const string Scheme = "outgoing-scheme";

    /// <summary>The URL carries a user or password before the host.</summary>
    public const string UserInfo = "outgoing-user-info";

    /// <summary>A port other than 443, 8443 and the configured ones.</summary>
    public const string Port = "outgoing-port";

    /// <summary>A host name that can only mean this machine or its network: <c>localhost</c>, <c>*.internal</c>, one label.</summary>
    public const string Name = "outgoing-name";

    /// <summary>The host is, or resolves only to, addresses outside the public internet.</summary>
    public const string Address = "outgoing-address";
}

/// <summary>An outgoing request was refused before a byte of it left. Sending the same again is refused again.</summary>
/// <param name="code">One of <see cref="OutgoingRefusal"/>.</param>
public sealed class OutgoingRefusedException(string code) : Exception($"The outgoing request was refused: {code}.")
{
    /// <summary>One of <see cref="OutgoingRefusal"/>.</summary>
    public string Code => code;
}
