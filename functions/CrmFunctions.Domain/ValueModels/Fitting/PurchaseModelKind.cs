namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>The models that can be fitted.</summary>
public enum PurchaseModelKind
{
    /// <summary>Customers who never leave: the simplest rule, and the yardstick of the others.</summary>
    Nbd,

    /// <summary>Fader, Hardie and Lee (2005).</summary>
    BgNbd,

    /// <summary>Batislam, Denizel and Filiztekin (2007): one may leave right after the first purchase.</summary>
    MbgNbd,

    /// <summary>Schmittlein, Morrison and Colombo (1987): one may leave at any time.</summary>
    ParetoNbd,

    /// <summary>Platzer and Reutterer (2016): MBG with regular gaps; k is chosen by likelihood.</summary>
    MbgCnbd,
}
