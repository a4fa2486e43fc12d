namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a trigger tells besides its main value.</summary>
public abstract class BindingContext
{
    /// <summary>Route and query values of a request; <c>MessageId</c>, <c>DeliveryCount</c> and the like of a message. Case does not matter.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
