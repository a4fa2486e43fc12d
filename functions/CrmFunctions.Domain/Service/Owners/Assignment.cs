using System.Collections.Immutable;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Service.Plans;

namespace CrmFunctions.Domain.Service.Owners;

/// <summary>A member of the team who owns customers.</summary>
/// <param name="Id">Short name: lower-case letters, digits and dashes.</param>
/// <param name="Name">For people.</param>
/// <param name="Email">Reminders go there. Null: to the team's address.</param>
/// <param name="Skills">What he or she can do.</param>
/// <param name="Capacity">The most customers.</param>
/// <param name="Lead">Id of the owner whom escalations reach. Null: the team.</param>
/// <param name="Leave">When the deputy stands in. Null: never.</param>
public sealed record Owner(string Id, string Name, string? Email, ImmutableHashSet<string> Skills, int Capacity, string? Lead, Leave? Leave)
{
    /// <summary>The list of duties that nobody owns.</summary>
    public const string Pool = "pool";

    /// <summary>Whether the owner may have a customer of a plan at all.</summary>
    public bool Fits(OwnerRule rule) => rule.Skills.All(Skills.Contains);

    /// <summary>Whether the deputy stands in at an instant.</summary>
    public bool IsAway(DateTimeOffset now) => Leave is { } leave && now >= leave.From && now < leave.Until;
}

/// <summary>A time away.</summary>
/// <param name="From">UTC.</param>
/// <param name="Until">Exclusive. UTC.</param>
/// <param name="StandIn">Id of the owner who sees the duties meanwhile.</param>
public sealed record Leave(DateTimeOffset From, DateTimeOffset Until, string StandIn);

/// <summary>责任到人: who is to own a customer.</summary>
/// <remarks>Source: Service/Owners/Owners.md.</remarks>
public static class Assignment
{
    /// <summary>
    /// The owner with the skills who has the most room left for his or her size; of equals the one whom the customer's name picks, so that
    /// two who ask at once get one answer.
    /// </summary>
    /// <param name="team">Everybody, with the number of customers of each.</param>
    /// <param name="rule">What the plan wants.</param>
    /// <param name="customer">The customer's key.</param>
    /// <param name="full">Owners who have turned out to be full.</param>
    /// <param name="now">Who is away gets nobody new. UTC.</param>
    /// <returns>Null: nobody has the skills and room.</returns>
    public static Owner? Choose(
        IEnumerable<(Owner Owner, int Customers)> team,
        OwnerRule rule,
        string customer,
        IReadOnlySet<string> full,
        DateTimeOffset now
    ) =>
        team.Where(member =>
                member.Customers < member.Owner.Capacity
                && member.Owner.Fits(rule)
                && !member.Owner.IsAway(now)
                && !full.Contains(member.Owner.Id)
            )
            .OrderBy(member => (double)member.Customers / member.Owner.Capacity)
            .ThenBy(member => Base32.Hash($"{member.Owner.Id}\n{customer}", 20), StringComparer.Ordinal)
            .Select(member => member.Owner)
            .FirstOrDefault();

    /// <summary>
    /// Who sees an owner's duties at an instant: the owner, or the deputy while the owner is away. A deputy's own deputy is never asked.
    /// </summary>
    public static string Acting(Owner owner, DateTimeOffset now) => owner.IsAway(now) ? owner.Leave!.StandIn : owner.Id;
}
