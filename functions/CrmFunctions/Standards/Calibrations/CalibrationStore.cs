using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Storage;

namespace CrmFunctions.Standards.Calibrations;

/// <summary>Calibrations made, and how the last run went: one partition for each scheme.</summary>
public sealed class CalibrationStore(CrmTables tables)
{
    private const string BodyPrefix = "body-";

    /// <summary>Keeps a calibration with what became of it; body and summary in one transaction.</summary>
    public async Task Put(string scheme, Calibration calibration, CalibrationRow row, CancellationToken cancellationToken)
    {
        var json = CalibrationText.Write(calibration);
        var packed = Packing.Pack(stream => stream.Write(json));
        (row.PartitionKey, row.RowKey) = (scheme, CalibrationRow.Prefix + calibration.Version);
        var done = await tables.Calibrations.Transact(
            [
                new TableTransactionAction(
                    TableTransactionActionType.UpsertReplace,
                    PackedRow.Of(scheme, BodyPrefix + calibration.Version, packed)
                ),
                new TableTransactionAction(TableTransactionActionType.UpsertReplace, row),
            ],
            cancellationToken
        );
        if (!done)
            throw new InvalidOperationException($"Calibration {calibration.Version} could not be kept.");
    }

    /// <summary>A calibration; null where there is none of this version.</summary>
    public async Task<Calibration?> Read(string scheme, string version, CancellationToken cancellationToken)
    {
        if (await tables.Calibrations.Get<PackedRow>(scheme, BodyPrefix + version, cancellationToken) is not { } row)
            return null;
        var json = new MemoryStream();
        await using var unpacked = Packing.Unpack(PackedRow.Join(row));
        await unpacked.CopyToAsync(json, cancellationToken);
        return CalibrationText.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    /// <summary>What became of a calibration; null where there is none of this version.</summary>
    public Task<CalibrationRow?> Find(string scheme, string version, CancellationToken cancellationToken) =>
        tables.Calibrations.Get<CalibrationRow>(scheme, CalibrationRow.Prefix + version, cancellationToken);

    /// <summary>All calibrations of a scheme, newest first.</summary>
    public async Task<IReadOnlyList<CalibrationRow>> List(string scheme, CancellationToken cancellationToken)
    {
        var until = CalibrationRow.Prefix + "~";
        var rows = new List<CalibrationRow>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {scheme} and RowKey ge {CalibrationRow.Prefix} and RowKey lt {until}");
        await foreach (var row in tables.Calibrations.QueryAsync<CalibrationRow>(filter, cancellationToken: cancellationToken))
            rows.Add(row);
        return [.. rows.OrderByDescending(row => row.MadeAt).ThenBy(row => row.RowKey, StringComparer.Ordinal)];
    }

    /// <summary>How the last run of a scheme went; null: there was none.</summary>
    public Task<CalibrationRunRow?> ReadRun(string scheme, CancellationToken cancellationToken) =>
        tables.Calibrations.Get<CalibrationRunRow>(scheme, CalibrationRunRow.Key, cancellationToken);

    /// <summary>Writes how a run goes. The later word counts.</summary>
    public Task PutRun(CalibrationRunRow run, CancellationToken cancellationToken) => tables.Calibrations.Put(run, cancellationToken);

    /// <summary>Sentences and shifts as columns hold them.</summary>
    public static (string Reasons, string Shifts) Written(GuardVerdict verdict) =>
        (
            JsonSerializer.Serialize([.. verdict.Reasons], CalibrationStoreJson.Default.StringArray),
            JsonSerializer.Serialize([.. verdict.Shifts.Take(50)], CalibrationStoreJson.Default.ShiftArray)
        );

    /// <summary>Sentences of a column.</summary>
    public static string[] ReasonsOf(CalibrationRow row) =>
        JsonSerializer.Deserialize(row.Reasons, CalibrationStoreJson.Default.StringArray)!;

    /// <summary>Shifts of a column.</summary>
    public static Shift[] ShiftsOf(CalibrationRow row) => JsonSerializer.Deserialize(row.Shifts, CalibrationStoreJson.Default.ShiftArray)!;
}

/// <summary>A calibration made, and what became of it.</summary>
public sealed class CalibrationRow : ITableEntity
{
    /// <summary>Row keys begin with this; the version follows.</summary>
    public const string Prefix = "made-";

    /// <summary>It was put into force.</summary>
    public const string Used = "used";

    /// <summary>The guard kept the last one.</summary>
    public const string Held = "held";

    /// <summary>Next to nothing had moved, so the last one stays and nobody is decided again.</summary>
    public const string Unmoved = "unmoved";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset MadeAt { get; set; }

    public DateTimeOffset At { get; set; }

    public string Standard { get; set; } = "";

    public long Customers { get; set; }

    public string Outcome { get; set; } = "";

    public string Reasons { get; set; } = "[]";

    public string Shifts { get; set; } = "[]";

    public string? Model { get; set; }

    /// <summary>The version.</summary>
    public string Version => RowKey[Prefix.Length..];
}

/// <summary>How the last run of a scheme went or goes.</summary>
public sealed class CalibrationRunRow : ITableEntity
{
    /// <summary>The row key.</summary>
    public const string Key = "run";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>queued, reading, fitting, done.</summary>
    public string Status { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Customers read so far.</summary>
    public long Read { get; set; }

    public string? Outcome { get; set; }

    public string? Version { get; set; }

    /// <summary>Why the last calibration was kept; empty: there is nothing to be alarmed about.</summary>
    public string? Alarm { get; set; }
}

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Shift[]))]
internal sealed partial class CalibrationStoreJson : JsonSerializerContext;
