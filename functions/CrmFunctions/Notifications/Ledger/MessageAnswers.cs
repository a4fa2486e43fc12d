using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Http.Describing;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>The ledger of a customer.</summary>
/// <param name="CustomerId">26 characters out of a-z and 2-7; never personal data.</param>
public sealed record MessagesAnswer(
    [property: Example("aq7f3k2m5n6p4r2s7t3u5v6w2x")] string CustomerId,
    IReadOnlyList<MessageAnswer> Messages
);

/// <summary>A row of the ledger.</summary>
/// <param name="Rule">Why it was to be said.</param>
/// <param name="Period">The episode.</param>
/// <param name="Channel">On which channel; * for all of them.</param>
/// <param name="Status">Sent, or why not.</param>
/// <param name="Reason">The code of why.</param>
/// <param name="Why">The same in words, in the language asked for.</param>
/// <param name="Until">When it is tried again, where it waits.</param>
/// <param name="Purpose">Of a message that a template says. Null: it was not put into words.</param>
/// <param name="Template">What it was said with.</param>
/// <param name="DecidedAt">When it was first looked at.</param>
/// <param name="ClosedAt">When it came to its end.</param>
/// <param name="Outcomes">
/// What was told of it afterwards (delivered, opened, clicked, replied, bounced, complained, converted), and when first.
/// </param>
public sealed record MessageAnswer(
    string Rule,
    string Period,
    string Channel,
    string Status,
    string? Reason,
    string Why,
    DateTimeOffset? Until,
    [property: AllowedValues("transactional", "marketing")] string? Purpose,
    string? Template,
    DateTimeOffset DecidedAt,
    DateTimeOffset? ClosedAt,
    IReadOnlyDictionary<string, DateTimeOffset>? Outcomes
)
{
    /// <summary>The answer about a row.</summary>
    public static MessageAnswer Of(MessageRow row, string language)
    {
        var outcomes = row.Outcomes().ToDictionary(outcome => outcome.Name, outcome => outcome.At);
        return new MessageAnswer(
            row.Rule,
            row.Period,
            row.Channel,
            row.Status,
            row.Reason,
            SendReasonText.Of(row.Status, row.Reason, row.Until, language),
            row.Until,
            row.Purpose,
            row.Template,
            row.DecidedAt,
            row.ClosedAt,
            outcomes.Count == 0 ? null : outcomes
        );
    }
}

/// <summary>JSON of the answers about messages.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(MessagesAnswer))]
internal sealed partial class MessagesJson : JsonSerializerContext;
