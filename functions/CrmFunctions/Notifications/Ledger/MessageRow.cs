using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>What became of a message.</summary>
public static class MessageStatus
{
    /// <summary>On its way; after a crash it stays so until the redelivery.</summary>
    public const string Sending = "sending";

    /// <summary>The receiver took it.</summary>
    public const string Sent = "sent";

    /// <summary>Not sent, by a rule of ours.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>Not sent any more: what it would have said is no longer true.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The receiver refused it for good.</summary>
    public const string Refused = "refused";

    /// <summary>Not yet: it waits until an instant.</summary>
    public const string Deferred = "deferred";

    /// <summary>Certainly not delivered; tried again, or given up.</summary>
    public const string Failed = "failed";

    /// <summary>It may have been delivered; not repeated.</summary>
    public const string Uncertain = "uncertain";

    /// <summary>How far a message in this status may have come on its way out: 3, it was sent; 0, it certainly did not leave.</summary>
    internal static int Furthest(string status) =>
        status switch
        {
            Sent => 3,
            Sending or Uncertain => 2,
            Withdrawn => 0,
            _ => 1,
        };
}

/// <summary>A row of the ledger.</summary>
public sealed class MessageRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Rule { get; set; } = "";

    public string Period { get; set; } = "";

    public string Channel { get; set; } = "";

    public string Status { get; set; } = "";

    public string? Reason { get; set; }

    /// <summary>What is told, as JSON, from when it was begun.</summary>
    public string? Words { get; set; }

    public DateTimeOffset DecidedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>When it is tried again, where it waits.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>transactional or marketing, and the template it was said with; null where it was not put into words.</summary>
    public string? Purpose { get; set; }

    public string? Template { get; set; }

    /// <summary>Who wrote the row last: another one each time.</summary>
    public string? Mark { get; set; }

    /// <summary>Tries that certainly delivered nothing.</summary>
    public int Tries { get; set; }

    /// <summary>The message of a robot that it was a line of.</summary>
    public string? Slot { get; set; }

    /// <summary>The request as JSON, of messages to robots: it is requested again if the platform refuses the whole message.</summary>
    public string? Asked { get; set; }

    /// <summary>When each outcome was first told.</summary>
    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    public DateTimeOffset? ClickedAt { get; set; }

    public DateTimeOffset? RepliedAt { get; set; }

    public DateTimeOffset? BouncedAt { get; set; }

    public DateTimeOffset? ComplainedAt { get; set; }

    public DateTimeOffset? ConvertedAt { get; set; }

    /// <summary>The key that its message is sent under, on every channel.</summary>
    internal string MessageKey() => $"{PartitionKey}:{Rule}:{Period}:{Channel}".Replace('.', '_');

    /// <summary>Keeps the words that are said, from the first try on.</summary>
    public void Keep(RenderedMessage message) => Words ??= message.ToStored();

    /// <summary>What is said, in the words it was begun with and under the row's key; null where it was never put into words.</summary>
    public RenderedMessage? Message() => Words is null ? null : RenderedMessage.FromStored(Words) with { Key = MessageKey() };

    /// <summary>Says what became of the message.</summary>
    internal void Become(string status, string? reason, DateTimeOffset? until, DateTimeOffset now)
    {
        (Status, Reason, Until) = (status, reason, until);
        ClosedAt = status is MessageStatus.Sending or MessageStatus.Deferred ? null : now;
    }

    /// <summary>The name under which it takes its place in sliding windows.</summary>
    internal string PlaceKey() => Base32.Hash($"{PartitionKey}\n{RowKey}", 16);

    /// <summary>The outcomes that were told.</summary>
    internal IEnumerable<(string Name, DateTimeOffset At)> Outcomes()
    {
        (string Name, DateTimeOffset? At)[] all =
        [
            ("delivered", DeliveredAt),
            ("opened", OpenedAt),
            ("clicked", ClickedAt),
            ("replied", RepliedAt),
            ("bounced", BouncedAt),
            ("complained", ComplainedAt),
            ("converted", ConvertedAt),
        ];
        return all.Where(outcome => outcome.At is not null).Select(outcome => (outcome.Name, outcome.At!.Value));
    }

    /// <summary>Notes an outcome.</summary>
    /// <returns>False where it was known, as early.</returns>
    internal bool Note(string outcome, DateTimeOffset at)
    {
        bool Earlier(DateTimeOffset? known) => known is null || at < known;
        switch (outcome)
        {
            case "delivered" when Earlier(DeliveredAt):
                DeliveredAt = at;
                return true;
            case "opened" when Earlier(OpenedAt):
                OpenedAt = at;
                return true;
            case "clicked" when Earlier(ClickedAt):
                ClickedAt = at;
                return true;
            case "replied" when Earlier(RepliedAt):
                RepliedAt = at;
                return true;
            case "bounced" when Earlier(BouncedAt):
                BouncedAt = at;
                return true;
            case "complained" or "stopped" when Earlier(ComplainedAt):
                ComplainedAt = at;
                return true;
            case "converted" when Earlier(ConvertedAt):
                ConvertedAt = at;
                return true;
            default:
                return false;
        }
    }
}
