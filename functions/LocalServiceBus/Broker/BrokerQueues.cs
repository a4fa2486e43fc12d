using System.Text.Json;
using System.Xml;

namespace LocalServiceBus;

/// <summary>The settings of one queue, as Azure names them.</summary>
/// <param name="Name">The queue's name; names are compared without regard to case.</param>
internal sealed record QueueSettings(string Name)
{
    /// <summary>Whether a message id seen within the window is dropped.</summary>
    public bool RequiresDuplicateDetection { get; init; }

    /// <summary>How long a message id is remembered, counted from its acceptance. 20 seconds to 7 days.</summary>
    public TimeSpan DuplicateDetectionHistoryTimeWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a delivery stays locked without renewal. More than zero, at most 5 minutes.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Failed deliveries after which the message is dead-lettered. 1 to 2,000.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>The longest a message lives; a message can ask for less, not for more.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether an expired message is dead-lettered (true) or deleted (false).</summary>
    public bool DeadLetteringOnMessageExpiration { get; init; }
}

/// <summary>A queue or its dead-letter queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="DeadLetter">True for the dead-letter queue.</param>
internal readonly record struct Entity(QueueSettings Queue, bool DeadLetter)
{
    /// <summary>What Azure appends to a queue's path to name its dead-letter queue.</summary>
    public const string DeadLetterSuffix = "/$DeadLetterQueue";

    /// <summary>The path of the queue, or of its dead-letter queue.</summary>
    public string Path { get; } = DeadLetter ? Queue.Name + DeadLetterSuffix : Queue.Name;

    /// <summary>The path of the dead-letter queue.</summary>
    public string DeadLetterPath => Queue.Name + DeadLetterSuffix;
}

/// <summary>The queues of a broker, read from a file in the format of the official Service Bus emulator.</summary>
internal sealed class BrokerQueues
{
    private readonly Dictionary<string, QueueSettings> queues = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the queues as given.</summary>
    /// <exception cref="ArgumentException">Two queues have one name, or a setting is out of Azure's range.</exception>
    public BrokerQueues(params IEnumerable<QueueSettings> queues)
    {
        foreach (var queue in queues)
        {
            Check(queue);
            if (!this.queues.TryAdd(queue.Name, queue))
                throw new ArgumentException($"Queue '{queue.Name}' is declared twice.");
        }
    }

    /// <summary>Reads the emulator's configuration file.</summary>
    /// <exception cref="InvalidOperationException">
    /// The file is missing, is not of the format, or asks for what the local broker has not.
    /// </exception>
    public static BrokerQueues Load(string file)
    {
        if (!File.Exists(file))
            throw new InvalidOperationException(
                $"The queues file '{file}' does not exist. Name one in the format of the official emulator."
            );
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllText(file),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
            if (!json.RootElement.TryGetProperty("UserConfig", out var config) || !config.TryGetProperty("Namespaces", out var list))
                throw new FormatException("it has no UserConfig.Namespaces[].Queues[]");
            List<JsonElement> namespaces = [.. list.EnumerateArray()];
            foreach (var topic in namespaces.SelectMany(ns => Entities(ns, "Topics")))
                throw new FormatException($"it has the topic '{topic.GetProperty("Name")}', and the local Service Bus has no topics");
            return new BrokerQueues(namespaces.SelectMany(ns => Entities(ns, "Queues")).Select(Read));
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidOperationException($"The queues file '{file}' cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The queues, without their dead-letter queues.</summary>
    public IEnumerable<QueueSettings> All => queues.Values;

    /// <summary>The queue or dead-letter queue of a path.</summary>
    /// <exception cref="BrokerException">EntityNotFound: the queue is not declared.</exception>
    public Entity Find(string path)
    {
        var dead = path.EndsWith(Entity.DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);
        var name = dead ? path[..^Entity.DeadLetterSuffix.Length] : path;
        if (queues.TryGetValue(name, out var queue))
            return new Entity(queue, dead);
        var hint = name.Contains("/subscriptions/", StringComparison.OrdinalIgnoreCase)
            ? "The local Service Bus has no topics and subscriptions."
            : "Declare the queue in the queues file of the local Service Bus.";
        throw new BrokerException(BrokerError.EntityNotFound, $"The messaging entity '{path}' could not be found. {hint}");
    }

    private static JsonElement[] Entities(JsonElement ns, string kind) =>
        ns.TryGetProperty(kind, out var list) ? [.. list.EnumerateArray()] : [];

    private static QueueSettings Read(JsonElement queue)
    {
        if (!queue.TryGetProperty("Name", out var named) || named.GetString() is not { } name)
            throw new FormatException("a queue has no Name");
        var settings = new QueueSettings(name);
        if (!queue.TryGetProperty("Properties", out var properties))
            return settings;

        if (Flag("RequiresSession") == true)
            throw new FormatException($"queue '{name}' requires sessions, which the local Service Bus does not have");
        foreach (var forward in new[] { "ForwardTo", "ForwardDeadLetteredMessagesTo" })
        {
            if (properties.TryGetProperty(forward, out var to) && !string.IsNullOrEmpty(to.GetString()))
                throw new FormatException($"queue '{name}' has {forward}, which the local Service Bus does not have");
        }

        return settings with
        {
            RequiresDuplicateDetection = Flag("RequiresDuplicateDetection") ?? settings.RequiresDuplicateDetection,
            DuplicateDetectionHistoryTimeWindow =
                Duration("DuplicateDetectionHistoryTimeWindow") ?? settings.DuplicateDetectionHistoryTimeWindow,
            LockDuration = Duration("LockDuration") ?? settings.LockDuration,
            MaxDeliveryCount = Value("MaxDeliveryCount", "a whole number", value => value.GetInt32()) ?? settings.MaxDeliveryCount,
            DefaultMessageTimeToLive = Duration("DefaultMessageTimeToLive") ?? settings.DefaultMessageTimeToLive,
            DeadLetteringOnMessageExpiration = Flag("DeadLetteringOnMessageExpiration") ?? settings.DeadLetteringOnMessageExpiration,
        };

        bool? Flag(string key) => Value(key, "true or false", value => value.GetBoolean());

        TimeSpan? Duration(string key) =>
            Value(
                key,
                "a duration as PT1M",
                value =>
                {
                    try
                    {
                        return XmlConvert.ToTimeSpan(value.GetString() ?? "");
                    }
                    catch (OverflowException)
                    {
                        return TimeSpan.MaxValue;
                    }
                }
            );

        T? Value<T>(string key, string wanted, Func<JsonElement, T> read)
            where T : struct
        {
            if (!properties.TryGetProperty(key, out var value))
                return null;
            try
            {
                return read(value);
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                throw new FormatException($"queue '{name}' has the {key} {value.GetRawText()}, and {wanted} is wanted", e);
            }
        }
    }

    private static void Check(QueueSettings queue)
    {
        if (string.IsNullOrWhiteSpace(queue.Name) || queue.Name.Length > 260)
            throw Bad("has no name of 1 to 260 characters");
        if (queue.LockDuration <= TimeSpan.Zero || queue.LockDuration > TimeSpan.FromMinutes(5))
            throw Bad("needs a LockDuration above zero and of at most PT5M");
        if (queue.MaxDeliveryCount is < 1 or > 2000)
            throw Bad("needs a MaxDeliveryCount of 1 to 2000");
        if (queue.DefaultMessageTimeToLive < TimeSpan.FromSeconds(1))
            throw Bad("needs a DefaultMessageTimeToLive of at least PT1S");
        if (
            queue.DuplicateDetectionHistoryTimeWindow < TimeSpan.FromSeconds(20)
            || queue.DuplicateDetectionHistoryTimeWindow > TimeSpan.FromDays(7)
        )
            throw Bad("needs a DuplicateDetectionHistoryTimeWindow of PT20S to P7D");

        ArgumentException Bad(string what) => new($"Queue '{queue.Name}' {what}.");
    }
}
