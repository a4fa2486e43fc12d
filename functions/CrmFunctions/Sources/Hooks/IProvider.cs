using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.Sources.Hooks.Providers;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks;

/// <summary>What one provider of webhooks does in its own way: how it signs, what it says, and which answer it needs.</summary>
public interface IProvider
{
    /// <summary>As it stands in a source's <c>provider</c>.</summary>
    string Name { get; }

    /// <summary>What a source of it must have.</summary>
    ProviderRules Rules { get; }

    /// <summary>Headers that it signs with or says something in: what is kept of a delivery beside its body.</summary>
    IReadOnlyList<string> Headers { get; }

    /// <summary>Members of the query of the same kind. Never one that holds a secret.</summary>
    IReadOnlyList<string> Query => [];

    /// <summary>
    /// Holds a delivery to the secrets of its source, over the raw bytes and in constant time, before anything is parsed.
    /// </summary>
    SignatureCheck Verify(Delivery delivery, SourceInForce source);

    /// <summary>
    /// Answers what asks for an answer and says nothing, such as the test of an address. Null: it is an ordinary delivery.
    /// </summary>
    IResult? Greet(Delivery delivery, SourceInForce source) => null;

    /// <summary>What the delivery calls itself, for people who look for it. It may be signed by nobody.</summary>
    string? TopicOf(Delivery delivery);

    /// <summary>
    /// Says what an authentic delivery means. What it cannot make out it keeps aside; it throws for nothing but a mistake of ours.
    /// </summary>
    void Map(Delivery delivery, SourceInForce source, MappingResult mapping);

    /// <summary>The answer to what is in the log.</summary>
    IResult Answer(Delivery delivery, DeliveryReceipt receipt) => TypedResults.Json(receipt, HooksJson.Default.DeliveryReceipt);
}

/// <summary>Whether a delivery is from its source.</summary>
/// <param name="Key">Name of the secret that it was signed with. Null: none of those in force.</param>
/// <param name="SignedAt">When, where the provider signs its time; it must be now. Null: it signs none.</param>
/// <param name="Trusted">Parts of a batch that the signature covers. Null: all of it.</param>
public readonly record struct SignatureCheck(string? Key, DateTimeOffset? SignedAt = null, int? Trusted = null)
{
    /// <summary>Signed with no secret in force.</summary>
    public static SignatureCheck Refused => default;

    /// <summary>Whether it is from its source, were it signed in time.</summary>
    public bool Authentic => Key is not null;
}

/// <summary>What became of a delivery.</summary>
/// <param name="Accepted">Events new to the log.</param>
/// <param name="Duplicates">Events that the log had.</param>
/// <param name="Kept">Parts kept aside, to be looked at.</param>
public sealed record DeliveryReceipt(int Accepted, int Duplicates, int Kept);
