namespace CrmFunctions.Domain.Lifecycle;

/// <summary>Which stage may follow which, while time goes forward and no order is given back.</summary>
/// <remarks>Source: Lifecycle/Lifecycle.md, section "What may follow what".</remarks>
public static class StageTransitions
{
    /// <summary>Whether the second may follow the first. Looked at closely enough: a stage of no length is passed over.</summary>
    public static bool IsLegal(Stage from, Stage to) =>
        from == to
        || (from, to) switch
        {
            (Stage.Prospect, Stage.Intent or Stage.New) => true,
            (Stage.Intent, Stage.Prospect or Stage.New) => true,
            (Stage.New, Stage.Active or Stage.HighValue) => true,
            (Stage.Active, Stage.HighValue or Stage.Dormant) => true,
            (Stage.HighValue, Stage.Active or Stage.Dormant) => true,
            (Stage.Dormant, Stage.ChurnWarning or Stage.Active or Stage.HighValue) => true,
            (Stage.ChurnWarning, Stage.Churned or Stage.Active or Stage.HighValue) => true,
            (Stage.Churned, Stage.Active or Stage.HighValue) => true,
            _ => false,
        };
}
