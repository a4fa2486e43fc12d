using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;

namespace CrmFunctions.Sources.Importing.Reading;

/// <summary>How the characters of a file are written.</summary>
/// <param name="Name">For people.</param>
/// <param name="Decoder">What reads it. Null: UTF-8, or what its byte order mark says.</param>
public sealed record FileEncoding(string Name, Encoding? Decoder)
{
    private const int Peek = 64 * 1024;

    private static readonly Encoding gb18030;

    static FileEncoding()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        gb18030 = Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    /// <summary>Looks at a file's beginning without taking it.</summary>
    /// <remarks>
    /// A byte order mark speaks for itself. Without one it is UTF-16 where every other byte may be zero, UTF-8 where it can be, and else
    /// GB18030, as Excel saves in China.
    /// </remarks>
    public static async Task<FileEncoding> Of(PipeReader pipe, CancellationToken cancellationToken)
    {
        var start = await pipe.ReadAtLeastAsync(Peek, cancellationToken);
        var bytes = start.Buffer.ToArray();
        pipe.AdvanceTo(start.Buffer.Start, start.Buffer.Start);
        return Of(bytes, isWhole: start.IsCompleted);
    }

    private static FileEncoding Of(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        if (bytes is [0xFF, 0xFE, ..])
            return new FileEncoding("UTF-16 with a byte order mark", null);
        if (bytes is [0xFE, 0xFF, ..])
            return new FileEncoding("UTF-16 (big-endian) with a byte order mark", null);
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            return new FileEncoding("UTF-8 with a byte order mark", null);
        if (HalvesWithZero(bytes) is { } odd)
            return new FileEncoding(odd ? "UTF-16" : "UTF-16 (big-endian)", new UnicodeEncoding(!odd, false, true));

        // The last character may be cut off where more follows.
        for (var cut = 0; cut < (isWhole ? 1 : 4) && cut <= bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]))
                return new FileEncoding("UTF-8", null);
        }

        return new FileEncoding("GB18030", gb18030);
    }

    // Separators, digits and line ends are ASCII: in UTF-16 each is a byte and a zero, nearly all zeros on one side. (一 is U+4E00.)
    private static bool? HalvesWithZero(ReadOnlySpan<byte> bytes)
    {
        var (even, odd) = (0, 0);
        for (var i = Math.Max(0, bytes.IndexOf((byte)0)); i < bytes.Length; i++)
        {
            if (bytes[i] != 0)
                continue;
            if (i % 2 == 0)
                even++;
            else
                odd++;
        }

        return even + odd < bytes.Length / 32 || even + odd == 0 ? null
            : odd >= 4 * even ? true
            : even >= 4 * odd ? false
            : null;
    }
}
