namespace AzureSdk.Local.ServiceBus;

/// <summary>
/// A connection string of the official emulator's form with the key <c>BrokerFile</c> and, if the queues are not in
/// <c>servicebus.json</c> beside the program, <c>QueuesFile</c>. Paths are relative to the current directory.
/// </summary>
/// <param name="Host">The namespace's host name.</param>
/// <param name="BrokerFile">The full path of the broker's file.</param>
/// <param name="QueuesFile">The full path of the queues' file.</param>
internal sealed record LocalConnectionString(string Host, string BrokerFile, string QueuesFile)
{
    /// <summary>What every refusal of a connection string shows.</summary>
    public const string Form =
        "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;BrokerFile=<path>[;QueuesFile=<path>]";

    /// <summary>Reads a connection string; keys are compared without regard to case.</summary>
    /// <exception cref="FormatException">It is not made of key=value pairs, or its endpoint is not an address.</exception>
    /// <exception cref="ArgumentException">It names no broker file.</exception>
    public static LocalConnectionString Parse(string connectionString)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw new FormatException($"The Service Bus connection string is not of the form {Form}");
            values[pair[..at].Trim()] = pair[(at + 1)..].Trim();
        }

        if (!values.TryGetValue("Endpoint", out var endpoint)
            || !Uri.TryCreate(endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "sb://" + endpoint, UriKind.Absolute, out var uri))
            throw new FormatException($"The Service Bus connection string has no Endpoint; the form is {Form}");
        if (!values.TryGetValue("BrokerFile", out var file) || file.Length == 0)
        {
            throw new ArgumentException(
                $"The local Service Bus broker is a file, and the connection string names none: {Form}. To reach Azure, build with AzureSdk=nuget.",
                nameof(connectionString));
        }

        return new LocalConnectionString(
            uri.Host,
            Path.GetFullPath(file),
            values.TryGetValue("QueuesFile", out var queues) ? Path.GetFullPath(queues) : Path.Combine(AppContext.BaseDirectory, "servicebus.json"));
    }
}
