using System.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AzureSdk.Local.Invocation;

/// <summary>One invocation. What few ask for is made when asked, so that a request costs little.</summary>
internal sealed class InvocationContext(FunctionDescriptor function, IServiceProvider root, IBindingData data) : FunctionContext, IReadOnlyList<KeyValuePair<string, object?>>, IAsyncDisposable
{
    internal const string HttpContextItem = "HttpRequestContext";

    private readonly CancellationTokenSource ended = new();
    private CancellationTokenSource? linked;
    private IServiceProvider? services;
    private AsyncServiceScope? scope;
    private Dictionary<object, object>? items;
    private string? id;

    /// <summary>The request, from the start, whatever the pipeline shows of it.</summary>
    internal HttpContext? Http { get; init; }

    /// <summary>The request, once the ASP.NET Core integration's step has shown it.</summary>
    internal HttpContext? VisibleHttp { get; private set; }

    /// <summary>The trigger's value when it is not the request: a timer's info, a message, a batch.</summary>
    internal object? Payload { get => ReadPayload is null ? field : ReadPayload(); init; }

    /// <summary>Reads the payload when the function is called, so that what cannot be read fails the invocation.</summary>
    internal Func<object?>? ReadPayload { get; init; }

    internal ServiceBusMessageActions? MessageActions { get; init; }

    internal (int Count, int Maximum)? Retry { get; init; }

    /// <summary>What the function returned, or a middleware put there.</summary>
    internal object? Result { get; set; }

    /// <summary>On the host's clock, when the pipeline was entered.</summary>
    internal long StartedAt { get; set; }

    internal bool IsTimedOut { get; private set; }

    internal FunctionDescriptor Function => function;

    public override string InvocationId => id ??= Guid.NewGuid().ToString();

    public override string FunctionId => function.Definition.Id;

    public override TraceContext TraceContext => field ??= new LocalTraceContext(data.TraceParent, data.TraceState);

    public override BindingContext BindingContext => field ??= new LocalBindingContext(data);

    public override RetryContext RetryContext => field ??= Retry is { } retry ? new LocalRetryContext(retry.Count, retry.Maximum) : null!;

    public override FunctionDefinition FunctionDefinition => function.Definition;

    public override IInvocationFeatures Features => field ??= new InvocationFeatures();

    public override CancellationToken CancellationToken
    {
        get
        {
            if (Http is null)
            {
                return ended.Token;
            }

            linked ??= CancellationTokenSource.CreateLinkedTokenSource(ended.Token, Http.RequestAborted);
            return linked.Token;
        }
    }

    public override IServiceProvider InstanceServices
    {
        get => services ??= Http is not null ? Http.RequestServices : (scope = root.CreateAsyncScope()).Value.ServiceProvider;
        set => services = value;
    }

    public override IDictionary<object, object> Items
    {
        get => items ??= VisibleHttp is null ? [] : new() { [HttpContextItem] = VisibleHttp };
        set => items = new(value);
    }

    int IReadOnlyCollection<KeyValuePair<string, object?>>.Count => 2;

    KeyValuePair<string, object?> IReadOnlyList<KeyValuePair<string, object?>>.this[int index] => index switch
    {
        0 => new("AzureFunctions_InvocationId", InvocationId),
        1 => new("AzureFunctions_FunctionName", function.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    internal object? Value(string name) => data.Find(name);

    internal void ShowHttp()
    {
        VisibleHttp = Http;
        items?.TryAdd(HttpContextItem, Http!);
    }

    internal void TimeOut()
    {
        IsTimedOut = true;
        Cancel();
    }

    internal void Cancel()
    {
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The invocation ended in this moment.
        }
    }

    public async ValueTask DisposeAsync()
    {
        linked?.Dispose();
        ended.Dispose();
        if (scope is { } own)
        {
            await own.DisposeAsync();
        }
    }

    /// <summary>For log scopes.</summary>
    public override string ToString() => $"{function.Name} {InvocationId}";

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator()
    {
        var list = (IReadOnlyList<KeyValuePair<string, object?>>)this;
        yield return list[0];
        yield return list[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)this).GetEnumerator();
}
