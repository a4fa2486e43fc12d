using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events.Quarantine;

namespace CrmFunctions.Events;

/// <summary>An event on its way into the log.</summary>
/// <param name="Event">The event as read.</param>
/// <param name="Type">Its type as sent.</param>
/// <param name="Data">Its data as sent, as JSON text; where the customer's identifiers are only claimed, they say so.</param>
/// <param name="Filed">The handle it is filed under, from the event alone.</param>
/// <param name="Key">Its key within any partition: a keyed hash of source and id.</param>
/// <param name="BodyHash">SHA-256 of what it says. Equal for the same event sent again, also with its members in another order.</param>
public sealed record LogEntry(CustomerEvent Event, string Type, string Data, Handle Filed, string Key, string BodyHash)
{
    /// <summary>The most characters of data: Table Storage's limit for one text.</summary>
    public const int MostData = 32 * 1024;

    /// <summary>The kind of what callers post.</summary>
    public const string OfApi = "api";

    private static readonly FieldProblem base64 = new("data_base64", "is not taken; send data, a JSON object");

    private static readonly FieldProblem beyondClaims = new(
        "type",
        "is not taken where the customer's identifiers are only claimed: nobody vouches that it is about this customer"
    );

    // As it will stand in the log: Chinese as Chinese, not six characters for each.
    private static readonly JsonWriterOptions asWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Which row of which import it stands in, or which window of a reconciliation found it; else null. By it a second try knows what the
    /// first one wrote.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>
    /// The kind of what it came from, for meters: <see cref="OfApi"/>, the provider of its webhook, or what else of ours files it.
    /// </summary>
    public string Kind { get; init; } = OfApi;

    /// <summary>
    /// The names by which its shop tells of this order later without naming the customer. Empty: it is no order, or they always do.
    /// </summary>
    public IReadOnlyList<string> OrderNames { get; init; } = [];

    /// <summary>Reads an event out of a request.</summary>
    /// <param name="json">The event.</param>
    /// <param name="receivedAt">UTC, by the business clock.</param>
    /// <param name="problems">What is wrong with it, by field.</param>
    /// <param name="bodyHash">The hash of what it says, where that is known already; null: it is computed.</param>
    /// <param name="claimed">
    /// Whether its sender does not vouch for the customer's identifiers. Null: so it is with a form's answer that has no id of the source's
    /// own. The event itself may say that they are claimed, and never that they are not.
    /// </param>
    /// <returns>Null exactly when there are problems.</returns>
    public static LogEntry? Read(
        JsonElement json,
        DateTimeOffset receivedAt,
        out IReadOnlyList<FieldProblem> problems,
        string? bodyHash = null,
        bool? claimed = null
    )
    {
        if (EventReader.Read(json, receivedAt, out problems) is not { } read)
        {
            problems =
            [
                .. problems.Select(problem => problem.Field == "data" && json.TryGetProperty("data_base64", out _) ? base64 : problem),
            ];
            return null;
        }

        if (claimed ?? read is { What: FormSubmitted, Customer.Id: null })
            read = read with { Customer = read.Customer with { Claimed = true } };
        var data = json.GetProperty("data");
        var text = read.Customer.Claimed == true ? Claimed(data) : data.GetRawText();
        if (text.Length > MostData)
        {
            problems = [new FieldProblem("data", $"has {text.Length} characters; at most {MostData} are taken")];
            return null;
        }

        if (read is { Customer.Claimed: true, What: CustomerErased or TierPinned or TierUnpinned or PotentialRated })
        {
            problems = [beyondClaims];
            return null;
        }

        var type = json.GetProperty("type").GetString()!;
        var filed = Handle.Filed(read.Customer, read.Source)!.Value;
        return new LogEntry(
            read,
            type,
            text,
            filed,
            EventKey(read.Source, read.Id),
            bodyHash ?? Hash($"{type}\n{Time()}\n{Canonical(data)}")
        );

        string Time() =>
            json.TryGetProperty("time", out var sent) && sent.ValueKind != JsonValueKind.Null ? read.OccurredAt.ToString("O") : "";
    }

    /// <summary>The key of an event in the log.</summary>
    public static string EventKey(string source, string id) => KeyedHash.Of($"{source}\n{id}", 26);

    /// <summary>The event as it is kept aside: the log has another one under its name.</summary>
    public QuarantineRow Aside()
    {
        var json = new MemoryStream(Data.Length + 256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Event.Id);
            writer.WriteString("source", Event.Source);
            writer.WriteString("type", Type);
            writer.WriteString("time", Event.OccurredAt);
            writer.WritePropertyName("data");
            writer.WriteRawValue(Data);
            writer.WriteEndObject();
        }

        var row = new QuarantineRow
        {
            RowKey = $"{QuarantineRow.OfEvent}{Key}-{BodyHash[..16]}",
            Source = Event.Source,
            Provider = QuarantineRow.Api,
            Type = Type,
            EventId = Event.Id,
            ReceivedAt = Event.ReceivedAt,
            Reason = "id-reused",
            Detail = "The log has another event under this source and id. Released, it counts as an event of its own.",
        };
        row.Take(json.GetBuffer().AsMemory(0, (int)json.Length));
        return row;
    }

    // The hash of what an event says is that of what was sent: a source whose setting changes sends the same event.
    private static string Claimed(JsonElement data)
    {
        var text = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(text, asWritten))
        {
            json.WriteStartObject();
            foreach (var member in data.EnumerateObject())
            {
                json.WritePropertyName(member.Name);
                if (member.Name != "customer")
                {
                    json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
                    continue;
                }

                json.WriteStartObject();
                foreach (var said in member.Value.EnumerateObject().Where(said => said.Name != "claimed"))
                {
                    json.WritePropertyName(said.Name);
                    json.WriteRawValue(said.Value.GetRawText(), skipInputValidation: true);
                }

                json.WriteBoolean("claimed", true);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>JSON with its members in order and without blanks: equal for equal values. Numbers stay as written.</summary>
    private static string Canonical(JsonElement json)
    {
        var text = new StringBuilder();
        Write(json, text);
        return text.ToString();

        static void Write(JsonElement element, StringBuilder text)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    text.Append('{');
                    foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    {
                        text.Append(JsonEncodedText.Encode(member.Name)).Append(':');
                        Write(member.Value, text);
                        text.Append(',');
                    }

                    text.Append('}');
                    break;
                case JsonValueKind.Array:
                    text.Append('[');
                    foreach (var item in element.EnumerateArray())
                    {
                        Write(item, text);
                        text.Append(',');
                    }

                    text.Append(']');
                    break;
                case JsonValueKind.String:
                    text.Append('"').Append(JsonEncodedText.Encode(Text(element))).Append('"');
                    break;
                default:
                    text.Append(element.GetRawText());
                    break;
            }
        }

        // Members that the suite does not read may hold half a surrogate pair; their raw form is as good a name as any.
        static string Text(JsonElement element)
        {
            try
            {
                return element.GetString()!;
            }
            catch (InvalidOperationException)
            {
                return element.GetRawText();
            }
        }
    }
}

/// <summary>What became of an event.</summary>
public enum FilingResult
{
    /// <summary>It is new, and in the log.</summary>
    Accepted,

    /// <summary>The log had it already.</summary>
    Duplicate,

    /// <summary>The log has another event under its name; this one is kept in quarantine.</summary>
    Quarantined,
}

/// <summary>What programs call it.</summary>
internal static class FilingResultCodes
{
    /// <summary>The code.</summary>
    public static string Code(this FilingResult filing) =>
        filing switch
        {
            FilingResult.Accepted => "accepted",
            FilingResult.Duplicate => "duplicate",
            FilingResult.Quarantined => "quarantined",
            _ => throw new ArgumentOutOfRangeException(nameof(filing), filing, "No such filing."),
        };
}
