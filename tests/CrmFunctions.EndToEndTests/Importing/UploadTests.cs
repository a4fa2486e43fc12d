using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Sources.Importing;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>Uploads while they run. Chunks are kept but not filed: what is filed is another test's matter.</summary>
public sealed class UploadTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly Dictionary<string, string> keepOnly = new() { ["AzureWebJobs.FileChunk.Disabled"] = "true" };

    [Fact]
    public async Task Of_200_000_rows_each_chunk_is_kept_as_it_streams_in_and_asked_for_once()
    {
        await using var suite = await Suite.Start(azurite, settings: keepOnly);
        var broker = suite.Operations.Broker;
        using var file = new RowStream(
            rows: 200_000,
            pauseAt: 100_000,
            async () =>
            {
                // Half of the file has been sent, and none of the rest exists yet: what came in is out of memory and in the table.
                while (await Chunks(suite) < 200)
                    await Task.Yield();
                Assert.Empty(await Imports(suite));
            }
        );
        using var content = new StreamContent(file);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/csv");

        using var response = await suite.Client.PostAsync(new Uri($"api/imports?{ImportSuite.Query("large")}", UriKind.Relative), content);
        var answer = await Answer.Of(response);

        Assert.Equal((202, 200_000), (answer.Status, (int)answer.Json["rows"]!));
        Assert.Equal(500, await Chunks(suite));
        Assert.Equal(500, suite.Operations.Broker - broker);
        Assert.Single(await Imports(suite));
        var import = await suite.Get($"imports/{(string)answer.Json["id"]!}");
        Assert.Equal(("running", 200_000, 0), ((string)import["status"]!, (int)import["rows"]!, (int)import["processed"]!));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_no_import_and_the_process_is_up()
    {
        await using var suite = await Suite.Start(azurite, settings: keepOnly);
        var imports = (await Imports(suite)).Count;
        var chunks = await Chunks(suite);
        foreach (var length in new[] { "Content-Length: 9999999", "Transfer-Encoding: chunked" })
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, suite.Host.Address.Port);
            var stream = connection.GetStream();
            var rows = "customer,date,amount\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},2026-01-01,{i}\n"));
            var key = Suite.AdminKey;
            var body = length.StartsWith('T') ? $"{Encoding.ASCII.GetByteCount(rows):x}\r\n{rows}\r\n" : rows;
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /api/imports?{ImportSuite.Query("cut")} HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {key}\r\nContent-Type: text/csv\r\n{length}\r\n\r\n{body}"
                )
            );
            while (await Chunks(suite) < chunks + 10)
                await Task.Yield();
            chunks = await Chunks(suite);
            connection.Client.LingerState = new LingerOption(true, 0);
        }

        while (suite.Host.Invocations.Count(invocation => invocation.Function == nameof(ReceiveImport)) < 2)
            await Task.Yield();

        // The caller's fault and none of the app's: alerts on failures do not count it.
        Assert.All(
            suite.Host.Invocations.Where(invocation => invocation.Function == nameof(ReceiveImport)),
            invocation => Assert.InRange(Assert.IsAssignableFrom<IStatusCodeHttpResult>(invocation.Result).StatusCode!.Value, 400, 499)
        );
        Assert.Equal(imports, (await Imports(suite)).Count);
        Assert.Equal(1, (int)(await suite.Post(Sent.Visit("after-the-cut", "cut")))["accepted"]!);
    }

    private static Task<List<string>> Imports(Suite suite) => Keys(suite, key => key == ImportRow.Key);

    private static async Task<int> Chunks(Suite suite) =>
        (await Keys(suite, key => key.StartsWith(ImportStore.ChunkPrefix, StringComparison.Ordinal))).Count;

    private static async Task<List<string>> Keys(Suite suite, Func<string, bool> where)
    {
        var keys = new List<string>();
        await foreach (
            var row in suite.Tables.Imports.QueryAsync<Azure.Data.Tables.TableEntity>((string?)null, select: ["PartitionKey", "RowKey"])
        )
        {
            if (where(row.RowKey))
                keys.Add(row.PartitionKey);
        }

        return keys;
    }

    /// <summary>A file that comes into being as it is read, and halts in the middle.</summary>
    private sealed class RowStream(int rows, int pauseAt, Func<Task> pause) : Stream
    {
        private byte[] block = "customer,date,amount\n"u8.ToArray();
        private int next;
        private int offset;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (offset == block.Length)
            {
                if (next == pauseAt)
                    await pause();
                var text = new StringBuilder();
                for (var last = Math.Min(next + 1000, rows); next < last; next++)
                    text.Append(CultureInfo.InvariantCulture, $"{next % 1000},2026-01-01,{next}\n");
                (block, offset) = (Encoding.ASCII.GetBytes(text.ToString()), 0);
            }

            var count = Math.Min(buffer.Length, block.Length - offset);
            block.AsSpan(offset, count).CopyTo(buffer.Span);
            offset += count;
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
