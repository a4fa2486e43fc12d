using System.Net;
using System.Net.Http.Headers;

namespace CrmFunctions.Notifications.Channels;

/// <summary>A JSON body that knows whether it has left: until then nothing can have been delivered.</summary>
internal sealed class TrackedContent : HttpContent
{
    private volatile bool left;

    internal TrackedContent(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal bool Left => left;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        left = true;
        await stream.WriteAsync(Bytes);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Bytes.Length;
        return true;
    }
}
