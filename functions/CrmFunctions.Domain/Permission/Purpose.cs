namespace CrmFunctions.Domain.Permission;

/// <summary>Why a message is sent. A message is never both.</summary>
public enum Purpose
{
    /// <summary>About something the customer did or is owed: an order, a perk, an answer. Needs no consent.</summary>
    Transactional,

    /// <summary>营销: meant to bring business. Needs consent, keeps quiet hours and caps, and leaves the control group alone.</summary>
    Marketing,
}

/// <summary>Names of the purposes in JSON and keys.</summary>
public static class Purposes
{
    /// <summary>The name in JSON and keys.</summary>
    public static string Code(this Purpose purpose) =>
        purpose switch
        {
            Purpose.Transactional => "transactional",
            Purpose.Marketing => "marketing",
            _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "No such purpose."),
        };

    /// <summary>The purpose of a name; null where there is none.</summary>
    public static Purpose? FromCode(string? code) =>
        code switch
        {
            "transactional" => Purpose.Transactional,
            "marketing" => Purpose.Marketing,
            _ => null,
        };
}
