using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>
/// The sections of an encoded AMQP message (OASIS AMQP 1.0, part 3.2): found, read and replaced without touching the others.
/// </summary>
internal static class Sections
{
    public const int Header = 0x70;
    public const int MessageAnnotations = 0x72;
    public const int Properties = 0x73;
    public const int ApplicationProperties = 0x74;
    public const int Data = 0x75;

    private const int Footer = 0x78;

    /// <summary>Where each section is.</summary>
    /// <exception cref="BrokerException">Malformed.</exception>
    public static List<Section> Of(ReadOnlySpan<byte> message)
    {
        var sections = new List<Section>();
        try
        {
            for (var at = 0; at < message.Length; )
            {
                var (start, code) = (at, Descriptor(message, ref at));
                if (code is < Header or > Footer)
                    throw Malformed($"has an unknown section {code:x}");
                var value = at;
                Skip(message, ref at);
                if (at > message.Length)
                    throw Malformed("ends within a section");
                sections.Add(new Section(code, start, value, at));
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            throw Malformed("ends within a section");
        }

        return sections;
    }

    /// <summary>The bytes of the body: the data, without its encoding, or the encoded values.</summary>
    public static int BodySize(ReadOnlySpan<byte> message)
    {
        var size = 0;
        foreach (var section in Of(message))
        {
            if (section.Code is > ApplicationProperties and < Footer)
                size += section.Code == Data ? DataOf(section, message).Length : section.End - section.Value;
        }

        return size;
    }

    /// <summary>The bytes that a data section carries.</summary>
    /// <exception cref="BrokerException">Malformed.</exception>
    public static ReadOnlySpan<byte> DataOf(Section section, ReadOnlySpan<byte> message) =>
        message[section.Value] switch
        {
            0xa0 => message[(section.Value + 2)..section.End],
            0xb0 => message[(section.Value + 5)..section.End],
            _ => throw Malformed("has a data section that is not binary"),
        };

    /// <summary>Decodes a section of a list or map.</summary>
    /// <returns>Null: the message has none.</returns>
    /// <exception cref="BrokerException">Malformed.</exception>
    public static T? Read<T>(byte[] message, List<Section> sections, int code)
        where T : AmqpDescribed, new()
    {
        if (sections.Find(section => section.Code == code) is not { } found)
            return null;
        try
        {
            var decoded = new T();
            decoded.DecodeValue(new ByteBuffer(message, found.Value, found.End - found.Value));
            return decoded;
        }
        catch (Exception e)
        {
            throw Malformed($"has a section that cannot be decoded ({e.Message})");
        }
    }

    /// <summary>The message with a section added, or in place of the one it has.</summary>
    public static byte[] With(ReadOnlySpan<byte> message, int code, AmqpDescribed section)
    {
        var sections = Of(message);
        var (start, end) = sections.Find(one => one.Code >= code) is { } at
            ? (at.Start, at.Code == code ? at.End : at.Start)
            : (message.Length, message.Length);
        return [.. message[..start], .. Encode(section), .. message[end..]];
    }

    /// <summary>The message with application properties added or replaced.</summary>
    public static byte[] With(byte[] message, PropertyChanges changes)
    {
        var properties = Read<ApplicationProperties>(message, Of(message), ApplicationProperties) ?? new ApplicationProperties();
        foreach (var (name, value) in changes)
            properties.Map[name] = value;
        return With(message, ApplicationProperties, properties);
    }

    /// <summary>The bytes of sections.</summary>
    public static byte[] Encode(params ReadOnlySpan<AmqpDescribed> sections)
    {
        var size = 0;
        foreach (var section in sections)
            size += section.EncodeSize;
        var bytes = new byte[size];
        var buffer = new ByteBuffer(bytes);
        foreach (var section in sections)
            section.Encode(buffer);
        return bytes;
    }

    private static int Descriptor(ReadOnlySpan<byte> message, ref int at)
    {
        if (message[at++] != 0)
            throw Malformed("has something that is not a section");
        var code = message[at] switch
        {
            0x53 => message[at + 1],
            0x80 => (int)Math.Min(int.MaxValue, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(message[(at + 1)..])),
            _ => throw Malformed("has a section whose descriptor is not a number"),
        };
        Skip(message, ref at);
        return code;
    }

    // The upper half of a constructor's byte tells how the value's width is known (part 1.2). A described value is two in one,
    // and each of them can be described again: counted, not nested, so that no message can exhaust the stack.
    private static void Skip(ReadOnlySpan<byte> message, ref int at)
    {
        for (var values = 1; values > 0; values--)
        {
            var constructor = message[at++];
            if (constructor == 0)
            {
                values += 2;
                continue;
            }

            at = checked(
                at
                + (constructor >> 4) switch
                {
                    4 => 0,
                    5 => 1,
                    6 => 2,
                    7 => 4,
                    8 => 8,
                    9 => 16,
                    0xa or 0xc or 0xe => 1 + message[at],
                    0xb or 0xd or 0xf => 4 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(message[at..]) is var size and >= 4
                        ? size
                        : throw Malformed("has a value of negative size"),
                    _ => throw Malformed("has a value of an unknown type"),
                }
            );
        }
    }

    private static BrokerException Malformed(string what) =>
        new(BrokerError.Malformed, $"The message {what}: it is not an AMQP 1.0 message.");
}

/// <summary>A section of a message.</summary>
/// <param name="Code">Its descriptor.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Value">Where its value begins.</param>
/// <param name="End">Where the next begins.</param>
internal sealed record Section(int Code, int Start, int Value, int End);
