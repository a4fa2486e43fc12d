using Microsoft.Data.Sqlite;

namespace LocalServiceBus.Tests;

/// <summary>Looks into a broker file from outside.</summary>
internal static class RawFile
{
    public static long Scalar(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : -1;
    }
}
