namespace Azure.Data.Tables;

/// <summary>A storage connection string: where the tables are, and the key to them.</summary>
internal sealed record TableConnectionString(Uri Endpoint, TableSharedKeyCredential Credential)
{
    // Public and the same everywhere: the account of the emulators.
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <exception cref="FormatException">
    /// It is neither <c>UseDevelopmentStorage=true</c> nor has an AccountName, an AccountKey and either a TableEndpoint or an EndpointSuffix.
    /// </exception>
    public static TableConnectionString Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var settings = Settings(connectionString);
        if (settings.GetValueOrDefault("UseDevelopmentStorage")?.Equals("true", StringComparison.OrdinalIgnoreCase) == true)
        {
            var proxy = new UriBuilder(settings.GetValueOrDefault("DevelopmentStorageProxyUri") ?? "http://127.0.0.1") { Port = 10002, Path = EmulatorAccount };
            return new(proxy.Uri, new TableSharedKeyCredential(EmulatorAccount, EmulatorKey));
        }

        if (!settings.TryGetValue("AccountName", out var account) || !settings.TryGetValue("AccountKey", out var key))
            throw new FormatException("No valid combination of account information found: AccountName and AccountKey are needed.");
        var protocol = settings.GetValueOrDefault("DefaultEndpointsProtocol") ?? "https";
        var endpoint = settings.TryGetValue("TableEndpoint", out var explicitly) ? explicitly
            : settings.TryGetValue("EndpointSuffix", out var suffix) ? $"{protocol}://{account}.table.{suffix}"
            : throw new FormatException("No valid combination of account information found: TableEndpoint or EndpointSuffix is needed.");
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            ? new(uri, new TableSharedKeyCredential(account, key))
            : throw new FormatException("The table endpoint of the connection string is not an absolute address.");
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var segment in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Values may have '=' in them: keys end with it.
            var equals = segment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException("The connection string has a part without a name and a value.");
            settings[segment[..equals].Trim()] = segment[(equals + 1)..].Trim();
        }

        return settings;
    }
}
