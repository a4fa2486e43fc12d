using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace CrmFunctions.Sources.Importing.Reading;

/// <summary>A row of a file.</summary>
/// <param name="F">Its fields, in the order of the heading.</param>
/// <param name="N">How many rows before it in the file are equal to it in all columns: such rows are different orders.</param>
public sealed record FileRow(string[] F, int N);

/// <summary>A CSV file, read as it comes in: UTF-8, UTF-16 or GB18030, separated by commas, semicolons, tabs or bars.</summary>
public sealed class CsvFile : IDisposable
{
    private const int LongestRow = 1024 * 1024;

    private readonly CsvReader csv;

    private CsvFile(CsvReader csv, FileEncoding encoding, string[] header) => (this.csv, Encoding, Header) = (csv, encoding, header);

    /// <summary>How its characters are written.</summary>
    public FileEncoding Encoding { get; }

    /// <summary>What stands between its fields.</summary>
    public char Separator => csv.Separator;

    /// <summary>The names of its columns, without blanks around them.</summary>
    public string[] Header { get; }

    /// <summary>Reads up to the heading.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="FormatException">It is no such file; the message says in which row.</exception>
    public static async Task<CsvFile?> Open(Stream file, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(file);
        var encoding = await FileEncoding.Of(pipe, cancellationToken);
        var csv = CsvReader.Create(
            pipe.AsStream(),
            new CsvReaderOptions
            {
                HasHeader = false,
                Encoding = encoding.Decoder,
                MaxRecordSize = LongestRow,
                DetectSeparatorHint = true,
                IncludeValuesInExceptions = false,
                OnMalformedRecord = RefuseLostQuotes,
            },
            leaveOpen: false
        );
        if (await Next(csv, cancellationToken))
            return new CsvFile(csv, encoding, [.. Fields(csv).Select(field => field.Trim())]);
        csv.Dispose();
        return null;
    }

    /// <summary>The rows after the heading, each once, in order.</summary>
    /// <exception cref="FormatException">It is no such file; the message says in which row.</exception>
    public async IAsyncEnumerable<FileRow> Rows([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var equal = new EqualRows();
        while (await Next(csv, cancellationToken))
        {
            var fields = Fields(csv);
            yield return new FileRow(fields, equal.CountBefore(fields));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => csv.Dispose();

    private static string[] Fields(CsvReader csv)
    {
        for (var field = 0; field < csv.Current.FieldCount; field++)
        {
            if (Utf8.IsValid(csv.GetRawSpan(field)))
                continue;
            throw new FormatException(
                $"Row {csv.RowNumber} is neither UTF-8 nor GB18030 like the rows before it; save the file as CSV UTF-8."
            );
        }

        return csv.Current.ToArray();
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
            throw new FormatException(
                $"Row {csv.RowNumber + 1} or one after it is neither UTF-8 nor GB18030; save the file as CSV UTF-8.",
                broken
            );
        }
    }

    // Read on, such a row would swallow those after it. A quote within a field is text: many programs write it so.
    private static void RefuseLostQuotes(CsvMalformedRecord broken)
    {
        if (broken.Reason != CsvMalformedReason.StrayQuote)
        {
            throw new FormatException(
                $"Row {broken.RecordNumber} has a quote that is not closed, or text after the closing one; write a quote within quotes twice."
            );
        }
    }
}
