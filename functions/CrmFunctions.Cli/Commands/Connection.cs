using CrmFunctions.Cli.Demo.Loading;

namespace CrmFunctions.Cli.Commands;

/// <summary>Where the app is and the key to it, for every command that asks it something.</summary>
internal static class Connection
{
    public static readonly Option Url = new("--url", "URL", "where the app runs (CRM_URL, or http://127.0.0.1:7071)");

    public static readonly IReadOnlyList<Option> Options = [Url, new("--key", "KEY", "its function key (CRM_KEY)")];

    /// <exception cref="UsageException">No key, or an address that is none.</exception>
    public static Api Open(Arguments arguments, Terminal terminal) =>
        new(
            AddressOf(arguments, terminal),
            KeyOf(arguments, terminal)
                ?? throw new UsageException("--key is missing: give the function key that `scripts/start.sh` printed, or set CRM_KEY."),
            terminal.Clock
        );

    /// <exception cref="UsageException">No address.</exception>
    public static Uri AddressOf(Arguments arguments, Terminal terminal)
    {
        var url = arguments.Text(Url.Name) ?? terminal.Variable("CRM_URL") ?? "http://127.0.0.1:7071";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"--url {url}: an address such as http://127.0.0.1:7071 is wanted.");
    }

    /// <summary>The key; null where none is given.</summary>
    public static string? KeyOf(Arguments arguments, Terminal terminal) =>
        (arguments.Text("--key") ?? terminal.Variable("CRM_KEY")) is { Length: > 0 } key ? key : null;
}
