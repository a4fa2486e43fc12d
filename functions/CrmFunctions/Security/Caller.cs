using CrmFunctions.Domain.Access;

namespace CrmFunctions.Security;

/// <summary>Who a request was signed in as.</summary>
/// <param name="Name">Of the key or the person: what stands in records as who did it.</param>
/// <param name="Role">One role.</param>
/// <param name="Sources">Of <see cref="Roles.Ingest"/>: the sources whose events it may send. Null: any but the suite's own.</param>
/// <param name="Owner">Of <see cref="Roles.Owner"/>: the owner whose customers it may see.</param>
public sealed record Caller(string Name, Roles Role, IReadOnlyList<string>? Sources = null, string? Owner = null)
{
    private static readonly AsyncLocal<Caller?> current = new();

    /// <summary>Who calls the function that runs here. Null: nobody does, it is a timer's or a queue's, or no key is asked for.</summary>
    public static Caller? Current
    {
        get => current.Value;
        internal set => current.Value = value;
    }

    /// <summary>Who does it, as it stands in records.</summary>
    public static string CurrentName => Current?.Name ?? "the suite";

    /// <summary>Whether the role opens a function of these roles.</summary>
    public bool May(Roles roles) => Role == Roles.Admin || roles.HasFlag(Role);

    /// <summary>Whether the caller may see a customer of an owner. Only the role owner is held to its own.</summary>
    public static bool MaySee(string? owner) =>
        Current is not { Role: Roles.Owner } caller || (caller.Owner is not null && caller.Owner == owner);
}
