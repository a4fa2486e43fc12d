using CrmFunctions.Cli.Demo.Loading;
using CrmFunctions.Cli.Keys;

namespace CrmFunctions.Cli.Commands;

/// <summary>Where the app is and the key to it, for every command that asks it something.</summary>
internal static class Connection
{
    public static readonly Option Url = new("--url", "URL", "where the app runs (CRM_URL, or http://127.0.0.1:7071)");

    /// <summary>The options of a command that needs a key.</summary>
    /// <param name="roles">The least role that it needs, or several with "and" between them.</param>
    public static IReadOnlyList<Option> Options(string roles) =>
        [Url, new("--key", "KEY", $"a key with the role {roles} (CRM_KEY, or the one that start.sh has made)")];

    /// <exception cref="UsageException">No key, or an address that is none.</exception>
    public static Api Open(Arguments arguments, Terminal terminal)
    {
        var address = AddressOf(arguments, terminal);
        return new(address, role => KeyOf(role, address, arguments, terminal) ?? throw Missing(role), terminal.Clock);
    }

    /// <exception cref="UsageException">No address.</exception>
    public static Uri AddressOf(Arguments arguments, Terminal terminal)
    {
        var url = arguments.Text(Url.Name) ?? terminal.Variable("CRM_URL") ?? "http://127.0.0.1:7071";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"--url {url}: an address such as http://127.0.0.1:7071 is wanted.");
    }

    /// <summary>The key that is given, or the one of a role that the suite on this machine was started with; null where there is none.</summary>
    public static string? KeyOf(string role, Uri address, Arguments arguments, Terminal terminal) =>
        (arguments.Text("--key") ?? terminal.Variable("CRM_KEY")) is { Length: > 0 } key
            ? key
            : LocalKeys.Read(terminal.Variable("CRM_DATA") is { Length: > 0 } folder ? folder : ".data")?.Of(role, address);

    /// <summary>That no key is given.</summary>
    public static UsageException Missing(string role) =>
        new($"--key is missing: give a key with the role {role}, or set CRM_KEY. `crm keys create --role {role}` makes one.");
}
