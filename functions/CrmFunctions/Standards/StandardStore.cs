using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Standards.Calibrations;
using CrmFunctions.Standards.Plans;
using CrmFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Standards;

/// <summary>What is in force, and the record of every version that was.</summary>
public sealed class StandardStore(CrmTables tables, CalibrationStore calibrations, PlanStore plans)
{
    /// <summary>The setting that names a file to take the first standard from; empty: the one that ships.</summary>
    public const string FileSetting = "Standard:File";

    /// <summary>Reads the standard that the settings bring.</summary>
    /// <exception cref="FormatException">It cannot work; the message says what would be right.</exception>
    public static (Standard Standard, string Json) Read(IConfiguration settings)
    {
        var json = settings[FileSetting] is { Length: > 0 } file ? File.ReadAllText(file) : Shipped();
        return (StandardReader.ReadOrThrow(json), json);
    }

    /// <summary>Records a version, once.</summary>
    public Task Record(Standard standard, string json, DateTimeOffset now, CancellationToken cancellationToken) =>
        tables.Standards.Add(
            new StandardRow
            {
                PartitionKey = standard.Scheme,
                RowKey = standard.Version,
                Json = json,
                FirstUsed = now,
            },
            cancellationToken
        );

    /// <summary>A version on record; null where there is none.</summary>
    public Task<StandardRow?> Find(string scheme, string version, CancellationToken cancellationToken) =>
        IsKey(scheme) && IsKey(version)
            ? tables.Standards.Get<StandardRow>(scheme, version, cancellationToken)
            : Task.FromResult<StandardRow?>(null);

    /// <summary>Says how far a rollout has come.</summary>
    public Task PutRollout(RolloutRow row, CancellationToken cancellationToken) => tables.Standards.Put(row, cancellationToken);

    /// <summary>How far the last rollout has come; null where there was none.</summary>
    public Task<RolloutRow?> ReadRollout(CancellationToken cancellationToken) =>
        tables.Standards.Get<RolloutRow>(ActiveStandardsRow.Partition, RolloutRow.Key, cancellationToken);

    /// <summary>The row that says what is in force; null: nothing yet.</summary>
    public Task<ActiveStandardsRow?> ReadRow(CancellationToken cancellationToken) =>
        tables.Standards.Get<ActiveStandardsRow>(ActiveStandardsRow.Partition, ActiveStandardsRow.Key, cancellationToken);

    /// <summary>Writes it, first or over the one that was read.</summary>
    /// <returns>False where another process was faster.</returns>
    public Task<bool> Write(ActiveStandardsRow row, ActiveStandardsRow? read, CancellationToken cancellationToken) =>
        read is null ? tables.Standards.Add(row, cancellationToken) : tables.Standards.Replace(row, read.ETag, cancellationToken);

    /// <summary>The names in a row.</summary>
    public static ImmutableArray<SchemeNames> NamesOf(ActiveStandardsRow row) =>
        [.. JsonSerializer.Deserialize(row.Schemes, ActiveStandardsJson.Default.SchemeNamesArray)!];

    /// <summary>The names as a column holds them.</summary>
    public static string Written(IEnumerable<SchemeNames> names) =>
        JsonSerializer.Serialize([.. names], ActiveStandardsJson.Default.SchemeNamesArray);

    /// <summary>Standards, calibrations and plans of a row. What is in force already is not read again.</summary>
    /// <exception cref="InvalidOperationException">The record has not what the row names.</exception>
    public async Task<ActiveStandards> Load(ActiveStandardsRow row, ActiveStandards known, CancellationToken cancellationToken)
    {
        var schemes = ImmutableArray.CreateBuilder<ActiveScheme>();
        foreach (var names in NamesOf(row))
        {
            var before = known.Find(names.Scheme);
            var standard = before?.Standard.Version == names.Standard ? before.Standard : await ReadStandard(names, cancellationToken);
            var calibration =
                before?.Calibration.Version == names.Calibration ? before.Calibration : await ReadCalibration(names, cancellationToken);
            schemes.Add(new ActiveScheme(standard, calibration));
        }

        return new ActiveStandards(row.Revision, row.ChangedAt, schemes.ToImmutable(), await plans.Load(row, known, cancellationToken));
    }

    private async Task<Standard> ReadStandard(SchemeNames names, CancellationToken cancellationToken)
    {
        var row =
            await Find(names.Scheme, names.Standard, cancellationToken)
            ?? throw new InvalidOperationException($"Standard {names.Scheme}@{names.Standard} is in force and not on record.");
        return StandardReader.ReadOrThrow(row.Json);
    }

    private async Task<Calibration> ReadCalibration(SchemeNames names, CancellationToken cancellationToken) =>
        names.Calibration == Calibration.None.Version
            ? Calibration.None
            : await calibrations.Read(names.Scheme, names.Calibration, cancellationToken)
                ?? throw new InvalidOperationException($"Calibration {names.Calibration} of {names.Scheme} is in force and not on record.");

    private static bool IsKey(string text) =>
        text.Length is > 0 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static string Shipped()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("CrmFunctions.Standards.value.json")
            ?? throw new InvalidOperationException("The standard that ships is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A version of a standard that decided, decides, or waits for its calibration.</summary>
public sealed class StandardRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Json { get; set; } = "";

    public DateTimeOffset FirstUsed { get; set; }
}
