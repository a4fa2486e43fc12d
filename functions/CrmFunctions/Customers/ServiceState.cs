using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Service.Care;

namespace CrmFunctions.Customers;

/// <summary>What the service of a customer has come to: not worked out from the log anew, as it was said or agreed.</summary>
/// <param name="Standings">The tiers as they were announced.</param>
/// <param name="Open">Duties on the list.</param>
/// <param name="Surveyed">The last survey that was asked for. Null: none.</param>
/// <param name="Owner">Id of who owns the customer. Null: nobody.</param>
/// <param name="Placed">The owner's place is taken; else it still has to be.</param>
/// <param name="IsByHand">A person said who owns it: no plan takes it from him or her.</param>
/// <param name="Releases">Owners whose place has to be given back.</param>
/// <param name="Withdrawn">Periods of churn warnings that were wrong, of which the owner still has to be told.</param>
/// <param name="Listed">The list on which the customer stands: an owner's, or the pool's. Null: on none.</param>
/// <param name="Worth">Orders the list, in the standard's currency. Null: no duty was ever open.</param>
public sealed record ServiceState(
    ImmutableArray<AnnouncedTier> Standings,
    ImmutableArray<OpenDuty> Open,
    SurveyRequest? Surveyed,
    string? Owner,
    bool Placed,
    bool IsByHand,
    ImmutableArray<string> Releases,
    ImmutableArray<string> Withdrawn,
    string? Listed,
    decimal? Worth
)
{
    /// <summary>Nothing yet.</summary>
    public static ServiceState Empty { get; } = new([], [], null, null, false, false, [], [], null, null);

    /// <summary>The list on which the customer has to stand; null: on none.</summary>
    [JsonIgnore]
    public string? List => Open.IsEmpty ? null : Owner ?? Domain.Service.Owners.Owner.Pool;

    /// <summary>Nothing is left to be done about owner, list and notes.</summary>
    [JsonIgnore]
    public bool IsSettled => (Owner is null || Placed) && Releases.IsEmpty && Withdrawn.IsEmpty && Listed == List;

    /// <summary>As a column holds it; null where there is nothing.</summary>
    public string? Write() => Equals(Empty) ? null : JsonSerializer.Serialize(this, ServiceStateJson.Default.ServiceState);

    /// <summary>What a column holds.</summary>
    public static ServiceState Read(string? json) =>
        json is null ? Empty : JsonSerializer.Deserialize(json, ServiceStateJson.Default.ServiceState)!;

    /// <summary>Another owner; the place of the one before has to be given back.</summary>
    public ServiceState OwnedBy(string? owner, bool byHand = false) =>
        owner == Owner
            ? this with
            {
                IsByHand = byHand,
            }
            : this with
            {
                Owner = owner,
                Placed = false,
                IsByHand = byHand,
                Releases = [.. Releases.Where(one => one != owner), .. Owner is null ? [] : new[] { Owner }],
            };

    /// <inheritdoc/>
    public bool Equals(ServiceState? other) =>
        other is not null
        && Standings.SequenceEqual(other.Standings)
        && Open.SequenceEqual(other.Open)
        && Surveyed == other.Surveyed
        && Owner == other.Owner
        && Placed == other.Placed
        && IsByHand == other.IsByHand
        && Releases.SequenceEqual(other.Releases)
        && Withdrawn.SequenceEqual(other.Withdrawn)
        && Listed == other.Listed
        && Worth == other.Worth;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Owner, Listed, Open.Length, Standings.Length);
}

/// <summary>JSON inside the column.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ServiceState))]
internal sealed partial class ServiceStateJson : JsonSerializerContext;
