using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Standards;

/// <summary>What decides now.</summary>
/// <param name="Revision">Counts the changes; 0: nothing was read yet.</param>
/// <param name="ChangedAt">When it came to be so. UTC.</param>
/// <param name="Schemes">One or more; the first is the primary one, which gives stage and obligations.</param>
/// <param name="Plans">What tiers get, in the order of the schemes; perhaps none.</param>
public sealed record ActiveStandards(
    int Revision,
    DateTimeOffset ChangedAt,
    ImmutableArray<ActiveScheme> Schemes,
    ImmutableArray<Plan> Plans
)
{
    /// <summary>The scheme of a name; null where none of it is in force.</summary>
    public ActiveScheme? Find(string scheme) => Schemes.FirstOrDefault(each => each.Standard.Scheme == scheme);
}

/// <summary>A scheme in force.</summary>
/// <param name="Standard">The version that decides.</param>
/// <param name="Calibration">The calibration it uses; <see cref="Calibration.None"/> where there is none yet.</param>
public sealed record ActiveScheme(Standard Standard, Calibration Calibration);

/// <summary>Names of what is in force, as stored.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Standard">Version of its standard.</param>
/// <param name="Calibration">Version of its calibration.</param>
public sealed record SchemeNames(string Scheme, string Standard, string Calibration);

/// <summary>Names of a plan in force, as stored.</summary>
/// <param name="Scheme">The scheme whose tiers it serves.</param>
/// <param name="Version">Its version.</param>
public sealed record PlanNames(string Scheme, string Version);

/// <summary>The one row that says what is in force.</summary>
public sealed class ActiveStandardsRow : ITableEntity
{
    /// <summary>The partition, beside those of the schemes: no scheme can have this name.</summary>
    public const string Partition = "@in-force";

    /// <summary>The row.</summary>
    public const string Key = "schemes";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public int Revision { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>JSON list of <see cref="SchemeNames"/>.</summary>
    public string Schemes { get; set; } = "[]";

    /// <summary>JSON list of <see cref="PlanNames"/>.</summary>
    public string Plans { get; set; } = "[]";

    /// <summary>
    /// Version of the standard that the settings brought last: a file that has not changed does not undo what was put since.
    /// </summary>
    public string Seeded { get; set; } = "";
}

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(SchemeNames[]))]
[JsonSerializable(typeof(PlanNames[]))]
internal sealed partial class ActiveStandardsJson : JsonSerializerContext;
