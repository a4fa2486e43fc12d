using System.Reflection;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Standards;

/// <summary>The standard in force, and the record of every version that was.</summary>
public static class StandardStore
{
    /// <summary>The setting that names a file to take the standard from; empty: the one that ships.</summary>
    public const string FileSetting = "Standard:File";

    /// <summary>Reads the standard in force.</summary>
    /// <exception cref="FormatException">It cannot work; the message says what would be right.</exception>
    public static (Standard Standard, string Json) Read(IConfiguration settings)
    {
        var json = settings[FileSetting] is { Length: > 0 } file ? File.ReadAllText(file) : Shipped();
        return (StandardReader.ReadOrThrow(json), json);
    }

    /// <summary>Records the version, once.</summary>
    public static Task Record(this CrmTables tables, Standard standard, string json, DateTimeOffset now, CancellationToken cancellationToken) =>
        tables.Standards.Add(
            new StandardRow { PartitionKey = standard.Scheme, RowKey = standard.Version, Json = json, FirstUsed = now }, cancellationToken);

    private static string Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("CrmFunctions.Standards.value.json")
            ?? throw new InvalidOperationException("The standard that ships is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A version of a standard that decided or decides.</summary>
public sealed class StandardRow : ITableEntity
{
#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Json { get; set; } = "";

    public DateTimeOffset FirstUsed { get; set; }
#pragma warning restore CS1591
}
