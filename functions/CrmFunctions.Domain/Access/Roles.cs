namespace CrmFunctions.Domain.Access;

/// <summary>权限: what callers may do. A function is open to one or several of them; <see cref="Admin"/> may do all.</summary>
[Flags]
public enum Roles
{
    /// <summary>No key is asked for: what is public, or signed in another way.</summary>
    Anonymous = 0,

    /// <summary>Sends events of its own source.</summary>
    Ingest = 1,

    /// <summary>Reads all customers and reports.</summary>
    Viewer = 2,

    /// <summary>Reads its own customers, their duties and messages, and records what was done for them.</summary>
    Owner = 4,

    /// <summary>Cares for the data: who is who, quarantine, imports, quality, export and erasure.</summary>
    Steward = 8,

    /// <summary>Decides the rules: standards, plans, templates, owners, pins.</summary>
    Manager = 16,

    /// <summary>Runs the suite: keys, sources, rebuilds, dead letters; and may do all that the others may.</summary>
    Admin = 32,
}

/// <summary>The names of roles.</summary>
public static class RoleNames
{
    public const string Ingest = "ingest";
    public const string Viewer = "viewer";
    public const string Owner = "owner";
    public const string Steward = "steward";
    public const string Manager = "manager";
    public const string Admin = "admin";

    /// <summary>Those that a key may have.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, Viewer, Owner, Steward, Manager, Admin];

    /// <summary>The name of one role, or of several with "or" between them.</summary>
    public static string Code(this Roles roles) =>
        string.Join(
            " or ",
            Enum.GetValues<Roles>()
                .Where(role => role != Roles.Anonymous && roles.HasFlag(role))
                .Select(role => role.ToString().ToLowerInvariant())
        );

    /// <summary>The role of a name; null where there is none.</summary>
    public static Roles? Parse(string? name) => name is not null && All.Contains(name) ? Enum.Parse<Roles>(name, ignoreCase: true) : null;
}
