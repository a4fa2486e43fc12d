using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CrmFunctions.Sources.Importing;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Storage;

namespace CrmFunctions.Benchmarks.Importing;

/// <summary>
/// Uploads a file of so many rows to a storage that takes everything and keeps nothing, in a process of its own, and says what that took.
/// </summary>
internal static class PeakMemory
{
    /// <summary>Makes this program the uploader; the number of rows follows.</summary>
    public const string Argument = "upload";

    /// <summary>Rows, seconds, and the most memory ever resident.</summary>
    public sealed record Result(int Rows, double Seconds, long PeakBytes, int Requests, long SentBytes);

    public static async Task<int> Upload(string rows)
    {
        var count = int.Parse(rows, CultureInfo.InvariantCulture);
        using var nothing = new Nowhere();
        using var http = new HttpClient(nothing);
        var options = new TableClientOptions { Transport = new HttpClientTransport(http) };
        var account = new TableServiceClient(
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;",
            options
        );
        var clocks = new Clocks(TimeProvider.System, TimeProvider.System);
        var upload = new Upload(
            new ImportStore(new CrmTables(account)),
            clocks,
            Microsoft.Extensions.Options.Options.Create(new ImportOptions())
        );
        var query = new ImportQuery(
            "benchmark",
            ImportKind.Orders,
            new Dictionary<ColumnRole, string>(),
            "CNY",
            "Asia/Shanghai",
            null,
            null,
            false
        );

        var started = Stopwatch.GetTimestamp();
        var pipe = new Pipe();
        var writing = Write(pipe.Writer, count);
        var (kept, problem) = await upload.Keep("benchmark", query, pipe.Reader.AsStream(), CancellationToken.None);
        await writing;
        if (kept?.Row.Rows != count)
            throw new InvalidOperationException(problem?.Detail ?? "Rows are missing.");
        using var process = Process.GetCurrentProcess();
        var result = new Result(
            count,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            process.PeakWorkingSet64,
            nothing.Requests,
            nothing.Bytes
        );
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    // Every row another one; the file comes into being as it is read.
    private static async Task Write(PipeWriter writer, int rows)
    {
        await writer.WriteAsync("订单号,会员号,手机号,付款时间,实付金额,备注\r\n"u8.ToArray());
        for (var i = 0; i < rows; i++)
        {
            var row = string.Create(
                CultureInfo.InvariantCulture,
                $"P{i:D8},{i % 100_000},138{i % 100_000_000:D8},2025-{1 + (i % 12):D2}-{1 + (i % 28):D2} 09:30,{i % 1000}.{i % 100:D2},第{i}行\r\n"
            );
            writer.Write(Encoding.UTF8.GetBytes(row));
            if (i % 200 == 0)
                await writer.FlushAsync();
        }

        await writer.CompleteAsync();
    }

    private static void Write(this PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    /// <summary>A storage that reads what is sent and forgets it.</summary>
    private sealed class Nowhere : HttpMessageHandler
    {
        public int Requests { get; private set; }

        public long Bytes { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (request.Content is { } content)
                Bytes += (await content.ReadAsByteArrayAsync(cancellationToken)).Length;
            return new HttpResponseMessage(HttpStatusCode.NoContent)
            {
                Content = new ByteArrayContent([]),
                RequestMessage = request,
                Headers = { ETag = new("\"1\"") },
            };
        }
    }
}
