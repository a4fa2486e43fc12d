using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function for a message, or a batch of messages, of a queue.</summary>
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute, ISupportCardinality
{
    /// <param name="queueName">The queue, or <c>%Setting%</c> that names it.</param>
    public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

    /// <summary>A subscription. The local host has queues only and refuses to start with it.</summary>
    public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
    {
        TopicName = topicName;
        SubscriptionName = subscriptionName;
    }

    /// <summary>The setting that holds the connection; <c>AzureWebJobsServiceBus</c> when null.</summary>
    public string? Connection { get; set; }

    /// <summary>The queue.</summary>
    public string? QueueName { get; }

    /// <summary>The topic.</summary>
    public string? TopicName { get; }

    /// <summary>The topic's subscription.</summary>
    public string? SubscriptionName { get; }

    /// <summary>Whether messages come by session. The local host refuses to start with it.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>Whether one invocation gets many messages.</summary>
    public bool IsBatched { get; set; }

    /// <summary>Whether a message is completed when the function returns; host.json's <c>autoCompleteMessages</c> unless set here.</summary>
    public bool AutoCompleteMessages { get; set; }

    Cardinality ISupportCardinality.Cardinality
    {
        get => IsBatched ? Cardinality.Many : Cardinality.One;
        set => IsBatched = value == Cardinality.Many;
    }
}
