using Microsoft.Data.Sqlite;

namespace LocalServiceBus;

/// <summary>The one connection to a broker file and its prepared statements. Not safe for several threads at once.</summary>
/// <remarks>
/// WAL with synchronous=NORMAL: a commit is in the operating system's hands before it is acknowledged, so a killed process
/// loses nothing; a power cut can lose the last commits, and never damages the file. The connection holds the file alone.
/// </remarks>
internal sealed class BrokerFile : IDisposable
{
    private const int ApplicationId = 0x43524D42;

    private readonly Dictionary<string, SqliteCommand> statements = [];
    private readonly SqliteConnection connection;
    private readonly string file;

    /// <summary>Opens the file, and makes it if it is not there.</summary>
    /// <exception cref="BrokerException">The file cannot be opened, is in use, is damaged, or is not a broker's.</exception>
    public BrokerFile(string file)
    {
        this.file = file;
        // The time-out bounds how long a file that another server holds is waited for, in seconds.
        connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString()
        );
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            connection.Open();
            Prepare();
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (e is SqliteException or IOException or UnauthorizedAccessException)
                throw Translate(e);
            throw;
        }
    }

    /// <summary>Does some work in one transaction: all of it is stored, or, if it throws, nothing.</summary>
    /// <exception cref="BrokerException">The file could not be read or written.</exception>
    public void InTransaction(Action work)
    {
        try
        {
            Run("BEGIN IMMEDIATE");
            try
            {
                work();
                Run("COMMIT");
            }
            catch
            {
                Rollback();
                throw;
            }
        }
        catch (SqliteException e)
        {
            throw Translate(e);
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows changed.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs a statement that gives one number.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(sql, parameters).ExecuteScalar() as long?;

    /// <summary>Runs a statement that gives rows, and reads them all.</summary>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!statements.TryGetValue(sql, out var command))
        {
            statements[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        return command;
    }

    private void Prepare()
    {
        // Before anything is read: the file is this connection's until it is closed, or its process ends.
        Once("PRAGMA locking_mode = EXCLUSIVE");
        if (
            Scalar("PRAGMA application_id") is not 0 and not ApplicationId
            || (Scalar("PRAGMA application_id") == 0 && Scalar("SELECT count(*) FROM sqlite_master") > 0)
        )
            throw Broken("is a SQLite database, but not one of the local Service Bus. Name another file.");

        Once("PRAGMA journal_mode = WAL");
        Once("PRAGMA synchronous = NORMAL");
        InTransaction(() =>
        {
            var version = Scalar("PRAGMA user_version");
            if (version == 0)
                Once(Schema.Create + $"; PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Schema.Version}");
            else if (version is 1)
                throw Broken("is of schema version 1, which this server does not read. Drain it with the version before, or delete it.");
            else if (version != Schema.Version)
                throw Broken(
                    $"is of schema version {version}, and this server reads version {Schema.Version}. Use the server that wrote it."
                );
        });
        if (Rows("PRAGMA quick_check(1)", row => row.GetString(0)) is not ["ok"] and var found)
            throw Broken($"is damaged ({string.Join("; ", found)}). Restore it from a copy, or delete it.");
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
    private BrokerException Translate(Exception exception) =>
        (exception as SqliteException)?.SqliteErrorCode switch
        {
            5 or 6 => Broken("is in use by another server. Stop that one, or name another file.", exception, BrokerError.InUse),
            11 => Broken("is damaged. Restore it from a copy, or delete it.", exception),
            13 => Broken("cannot grow: the disk is full.", exception, BrokerError.QuotaExceeded),
            26 => Broken("is not a SQLite database, or its first page is damaged. Name another file, or delete it.", exception),
            null or 8 or 10 or 14 => Broken(
                "cannot be read or written. Name a file in a folder where this user may write.",
                exception,
                BrokerError.Unavailable
            ),
            _ => Broken("could not be used.", exception),
        };

    private BrokerException Broken(string what, Exception? inner = null, BrokerError error = BrokerError.Unusable) =>
        new(error, $"The broker file '{file}' {what}{(inner is null ? "" : " " + inner.Message)}", inner);
}
