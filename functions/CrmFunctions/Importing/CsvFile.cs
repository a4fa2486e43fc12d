using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace CrmFunctions.Importing;

/// <summary>Reads a CSV file as it comes in: UTF-8, with or without a byte order mark, or GB18030; separated by commas, semicolons or tabs.</summary>
public static class CsvFile
{
    private const int Peek = 64 * 1024;
    private const int LongestRow = 1024 * 1024;

    static CsvFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The heading, then every row, each once, in order.</summary>
    /// <exception cref="FormatException">It is no such file; the message says in which row.</exception>
    public static async IAsyncEnumerable<FileRow> Read(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(file);
        var options = new CsvReaderOptions
        {
            HasHeader = false,
            Encoding = await EncodingOf(pipe, cancellationToken),
            MaxRecordSize = LongestRow,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = RefuseLostQuotes,
        };

        // Rows equal in all columns are different orders: each is told by how many equal ones came before it.
        var seen = new Dictionary<UInt128, int>();
        using var csv = CsvReader.Create(pipe.AsStream(), options, leaveOpen: false);
        var header = true;
        while (await Next(csv, cancellationToken))
        {
            if (!IsText(csv)) throw new FormatException($"Row {csv.RowNumber} is neither UTF-8 nor GB18030 like the rows before it; save the file as CSV UTF-8.");
            var fields = csv.Current.ToArray();
            if (header)
            {
                header = false;
                yield return new FileRow([.. fields.Select(field => field.Trim())], 0);
                continue;
            }

            var key = Key(fields);
            seen[key] = seen.TryGetValue(key, out var before) ? before + 1 : 0;
            yield return new FileRow(fields, seen[key]);
        }
    }

    private static async Task<bool> Next(CsvReader csv, CancellationToken cancellationToken)
    {
        try
        {
            return await csv.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException broken)
        {
            throw new FormatException($"Row {broken.RecordNumber} cannot be read: {broken.Message}", broken);
        }
        catch (DecoderFallbackException broken)
        {
            throw new FormatException($"Row {csv.RowNumber + 1} or one after it is neither UTF-8 nor GB18030; save the file as CSV UTF-8.", broken);
        }
    }

    // Read on, such a row would swallow those after it. A quote within a field is text: many programs write it so.
    private static void RefuseLostQuotes(CsvMalformedRecord broken)
    {
        if (broken.Reason != CsvMalformedReason.StrayQuote)
        {
            throw new FormatException($"Row {broken.RecordNumber} has a quote that is not closed, or text after the closing one; write a quote within quotes twice.");
        }
    }

    private static bool IsText(CsvReader csv)
    {
        for (var field = 0; field < csv.Current.FieldCount; field++)
        {
            if (!Utf8.IsValid(csv.GetRawSpan(field))) return false;
        }

        return true;
    }

    private static UInt128 Key(string[] fields)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', fields)), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Looks at the beginning without taking it.</summary>
    private static async Task<Encoding?> EncodingOf(PipeReader pipe, CancellationToken cancellationToken)
    {
        var start = await pipe.ReadAtLeastAsync(Peek, cancellationToken);
        var bytes = start.Buffer.ToArray();
        pipe.AdvanceTo(start.Buffer.Start, start.Buffer.Start);

        // UTF-8 unless it cannot be: the last character may be cut off where more follows. A byte order mark speaks for itself.
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return null;
        for (var cut = 0; cut < (start.IsCompleted ? 1 : 4) && cut <= bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes.AsSpan()[..^cut])) return null;
        }

        return Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
