namespace CrmFunctions.Domain.Service;

/// <summary>Something we owe a customer now: a closed set of kinds.</summary>
/// <param name="Kind">What.</param>
/// <param name="Period">The episode it belongs to; with the kind it names the obligation for ever, so that it is met once.</param>
/// <param name="Since">From when on it is owed. UTC.</param>
public sealed record Obligation(ObligationKind Kind, string Period, DateTimeOffset Since)
{
    /// <summary>Kind and period as one name.</summary>
    public string Name => $"{Kind.Code()}:{Period}";
}

/// <summary>What may be owed.</summary>
public enum ObligationKind
{
    /// <summary>流失预警: the customer is about to be lost; the owner is told once for each silence.</summary>
    ChurnWarning,

    /// <summary>回访: no contact for as long as the tier allows; told once for each such time.</summary>
    Revisit,
}

/// <summary>Names of the kinds in JSON and keys.</summary>
public static class ObligationKinds
{
    /// <summary>The name in JSON and keys.</summary>
    public static string Code(this ObligationKind kind) => kind switch
    {
        ObligationKind.ChurnWarning => "churn-warning",
        ObligationKind.Revisit => "revisit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
    };

    /// <summary>The kind of a name; null where there is none.</summary>
    public static ObligationKind? FromCode(string code) =>
        Enum.GetValues<ObligationKind>().Where(kind => kind.Code() == code).Select(kind => (ObligationKind?)kind).FirstOrDefault();
}
