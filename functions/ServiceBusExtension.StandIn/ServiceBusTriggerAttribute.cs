using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs a function for each message of a queue or subscription; member for member the package's attribute.</summary>
[InputConverter(typeof(ServiceBusReceivedMessageConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Default)]
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute, ISupportCardinality
{
    /// <summary>The messages of a queue.</summary>
    public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

    /// <summary>The messages of a topic's subscription.</summary>
    public ServiceBusTriggerAttribute(string topicName, string subscriptionName) =>
        (TopicName, SubscriptionName) = (topicName, subscriptionName);

    /// <summary>The setting that holds the connection, or the prefix of the settings that do.</summary>
    public string? Connection { get; set; }

    /// <summary>The queue; null for a subscription.</summary>
    public string? QueueName { get; }

    /// <summary>The topic; null for a queue.</summary>
    public string? TopicName { get; }

    /// <summary>The topic's subscription; null for a queue.</summary>
    public string? SubscriptionName { get; }

    /// <summary>The queue or subscription has sessions.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>The function takes several messages at once.</summary>
    [DefaultValue(false)]
    public bool IsBatched { get; set; }

    /// <summary>The host completes a message when its function has ended well; unset, <c>host.json</c> says it.</summary>
    public bool AutoCompleteMessages { get; set; }

    Cardinality ISupportCardinality.Cardinality
    {
        get => IsBatched ? Cardinality.Many : Cardinality.One;
        set => IsBatched = value == Cardinality.Many;
    }
}
