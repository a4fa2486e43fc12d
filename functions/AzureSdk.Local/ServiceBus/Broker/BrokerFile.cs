using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace AzureSdk.Local.ServiceBus;

/// <summary>The one connection of this process to a broker file, its transactions and its prepared statements.</summary>
/// <remarks>
/// WAL with synchronous=NORMAL: a commit is in the operating system's hands before it is acknowledged, so a killed process
/// loses nothing; a power cut can lose the last commits, and never damages the file.
/// </remarks>
internal sealed class BrokerFile : IDisposable
{
    private const int ApplicationId = 0x43524D42;
    private const int SchemaVersion = 1;
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<string, SqliteCommand> statements = [];
    private readonly SqliteConnection connection;
    private readonly string file;
    private long seenVersion;
    private bool closed;

    /// <summary>Opens the file, and makes it if it is not there.</summary>
    /// <exception cref="ServiceBusException">The file cannot be opened, is damaged, or is not a broker's.</exception>
    public BrokerFile(string file)
    {
        this.file = file;
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            connection.Open();
            Prepare();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw Translate(e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Does some work in one transaction: all of it is stored, or, if it throws, nothing.</summary>
    /// <exception cref="ServiceBusException">The file could not be read or written.</exception>
    public T InTransaction<T>(Func<T> work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(ServiceBusClient));
            try
            {
                Run("BEGIN IMMEDIATE");
                T result;
                try
                {
                    result = work();
                    Run("COMMIT");
                }
                catch
                {
                    Rollback();
                    throw;
                }

                return result;
            }
            catch (SqliteException e)
            {
                throw Translate(e);
            }
        }
    }

    /// <summary>Whether another process has changed the file since the last time this was asked.</summary>
    public bool ChangedByOthers()
    {
        lock (gate)
        {
            if (closed) return false;
            var version = Scalar("PRAGMA data_version") ?? 0;
            var changed = version != seenVersion;
            seenVersion = version;
            return changed;
        }
    }

    /// <summary>Runs a statement. Only inside <see cref="InTransaction"/>.</summary>
    /// <returns>The number of rows changed.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs a statement that gives one number. Only inside <see cref="InTransaction"/>.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteScalar() as long?;

    /// <summary>Runs a statement that gives rows, and reads them all. Only inside <see cref="InTransaction"/>.</summary>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
            foreach (var statement in statements.Values) statement.Dispose();
            connection.Dispose();
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!statements.TryGetValue(sql, out var command))
        {
            statements[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        for (var i = 0; i < parameters.Length; i++) command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        return command;
    }

    private void Prepare()
    {
        Once($"PRAGMA busy_timeout = {(int)BusyTimeout.TotalMilliseconds}");
        if (Scalar("PRAGMA application_id") is not 0 and not ApplicationId || (Scalar("PRAGMA application_id") == 0 && Scalar("SELECT count(*) FROM sqlite_master") > 0))
            throw Broken("is a SQLite database, but not one of the local Service Bus broker", null);

        Once("PRAGMA journal_mode = WAL");
        Once("PRAGMA synchronous = NORMAL");
        InTransaction(() =>
        {
            var version = Scalar("PRAGMA user_version");
            if (version == 0)
                Once(Schema.Create + $"; PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}");
            else if (version != SchemaVersion)
                throw Broken($"is of schema version {version}, and this broker reads version {SchemaVersion}", null);
            return true;
        });
        if (Rows("PRAGMA quick_check(1)", row => row.GetString(0)) is not ["ok"] and var found) throw Broken($"is damaged ({string.Join("; ", found)})", null);
        seenVersion = Scalar("PRAGMA data_version") ?? 0;
    }

    private void Once(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Rollback()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself; the first exception says why.
        }
    }

    // Primary result codes: https://www.sqlite.org/rescode.html
    private ServiceBusException Translate(Exception exception) => exception is not SqliteException sqlite
        ? Broken("cannot be opened", exception, ServiceBusFailureReason.ServiceCommunicationProblem)
        : sqlite.SqliteErrorCode switch
        {
            5 or 6 => Broken($"was locked by another process for {BusyTimeout.TotalSeconds:0} s", exception, ServiceBusFailureReason.ServiceBusy),
            11 => Broken("is damaged", exception),
            13 => Broken("cannot grow: the disk is full", exception, ServiceBusFailureReason.QuotaExceeded),
            26 => Broken("is not a SQLite database, or its first page is damaged", exception),
            8 or 10 or 14 => Broken("cannot be read or written", exception, ServiceBusFailureReason.ServiceCommunicationProblem),
            _ => Broken("could not be used", exception),
        };

    private ServiceBusException Broken(
        string what, Exception? inner, ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError) =>
        new($"The broker file '{file}' {what}.{(inner is null ? "" : " " + inner.Message)}", reason, innerException: inner);
}
