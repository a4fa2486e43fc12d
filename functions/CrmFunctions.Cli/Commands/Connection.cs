using CrmFunctions.Cli.Demo.Loading;

namespace CrmFunctions.Cli.Commands;

/// <summary>Where the app is and the key to it, for every command that asks it something.</summary>
internal static class Connection
{
    public static readonly IReadOnlyList<Option> Options =
    [
        new("--url", "URL", "where the app runs (CRM_URL, or http://127.0.0.1:7071)"),
        new("--key", "KEY", "its function key (CRM_KEY)"),
    ];

    /// <exception cref="UsageException">No key, or an address that is none.</exception>
    public static Api Open(Arguments arguments, Terminal terminal)
    {
        var url = arguments.Text("--url") ?? terminal.Variable("CRM_URL") ?? "http://127.0.0.1:7071";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new UsageException($"--url {url}: an address such as http://127.0.0.1:7071 is wanted.");
        var key = arguments.Text("--key") ?? terminal.Variable("CRM_KEY");
        return string.IsNullOrEmpty(key)
            ? throw new UsageException("--key is missing: give the function key that `scripts/start.sh` printed, or set CRM_KEY.")
            : new Api(address, key, terminal.Clock);
    }
}
