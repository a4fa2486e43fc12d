using System.Collections;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Invocation;

/// <summary>What a trigger tells of itself besides its value, looked up when asked for.</summary>
internal interface IBindingData
{
    string TraceParent { get; }

    string TraceState { get; }

    /// <summary>Null if there is none of this name; case does not matter.</summary>
    object? Find(string name);

    IReadOnlyDictionary<string, object?> All();
}

/// <summary>Of a trigger that tells nothing more: a timer.</summary>
internal sealed class NoBindingData : IBindingData
{
    internal static readonly NoBindingData Instance = new();

    private static readonly Dictionary<string, object?> None = [];

    public string TraceParent => "";

    public string TraceState => "";

    public object? Find(string name) => null;

    public IReadOnlyDictionary<string, object?> All() => None;
}

internal sealed class LocalBindingContext(IBindingData data) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => field ??= data.All();
}

internal sealed class LocalTraceContext(string parent, string state) : TraceContext
{
    public override string TraceParent => parent;

    public override string TraceState => state;
}

internal sealed class LocalRetryContext(int count, int maximum) : RetryContext
{
    public override int RetryCount => count;

    public override int MaxRetryCount => maximum;
}

internal sealed class InvocationFeatures : IInvocationFeatures
{
    private readonly Dictionary<Type, object> features = [];

    public T? Get<T>() => features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

    public void Set<T>(T instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        features[typeof(T)] = instance;
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
