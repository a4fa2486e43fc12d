using CrmFunctions.Domain.Events;
using CrmFunctions.Security;

namespace CrmFunctions.Events;

/// <summary>
/// What a key that sends events may say. It speaks for its own source, whose ids nobody else can use up, and not for people: what another
/// role decides is no event from outside.
/// </summary>
internal static class IngestScope
{
    /// <summary>The source of the suite's own events.</summary>
    public const string OwnSource = CustomerEvent.OwnSource;

    /// <summary>What is beyond the caller's key; null: nothing.</summary>
    public static FieldProblem? Problem(CustomerEvent happened) =>
        Caller.Current is not { Role: Roles.Ingest } caller ? null
        : caller.Source is { } own && happened.Source != own
            ? new FieldProblem("source", $"must be {own}: the key sends events of this source only")
        : happened.Source == OwnSource
            ? new FieldProblem("source", $"must not be {OwnSource}, which is the suite's own; name the system that sends")
        : happened.What switch
        {
            TierPinned or TierUnpinned => new FieldProblem("type", "is decided by the role manager: PUT /api/customers/{id}/pin"),
            PotentialRated => new FieldProblem("type", "is decided by the roles owner and manager: POST /api/customers/{id}/ratings"),
            ConsentChanged { Granted: true } when caller.Source is null => new FieldProblem(
                "data.granted",
                "is taken from the source to which it was granted only: use a key of that source"
            ),
            _ => null,
        };
}
