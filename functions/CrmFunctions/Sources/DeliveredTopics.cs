using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Sources;

/// <summary>
/// Under which topic a body first came, for the few deliveries of which only the unsigned topic says what they are. A captured delivery
/// that is sent again under another topic is known by this.
/// </summary>
public sealed class DeliveredTopics(CrmTables tables)
{
    private const string Partition = "topics";
    private const int LongestTopic = 256;

    /// <summary>Notes the topic of a body that was not seen yet.</summary>
    /// <returns>Null where it is the first topic of the body, or the same as the first; otherwise the first.</returns>
    public async Task<string?> FirstOf(string source, ReadOnlyMemory<byte> body, string topic, CancellationToken cancellationToken)
    {
        topic = topic.Length <= LongestTopic ? topic : topic[..LongestTopic];
        var key = KeyedHash.Of($"{source}\n{Convert.ToHexString(SHA256.HashData(body.Span))}", 26);
        if (await tables.Sources.Add(new TopicRow { RowKey = key, Topic = topic }, cancellationToken))
            return null;
        var first = await tables.Sources.Get<TopicRow>(Partition, key, cancellationToken);
        return first is null || first.Topic == topic ? null : first.Topic;
    }

    private sealed class TopicRow : ITableEntity
    {
        public string PartitionKey { get; set; } = Partition;

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Topic { get; set; } = "";
    }
}
