using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Events;
using CrmFunctions.Security;

namespace CrmFunctions.Events;

/// <summary>
/// What an event from outside may say. It speaks for the sources of its key, so that nobody else can use up their ids, and never for the
/// suite or for people who decide here.
/// </summary>
public static class IngestScope
{
    /// <summary>What is beyond the key that an event came with; null: nothing.</summary>
    public static FieldProblem? Problem(CustomerEvent happened) =>
        Caller.Current is not { Role: Roles.Ingest } caller ? null
        : caller.Sources is { } own && !own.Contains(happened.Source)
            ? new FieldProblem("source", $"must be {string.Join(" or ", own)}: the key sends events of no other source")
        : happened.Source == CustomerEvent.OwnSource ? OfTheSuite("source")
        : Decided("type", EventTypes.Of(happened.What.GetType()));

    /// <summary>The refusal of the suite's own name for a source.</summary>
    public static FieldProblem OfTheSuite(string field) =>
        new(field, $"must not be {CustomerEvent.OwnSource}, which names the suite's own events; name the system that sends");

    /// <summary>The refusal of a type that people decide; null where it is another.</summary>
    public static FieldProblem? Decided(string field, string type) =>
        !EventTypes.Decided.Contains(type) ? null
        : type == EventTypes.PotentialRated
            ? new FieldProblem(field, $"must not be {type}: the roles owner and manager rate, by POST /api/customers/{{id}}/ratings")
        : new FieldProblem(field, $"must not be {type}: the role manager pins tiers, by PUT and DELETE /api/customers/{{id}}/pin");
}
