using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Http;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>What a delivery means: events for the log, people's requests about their data, and what could not be made out.</summary>
/// <param name="source">Who says it.</param>
/// <param name="receivedAt">UTC, by the business clock. Taken for the time of what says none, and the end of the past.</param>
public sealed class MappingResult(Source source, DateTimeOffset receivedAt)
{
    // As it will stand in the log: Chinese as Chinese, not six characters for each.
    private static readonly JsonWriterOptions asWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<LogEntry> entries = [];
    private readonly List<QuarantineCause> asides = [];
    private readonly List<PrivacyTopic> privacy = [];
    private readonly List<MappedEvent> ofOrders = [];

    /// <summary>When it came. UTC, by the business clock.</summary>
    public DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>Events for the log.</summary>
    public IReadOnlyList<LogEntry> Entries => entries;

    /// <summary>Why the delivery is kept aside, whole or in part. Empty: it is not.</summary>
    public IReadOnlyList<QuarantineCause> Asides => asides;

    /// <summary>What people ask about their data.</summary>
    public IReadOnlyList<PrivacyTopic> Privacy => privacy;

    /// <summary>
    /// What is said of orders without naming their customers. Before it is filed, the customer of the order is looked up.
    /// </summary>
    public IReadOnlyList<MappedEvent> OfOrders => ofOrders;

    /// <summary>Set where the delivery is answered as a mistake of the sender's, and nothing of it is kept.</summary>
    public Problem? Refused { get; private set; }

    /// <summary>Parts of a batch that are signed. Null: all of it.</summary>
    public int? Trusted { get; init; }

    /// <summary>
    /// Whether nothing that is signed says what happened, but the topic alone: such a delivery counts under the first topic it came with.
    /// </summary>
    public bool OnlyTopicTells { get; set; }

    /// <summary>Takes something said for an event, or keeps it aside where it cannot be one.</summary>
    public void Say(MappedEvent said)
    {
        if (said.OfOrder is not null)
        {
            ofOrders.Add(said);
            return;
        }

        if (Handle.Strongest(said.Customer, source.Name) is null)
        {
            Keep(
                QuarantineReasons.NamesNobody,
                $"{said.About}: no id, e-mail address or phone number of a customer is in it; name its field in the source's fields"
            );
            return;
        }

        var (json, id, identity) = Write(said);
        using var document = JsonDocument.Parse(json);
        var isWhatItSays = said.Id is null || !said.TimeTells || !said.CustomerTells;
        var (hash, claimed) = (isWhatItSays ? identity : null, IdentifierTrust.IsClaimed(source));
        if (LogEntry.Read(document.RootElement, receivedAt, out var problems, hash, claimed) is not { } entry)
        {
            Keep(
                QuarantineReasons.Invalid,
                $"{said.About}: {string.Join("; ", problems.Take(5).Select(problem => $"{problem.Field} {problem.Message}"))}"
            );
            return;
        }

        var asOf = said.AsOf < receivedAt ? Instants.Milliseconds(said.AsOf.Value) : entry.Event.ReceivedAt;
        entries.Add(entry with { Event = entry.Event with { ReceivedAt = asOf }, OrderNames = said.OrderNames, Kind = source.Provider });
    }

    /// <summary>Keeps the delivery aside.</summary>
    public void Keep(string reason, string detail) => asides.Add(new QuarantineCause(reason, detail));

    /// <summary>Keeps the delivery aside because nobody said what such a topic means.</summary>
    public void Unknown(string? topic) =>
        Keep(
            QuarantineReasons.UnknownTopic,
            topic is null ? "It says no topic." : $"'{Short(topic)}' has no counterpart here; give it one in the source's types, or ignore"
        );

    /// <summary>Takes note of a request about a person's data.</summary>
    public void Ask(PrivacyTopic topic)
    {
        if (topic.Kind == PrivacyTopic.Shop || Handle.All(topic.Person, source.Name).Count > 0)
            privacy.Add(topic);
        else
            Keep(QuarantineReasons.NamesNobody, $"{topic.Kind}: it names nobody whose data could be found");
    }

    /// <summary>Answers the delivery as a mistake of the sender's.</summary>
    public void Refuse(Problem problem) => Refused ??= problem;

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private (ReadOnlyMemory<byte> Json, string Id, string Identity) Write(MappedEvent said)
    {
        var data = Data(said);
        var time = said.Time is { } at ? Instants.Milliseconds(at) : (DateTimeOffset?)null;
        var identity = Identity(said, time, said.CustomerTells ? data.Span : Data(said with { Customer = new Identifiers() }).Span);
        var id = said.Id ?? $"{(said.About.Length <= 200 ? said.About : said.About[..200])}/{Base32.Hash(identity, 10)}";

        var envelope = new MemoryStream(data.Length + 256);
        using (var json = new Utf8JsonWriter(envelope, asWritten))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("source", source.Name);
            json.WriteString("type", said.Type);
            if (time is { } instant)
                json.WriteString("time", instant);
            json.WritePropertyName("data");
            json.WriteRawValue(data.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return (envelope.GetBuffer().AsMemory(0, (int)envelope.Length), id, identity);
    }

    private static ReadOnlyMemory<byte> Data(MappedEvent said)
    {
        var data = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(data, asWritten))
        {
            json.WriteStartObject();
            json.WriteStartObject("customer");
            foreach (
                var (name, value) in (ReadOnlySpan<(string, string?)>)
                    [
                        ("id", said.Customer.Id),
                        ("unionid", said.Customer.UnionId),
                        ("openid", said.Customer.OpenId),
                        ("email", said.Customer.Email),
                        ("phone", said.Customer.Phone),
                        ("name", said.Customer.Name),
                        ("timeZone", said.Customer.TimeZone),
                        ("region", said.Customer.Region),
                    ]
            )
            {
                if (!string.IsNullOrWhiteSpace(value))
                    json.WriteString(name, value);
            }

            if (said.Customer.Claimed == true)
                json.WriteBoolean("claimed", true);
            json.WriteEndObject();
            foreach (var (name, value) in said.Data)
            {
                if (value is null)
                    continue;
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return data.GetBuffer().AsMemory(0, (int)data.Length);
    }

    private static string Identity(MappedEvent said, DateTimeOffset? time, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{said.Type}\n{(said.TimeTells ? $"{time:O}" : "")}\n"));
        hash.AppendData(data);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>Why a delivery is kept aside.</summary>
/// <param name="Reason">One of <see cref="QuarantineReasons"/>.</param>
/// <param name="Detail">What would be right.</param>
public sealed record QuarantineCause(string Reason, string Detail);

/// <summary>A person's request about data, as a provider passes it on.</summary>
/// <param name="Kind"><c>erase</c>, <c>data</c>, or of everybody: <c>shop</c>.</param>
/// <param name="Person">Whose; nobody's where it is a shop's.</param>
/// <param name="Occasion">What names the request for ever.</param>
/// <param name="Topic">The provider's own word for it.</param>
public sealed record PrivacyTopic(string Kind, Identifiers Person, string Occasion, string Topic)
{
    /// <summary>Erase.</summary>
    public const string Erase = "erase";

    /// <summary>Hand out.</summary>
    public const string Data = "data";

    /// <summary>Erase all that a shop told.</summary>
    public const string Shop = "shop";
}
