namespace CrmFunctions.Domain.Lifecycle;

/// <summary>Where a customer stands in life with us.</summary>
public enum Stage
{
    /// <summary>潜在: known, nothing more.</summary>
    Prospect,

    /// <summary>意向: showed intent to buy, has not bought.</summary>
    Intent,

    /// <summary>新客: bought for the first time a short while ago.</summary>
    New,

    /// <summary>活跃: buys.</summary>
    Active,

    /// <summary>高价值: buys, and is in the highest tier.</summary>
    HighValue,

    /// <summary>沉睡: has not bought for a while.</summary>
    Dormant,

    /// <summary>流失预警: has been silent so long that the customer is about to be lost.</summary>
    ChurnWarning,

    /// <summary>流失: lost.</summary>
    Churned,
}

/// <summary>Names of the stages for people and for JSON.</summary>
public static class StageNames
{
    /// <summary>The name in JSON, camel case.</summary>
    public static string Code(this Stage stage) =>
        stage switch
        {
            Stage.Prospect => "prospect",
            Stage.Intent => "intent",
            Stage.New => "new",
            Stage.Active => "active",
            Stage.HighValue => "highValue",
            Stage.Dormant => "dormant",
            Stage.ChurnWarning => "churnWarning",
            Stage.Churned => "churned",
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "No such stage."),
        };

    /// <summary>The stage of a JSON name; null where there is none.</summary>
    public static Stage? FromCode(string code) =>
        Enum.GetValues<Stage>().Where(stage => stage.Code() == code).Select(stage => (Stage?)stage).FirstOrDefault();

    /// <summary>What people call it; Chinese for <c>zh-CN</c>, else English.</summary>
    public static string LabelIn(this Stage stage, string language) =>
        (stage, Language.IsChinese(language)) switch
        {
            (Stage.Prospect, true) => "潜在",
            (Stage.Intent, true) => "意向",
            (Stage.New, true) => "新客",
            (Stage.Active, true) => "活跃",
            (Stage.HighValue, true) => "高价值",
            (Stage.Dormant, true) => "沉睡",
            (Stage.ChurnWarning, true) => "流失预警",
            (Stage.Churned, true) => "流失",
            (Stage.Prospect, _) => "Prospect",
            (Stage.Intent, _) => "Intent",
            (Stage.New, _) => "New",
            (Stage.Active, _) => "Active",
            (Stage.HighValue, _) => "High value",
            (Stage.Dormant, _) => "Dormant",
            (Stage.ChurnWarning, _) => "Churn warning",
            (Stage.Churned, _) => "Churned",
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "No such stage."),
        };
}
