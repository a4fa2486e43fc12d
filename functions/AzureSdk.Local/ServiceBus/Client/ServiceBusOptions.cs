namespace Azure.Messaging.ServiceBus;

/// <summary>Options of a client.</summary>
public class ServiceBusClientOptions
{
    /// <summary>A name for the client; null: one is made.</summary>
    public string? Identifier { get; set; }

    /// <summary>How failed operations are tried again. Here only <see cref="ServiceBusRetryOptions.TryTimeout"/> has an effect.</summary>
    public ServiceBusRetryOptions RetryOptions { get; set; } = new();

    /// <summary>The transport; without effect here.</summary>
    public ServiceBusTransportType TransportType { get; set; }
}

/// <summary>How failed operations are tried again.</summary>
public class ServiceBusRetryOptions
{
    /// <summary>Whether the delay grows. Default: exponentially.</summary>
    public ServiceBusRetryMode Mode { get; set; } = ServiceBusRetryMode.Exponential;

    /// <summary>Tries after the first. 0 to 100; default 3. Without effect here.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The delay before the second try. Default 0.8 s. Without effect here.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest delay. Default 1 minute. Without effect here.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a try may take, and how long a receive without its own limit waits. Default 1 minute.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Options of a sender.</summary>
public class ServiceBusSenderOptions
{
    /// <summary>A name for the sender; null: one is made.</summary>
    public string? Identifier { get; set; }
}

/// <summary>Options of a receiver.</summary>
public class ServiceBusReceiverOptions
{
    /// <summary>A name for the receiver; null: one is made.</summary>
    public string? Identifier { get; set; }

    /// <summary>Messages to fetch ahead, zero or more. The local broker is near: nothing is fetched ahead.</summary>
    public int PrefetchCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>How messages are received. Default: under a lock.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; } = ServiceBusReceiveMode.PeekLock;

    /// <summary>The part of the queue to receive from. Default: the queue itself.</summary>
    public SubQueue SubQueue { get; set; } = SubQueue.None;
}

/// <summary>Options of a batch.</summary>
public class CreateMessageBatchOptions
{
    /// <summary>The most bytes the batch may have, from 24; null: what the queue takes (262,144).</summary>
    public long? MaxSizeInBytes
    {
        get;
        set
        {
            if (value is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 24);
            field = value;
        }
    }
}
