using Microsoft.Azure.Amqp;

namespace LocalServiceBus;

/// <summary>The library's pieces of what is one.</summary>
internal static class Buffers
{
    /// <summary>Their bytes, one after the other.</summary>
    public static byte[] Joined(this ICollection<ByteBuffer> buffers)
    {
        var bytes = new byte[buffers.Sum(buffer => buffer.Length)];
        var at = 0;
        foreach (var buffer in buffers)
        {
            buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).CopyTo(bytes.AsSpan(at));
            at += buffer.Length;
        }

        return bytes;
    }
}
