using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.Http.Describing;

namespace CrmFunctions.Profiles;

/// <summary>A customer as answered.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
/// <param name="Tier">A tier of the standard in force.</param>
/// <param name="Stage">Where in the lifecycle.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Standard">The version that decided.</param>
/// <param name="NextReview">When silence alone changes something.</param>
/// <param name="Tags">Put on by hand or given by rules.</param>
/// <param name="Schemes">Tiers in the schemes that are not the primary one.</param>
public sealed record CustomerAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string CustomerId,
    [property: Example("A", "B", "C", "D")] string Tier,
    string TierLabel,
    [property: AllowedValues("prospect", "intent", "new", "active", "highValue", "dormant", "churnWarning", "churned")] string Stage,
    string StageLabel,
    decimal Score,
    string Standard,
    DateTimeOffset? NextReview,
    int Events,
    int Orders,
    DateTimeOffset? LastOrderAt,
    ProfileAnswer Profile,
    IReadOnlyList<HandleAnswer> Handles,
    IReadOnlyList<string> Owed,
    IReadOnlyList<string> Tags,
    IReadOnlyList<OtherTier> Schemes,
    OutlookAnswer Outlook,
    IReadOnlyList<HistoryAnswer> History
);

/// <summary>One of a customer's handles.</summary>
/// <param name="Handle">Its key: a hash.</param>
/// <param name="Kind">id, unionid, openid, email, phone, or claim: several identifiers that were claimed together.</param>
/// <param name="HasEvents">Events are filed under it.</param>
/// <param name="Shared">
/// The customer's events carry it, but it is several people's, another person's, or was only claimed: it links nobody.
/// </param>
public sealed record HandleAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string Handle,
    [property: AllowedValues("id", "unionid", "openid", "email", "phone", "claim")] string Kind,
    bool HasEvents,
    bool Shared
);

/// <summary>A change of tier or stage.</summary>
/// <param name="Scheme">The scheme; left out: the primary one.</param>
public sealed record HistoryAnswer(
    DateTimeOffset At,
    string? FromTier,
    string ToTier,
    string? FromStage,
    string ToStage,
    decimal Score,
    string Standard,
    string? Scheme
);

/// <summary>What sources said of the customer, the last word of each.</summary>
public sealed record ProfileAnswer(AttributeAnswer? Name, AttributeAnswer? Email, AttributeAnswer? Phone, AttributeAnswer? TimeZone);

/// <summary>A value, who said so, and when.</summary>
/// <param name="Value">As sent.</param>
/// <param name="Source">Who said so.</param>
/// <param name="At">When.</param>
/// <param name="Others">What other sources said last that differs. Null: nothing.</param>
public sealed record AttributeAnswer(string Value, string Source, DateTimeOffset At, IReadOnlyList<AttributeAnswer>? Others = null);

/// <summary>Customers found.</summary>
public sealed record CustomersAnswer(IReadOnlyList<CustomerAnswer> Customers);

/// <summary>A receipt as answered.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
/// <param name="Tier">A tier of the standard in force.</param>
/// <param name="Stage">Where in the lifecycle.</param>
/// <param name="Basis">What decided the tier.</param>
/// <param name="Up">The smallest changes that move the customer up.</param>
/// <param name="Down">Single changes that would each lose the tier when all that holds tiers has passed; one unit less does not.</param>
/// <param name="Drop">What silence brings.</param>
/// <param name="Certain">Knowing what is missing could not change the tier.</param>
/// <param name="Text">The receipt in words.</param>
public sealed record ReceiptAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string CustomerId,
    DateTimeOffset AsOf,
    [property: Example("A", "B", "C", "D")] string Tier,
    string TierLabel,
    [property: AllowedValues("prospect", "intent", "new", "active", "highValue", "dormant", "churnWarning", "churned")] string Stage,
    string StageLabel,
    decimal Score,
    string Standard,
    string Calibration,
    IReadOnlyList<TermAnswer> Terms,
    BasisAnswer Basis,
    IReadOnlyList<Change> Up,
    IReadOnlyList<Change> Down,
    Drop? Drop,
    IReadOnlyList<string> Missing,
    bool Certain,
    IReadOnlyList<string> Tags,
    DateTimeOffset? NextReview,
    OutlookAnswer Outlook,
    string Text
)
{
    /// <summary>The receipt of a decision, in a language.</summary>
    public static ReceiptAnswer Of(string customerId, Decision decision, string language) =>
        new(
            customerId,
            decision.At,
            decision.Tier.Name,
            decision.Tier.LabelIn(language),
            decision.Stage.Code(),
            decision.Stage.LabelIn(language),
            decision.Score,
            decision.Receipt.Standard,
            decision.Receipt.Calibration,
            [
                .. decision.Receipt.Terms.Select(term => new TermAnswer(
                    term.Dimension,
                    System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(term.Measure.ToString()),
                    term.Value,
                    term.Known,
                    term.Band,
                    term.Points,
                    term.Weight,
                    term.Cap,
                    term.Events
                )),
            ],
            BasisAnswer.Of(decision.Receipt.Basis),
            decision.Receipt.Up,
            decision.Receipt.Down,
            decision.Receipt.Drop,
            decision.Receipt.Missing,
            decision.Receipt.Certain,
            decision.Tags,
            decision.NextReview,
            OutlookAnswer.Of(decision),
            TierExplanationText.Of(decision, decision.By, language)
        );
}

/// <summary>What the value models expect if no event comes; null members where nothing is known.</summary>
/// <param name="ChurnProbability">Of no order within <paramref name="HorizonDays"/>, 0 to 1.</param>
/// <param name="ChurnRule">The rule that says so: the one that won the backtest on the base.</param>
/// <param name="HorizonDays">Days that the churn probability looks ahead.</param>
/// <param name="ProbabilityAlive">That the customer still buys, 0 to 1.</param>
/// <param name="PredictedValue">Expected net revenue of the next 365 days.</param>
/// <param name="Currency">Its ISO 4217 code.</param>
public sealed record OutlookAnswer(
    [property: Range(0, 1)] double? ChurnProbability,
    string? ChurnRule,
    double? HorizonDays,
    [property: Range(0, 1)] double? ProbabilityAlive,
    decimal? PredictedValue,
    string Currency
)
{
    private static readonly TimeSpan year = TimeSpan.FromDays(365);

    /// <summary>The outlook of a decision.</summary>
    public static OutlookAnswer Of(Decision decision)
    {
        var outlook = decision.Outlook;
        return new OutlookAnswer(
            Rounded(outlook.ChurnProbability(decision.At)),
            outlook.ChurnRule,
            outlook.HorizonDays,
            Rounded(outlook.ProbabilityAlive(decision.At)),
            outlook.PredictedValue(decision.At, year) is { } value ? Math.Round((decimal)value, 2, MidpointRounding.AwayFromZero) : null,
            decision.By.Currency
        );
    }

    private static double? Rounded(double? probability) => probability is { } known ? Math.Round(known, 4) : null;
}

/// <summary>A line of a receipt as answered.</summary>
/// <param name="Known">False: unknown is not zero.</param>
/// <param name="Cap">What the dimension earns at most.</param>
/// <param name="Events">source/id of each event behind the value.</param>
public sealed record TermAnswer(
    string Dimension,
    string Measure,
    decimal? Value,
    bool Known,
    int? Band,
    decimal Points,
    decimal Weight,
    decimal Cap,
    IReadOnlyList<string> Events
);

/// <summary>What decided a tier, as answered: score, matrix, otherwise, rule, held or pin.</summary>
/// <param name="Reached">The tier that score, matrix or default say.</param>
/// <param name="Reason">Of a rule or a pin: why. Of a tier that is held: margin, grace, minimumStay or maxMovesPerQuarter.</param>
/// <param name="By">Of a pin: who.</param>
/// <param name="Until">When a pin lapses, or a held tier is lost.</param>
public sealed record BasisAnswer(
    [property: AllowedValues("score", "matrix", "otherwise", "rule", "held", "pin")] string Kind,
    string Reached,
    string? Reason,
    string? By,
    DateTimeOffset? Until,
    IReadOnlyList<string> Events
)
{
    /// <summary>The basis as answered.</summary>
    public static BasisAnswer Of(Basis basis) =>
        new(
            System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(basis.Kind.ToString()),
            basis.Reached,
            basis.Reason,
            basis.By,
            basis.Until,
            basis.Events
        );
}

/// <summary>A page of a timeline.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
public sealed record TimelineAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string CustomerId,
    int Events,
    IReadOnlyList<TimelineEvent> Items,
    string? Next
);

/// <summary>An event as answered.</summary>
public sealed record TimelineEvent(
    string Source,
    string Id,
    string Type,
    DateTimeOffset Time,
    DateTimeOffset ReceivedAt,
    System.Text.Json.JsonElement Data
);

/// <summary>JSON of the answers about customers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CustomerAnswer))]
[JsonSerializable(typeof(CustomersAnswer))]
[JsonSerializable(typeof(ReceiptAnswer))]
[JsonSerializable(typeof(TimelineAnswer))]
internal sealed partial class CustomersJson : JsonSerializerContext;
