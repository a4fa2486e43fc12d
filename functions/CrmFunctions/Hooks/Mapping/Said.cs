using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Hooks.Mapping;

/// <summary>One thing that a delivery says happened, in the words of the canonical event.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="About">What it is about, such as <c>order/1001</c>: the readable part of its id.</param>
/// <param name="Customer">Whom.</param>
public sealed record Said(string Type, string About, Identifiers Customer)
{
    /// <summary>
    /// The id of the event, where the provider signs one. Null: what is said is its own name, so that the same thing said again, whoever sends it
    /// under whatever delivery id, is one event, and two things are two.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>When it happened. Null: when it came.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether another time makes it another thing. Not so where the provider gives the time of its telling only.</summary>
    public bool TimeTells { get; init; } = true;

    /// <summary>As of when the provider says so: of two words about one instant the later one counts, whichever came first. Null: as of now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The members of its data, the customer left out.</summary>
    public JsonObject Data { get; init; } = [];
}
