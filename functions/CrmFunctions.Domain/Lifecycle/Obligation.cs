namespace CrmFunctions.Domain.Lifecycle;

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

    /// <summary>复苏: a customer who slept has shown a sign of life.</summary>
    SignOfLife,

    /// <summary>投诉: a complaint that nobody has answered yet.</summary>
    Complaint,

    /// <summary>回复: the customer has said something that nobody has answered yet.</summary>
    Reply,

    /// <summary>逾期: a duty was not done in time; its owner is reminded once.</summary>
    Overdue,

    /// <summary>升级: a duty is late for so long that the owner's lead is told, once.</summary>
    Escalated,

    /// <summary>挽回: the plan's offer to a customer about to be lost.</summary>
    WinBack,

    /// <summary>唤醒: the plan's word to a customer who sleeps.</summary>
    WakeUp,

    /// <summary>新手引导: a step of getting to know us.</summary>
    Onboarding,

    /// <summary>生日: once a year.</summary>
    Birthday,

    /// <summary>节日: once a year and festival.</summary>
    Festival,

    /// <summary>权益: issued once for each entry into a tier.</summary>
    Perk,

    /// <summary>升级通知: the customer has risen.</summary>
    Upgraded,

    /// <summary>降级通知: the customer has fallen.</summary>
    Downgraded,

    /// <summary>降级预告: with nothing happening the customer falls on a date.</summary>
    WillDrop,

    /// <summary>满意度调查: the customer is asked how it was.</summary>
    Survey,
}

/// <summary>Names and natures of the kinds.</summary>
public static class ObligationKinds
{
    /// <summary>The name in JSON and keys.</summary>
    public static string Code(this ObligationKind kind) =>
        kind switch
        {
            ObligationKind.ChurnWarning => "churn-warning",
            ObligationKind.Revisit => "revisit",
            ObligationKind.SignOfLife => "sign-of-life",
            ObligationKind.Complaint => "complaint",
            ObligationKind.Reply => "reply",
            ObligationKind.Overdue => "overdue",
            ObligationKind.Escalated => "escalated",
            ObligationKind.WinBack => "win-back",
            ObligationKind.WakeUp => "wake-up",
            ObligationKind.Onboarding => "onboarding",
            ObligationKind.Birthday => "birthday",
            ObligationKind.Festival => "festival",
            ObligationKind.Perk => "perk",
            ObligationKind.Upgraded => "upgraded",
            ObligationKind.Downgraded => "downgraded",
            ObligationKind.WillDrop => "will-drop",
            ObligationKind.Survey => "survey",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
        };

    /// <summary>A duty: it is on an owner's list until it is done or no longer true.</summary>
    public static bool IsDuty(this ObligationKind kind) => kind <= ObligationKind.Reply;

    /// <summary>It is said to the customer, by the plan. All others are told to people of ours.</summary>
    public static bool IsForCustomer(this ObligationKind kind) => kind >= ObligationKind.WinBack;

    /// <summary>What people call it; Chinese for <c>zh-CN</c>, else English.</summary>
    public static string LabelIn(this ObligationKind kind, string language) =>
        (kind, Language.IsChinese(language)) switch
        {
            (ObligationKind.ChurnWarning, true) => "流失预警",
            (ObligationKind.ChurnWarning, false) => "Churn warning",
            (ObligationKind.Revisit, true) => "回访",
            (ObligationKind.Revisit, false) => "Revisit",
            (ObligationKind.SignOfLife, true) => "沉睡客户有动静",
            (ObligationKind.SignOfLife, false) => "Sign of life",
            (ObligationKind.Complaint, true) => "投诉待回应",
            (ObligationKind.Complaint, false) => "Complaint to answer",
            (ObligationKind.Reply, true) => "客户待回复",
            (ObligationKind.Reply, false) => "Customer waits for an answer",
            _ => kind.Code(),
        };

    /// <summary>The kind of a name; null where there is none.</summary>
    public static ObligationKind? FromCode(string code) =>
        Enum.GetValues<ObligationKind>().Where(kind => kind.Code() == code).Select(kind => (ObligationKind?)kind).FirstOrDefault();
}
