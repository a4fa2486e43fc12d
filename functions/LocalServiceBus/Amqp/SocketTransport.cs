using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Transport;

namespace LocalServiceBus;

/// <summary>The bytes of one TCP connection.</summary>
internal sealed class SocketTransport : TransportBase
{
    // Frames are read length first: without this, each would cost two calls of the system.
    private readonly byte[] cache = new byte[16 * 1024];
    private readonly Socket socket;
    private int at;
    private int end;

    public SocketTransport(Socket socket)
        : base("tcp")
    {
        this.socket = socket;
        socket.NoDelay = true;
        LocalEndPoint = socket.LocalEndPoint?.ToString() ?? "";
        RemoteEndPoint = socket.RemoteEndPoint?.ToString() ?? "";
    }

    /// <inheritdoc/>
    public override string LocalEndPoint { get; }

    /// <inheritdoc/>
    public override string RemoteEndPoint { get; }

    /// <inheritdoc/>
    public override void SetMonitor(ITransportMonitor usageMeter)
    {
        // Nobody monitors.
    }

    /// <inheritdoc/>
    public override bool WriteAsync(TransportAsyncCallbackArgs args) => Pends(args, Write(args));

    /// <inheritdoc/>
    public override bool ReadAsync(TransportAsyncCallbackArgs args) => Pends(args, Read(args));

    /// <inheritdoc/>
    protected override bool CloseInternal()
    {
        socket.Dispose();
        return true;
    }

    /// <inheritdoc/>
    protected override void AbortInternal() => socket.Dispose();

    private static bool Pends(TransportAsyncCallbackArgs args, ValueTask<int> work)
    {
        if (work.IsCompleted)
        {
            Complete(args, work, true);
            return false;
        }

        _ = Later(args, work);
        return true;
    }

    private static async Task Later(TransportAsyncCallbackArgs args, ValueTask<int> work)
    {
        var task = work.AsTask();
        await Task.WhenAny(task).ConfigureAwait(false);
        Complete(args, new ValueTask<int>(task), false);
        args.CompletedCallback?.Invoke(args);
    }

    private static void Complete(TransportAsyncCallbackArgs args, ValueTask<int> work, bool synchronously)
    {
        args.CompletedSynchronously = synchronously;
        try
        {
            args.BytesTransfered = work.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            args.Exception = e;
        }
    }

    private async ValueTask<int> Write(TransportAsyncCallbackArgs args)
    {
        if (args.Buffer is not null)
            return await Write(args.Buffer.AsMemory(args.Offset, args.Count)).ConfigureAwait(false);
        if (args.ByteBufferList is [var only])
            return await Write(only.Buffer.AsMemory(only.Offset, only.Length)).ConfigureAwait(false);
        return await Write(args.ByteBufferList.Joined()).ConfigureAwait(false);
    }

    private async ValueTask<int> Write(Memory<byte> bytes)
    {
        for (var written = 0; written < bytes.Length; )
            written += await socket.SendAsync(bytes[written..]).ConfigureAwait(false);
        return bytes.Length;
    }

    private async ValueTask<int> Read(TransportAsyncCallbackArgs args)
    {
        var wanted = args.Buffer.AsMemory(args.Offset, args.Count);
        if (at == end)
        {
            if (wanted.Length >= cache.Length)
                return await socket.ReceiveAsync(wanted).ConfigureAwait(false);
            (at, end) = (0, 0);
            end = await socket.ReceiveAsync(cache).ConfigureAwait(false);
        }

        var count = Math.Min(wanted.Length, end - at);
        cache.AsMemory(at, count).CopyTo(wanted);
        at += count;
        return count;
    }
}
