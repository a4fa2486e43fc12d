using Azure.Data.Tables;
using Azure.Identity;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Backups;

/// <summary>The storage account that a command works on.</summary>
internal static class Account
{
    // Of the Functions host, not ours.
    private static readonly string[] foreign = ["AzureWebJobs", "AzureFunctions"];

    public static readonly IReadOnlyList<Option> Options =
    [
        new("--storage", "CONNECTION", "connection string of the storage (CrmStorage)"),
        new(
            "--account",
            "URL",
            "address of its table service instead, reached by the identity that is signed in (CrmStorage__tableServiceUri)"
        ),
    ];

    /// <exception cref="UsageException">No account is named, or by no address.</exception>
    public static TableServiceClient Open(Arguments arguments, Terminal terminal)
    {
        var connection = arguments.Text("--storage") ?? (arguments.Has("--account") ? null : terminal.Variable("CrmStorage"));
        if (!string.IsNullOrEmpty(connection))
        {
            try
            {
                return new TableServiceClient(connection);
            }
            catch (Exception wrong) when (wrong is FormatException or ArgumentException or InvalidOperationException)
            {
                throw new UsageException($"--storage: {wrong.Message}");
            }
        }

        var address =
            arguments.Text("--account")
            ?? terminal.Variable("CrmStorage__tableServiceUri")
            ?? throw new UsageException("--storage or --account is missing: name the storage account, or set CrmStorage.");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? new TableServiceClient(uri, new DefaultAzureCredential())
            : throw new UsageException($"--account {address}: an address such as https://NAME.table.core.windows.net is wanted.");
    }

    /// <summary>The suite's tables that are there.</summary>
    public static async Task<List<string>> Tables(TableServiceClient account, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var table in account.QueryAsync(cancellationToken: cancellationToken))
        {
            if (!foreign.Any(prefix => table.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                names.Add(table.Name);
        }

        return names;
    }
}
