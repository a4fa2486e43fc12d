using CrmFunctions.Domain.Identity;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Http;

/// <summary>
/// What an irreversible call would touch, and its revision. Such a call is answered with it first, and carried out when it is sent again
/// with <c>?confirm=</c> and the revision, as long as it would still touch the same.
/// </summary>
/// <param name="Confirm">The revision: 12 characters, another one whenever something of it changes.</param>
/// <param name="Touches">The first 100 of the customers or messages.</param>
/// <param name="Count">How many there are.</param>
public sealed record Confirmation(string Confirm, IReadOnlyList<Touched> Touches, int Count)
{
    private const int MostTold = 100;

    /// <summary>The confirmation of what would be touched.</summary>
    /// <param name="revision">Texts that are others whenever what would be touched has changed, in a fixed order.</param>
    /// <param name="touches">What would be touched.</param>
    public static Confirmation Of(IEnumerable<string> revision, IReadOnlyCollection<Touched> touches) =>
        new(Base32.Hash(string.Join('\n', revision), 12), [.. touches.Take(MostTold)], touches.Count);

    /// <summary>The refusal of a call that does not confirm this; null where it does.</summary>
    public IResult? Ask(HttpRequest request)
    {
        var sent = request.Query["confirm"].ToString();
        if (sent == Confirm)
            return null;
        var problem =
            sent.Length == 0
                ? new Problem(
                    ProblemKind.Unconfirmed,
                    $"Nothing was done. It would touch {Count}: look at them, and send it again with ?confirm={Confirm}."
                )
                : new Problem(
                    ProblemKind.Changed,
                    $"Nothing was done. Since it was shown something has changed: look again, and send it with ?confirm={Confirm}."
                );
        return (problem with { Confirmation = this }).ToResult();
    }
}

/// <summary>One thing that an irreversible call would touch.</summary>
/// <param name="Id">Its id: a customer's, a message's.</param>
/// <param name="Name">What people know it by. Null: nothing.</param>
/// <param name="Detail">What distinguishes it, such as how many events it has.</param>
public sealed record Touched(string Id, string? Name, string? Detail);
