using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using LocalHost.Protocol;

namespace LocalHost.Worker;

/// <summary>The worker's gRPC stream, as the host sees it: one worker, requests matched to their responses, and the worker's log.</summary>
/// <param name="log">Takes what the worker logs.</param>
internal sealed class WorkerChannel(Action<RpcLog> log) : FunctionRpc.FunctionRpcBase, IDisposable
{
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> waiting = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource closing = new();

    /// <summary>Completes when the worker has opened the stream.</summary>
    internal Task Connected => connected.Task;

    /// <inheritdoc/>
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, closing.Token);
        var writing = Write(responseStream, end.Token);
        try
        {
            while (await requestStream.MoveNext(end.Token))
                Take(requestStream.Current);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or Grpc.Core.RpcException)
        {
            // The worker has ended, or the host ends the stream.
        }

        await end.CancelAsync();
        await writing;
        foreach (var id in waiting.Keys)
        {
            if (waiting.TryRemove(id, out var lost))
                lost.TrySetException(new WorkerGoneException());
        }
    }

    /// <summary>Says something that has no answer.</summary>
    internal void Tell(StreamingMessage message) => outgoing.Writer.TryWrite(message);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="WorkerGoneException">The stream ended before the answer came.</exception>
    internal Task<StreamingMessage> Ask(StreamingMessage request)
    {
        request.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[request.RequestId] = answer;
        if (closing.IsCancellationRequested || !outgoing.Writer.TryWrite(request))
        {
            waiting.TryRemove(request.RequestId, out _);
            answer.TrySetException(new WorkerGoneException());
        }

        return answer.Task;
    }

    /// <summary>Ends the stream.</summary>
    public void Dispose()
    {
        closing.Cancel();
        outgoing.Writer.TryComplete();
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                connected.TrySetResult();
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                log(message.RpcLog);
                break;
            default:
                if (waiting.TryRemove(message.RequestId, out var answer))
                    answer.TrySetResult(message);
                break;
        }
    }

    private async Task Write(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken))
                await stream.WriteAsync(message, cancellationToken);
        }
        catch (Exception gone)
            when (gone is OperationCanceledException or IOException or Grpc.Core.RpcException or InvalidOperationException)
        {
            // The reader ends the stream.
        }
    }
}

/// <summary>The worker's stream ended while the host waited for an answer.</summary>
internal sealed class WorkerGoneException() : Exception("The worker's stream has ended.");

/// <summary>The start of the conversation with a worker: who it is, which functions it has, and loading them.</summary>
internal static class Handshake
{
    /// <summary>Waits for the worker and learns its functions.</summary>
    /// <param name="channel">The worker's stream.</param>
    /// <param name="folder">Holds host.json.</param>
    /// <param name="appEnded">Completes when the app ends: then no worker comes.</param>
    /// <param name="listens">Where the app's web server listens, once it does; null: it has none.</param>
    /// <returns>The functions, loaded, and where the worker serves HTTP; null where it does not.</returns>
    /// <exception cref="HostStartException">The app ended first, or a function cannot be loaded.</exception>
    internal static async Task<(IReadOnlyList<FunctionMetadata> Functions, Uri? HttpUri)> Complete(
        WorkerChannel channel,
        string folder,
        Task appEnded,
        Task<Uri?> listens
    )
    {
        await OrEnded(channel.Connected, appEnded);
        var hello = (
            await Ask(
                new StreamingMessage
                {
                    WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1000.0", FunctionAppDirectory = folder },
                }
            )
        ).WorkerInitResponse;
        Check(hello.Result, "The worker does not start");
        var answer = (
            await Ask(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } })
        ).FunctionMetadataResponse;
        Check(answer.Result, "The worker cannot list its functions");
        IReadOnlyList<FunctionMetadata> functions = answer.FunctionMetadataResults;
        var loads = functions.Select(async function =>
        {
            var load = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
            Check(
                (await Ask(new StreamingMessage { FunctionLoadRequest = load })).FunctionLoadResponse.Result,
                $"Function '{function.Name}' ({function.EntryPoint}) cannot be loaded"
            );
        });
        await Task.WhenAll(loads);
        await OrEnded(listens, appEnded);
        return (functions, await listens);

        async Task<StreamingMessage> Ask(StreamingMessage request)
        {
            var asked = channel.Ask(request);
            await OrEnded(asked, appEnded);
            return await asked;
        }
    }

    private static async Task OrEnded(Task task, Task appEnded)
    {
        if (await Task.WhenAny(task, appEnded) == task)
            return;
        await appEnded;
        throw new HostStartException("The app ended before its worker was ready.");
    }

    private static void Check(StatusResult? result, string what)
    {
        if (result is { Status: not StatusResult.Types.Status.Success })
            throw new HostStartException($"{what}: {result.Exception?.Message}");
    }
}
