using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.TestKit;

/// <summary>A collector on loopback that takes OTLP over HTTP in protobuf, and remembers every byte.</summary>
public sealed class OtlpStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();
    private readonly WebApplication web;

    private OtlpStub(WebApplication web) => this.web = web;

    /// <summary>The variables that export here.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = web.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };

    /// <summary>Bodies in the order they came, all signals.</summary>
    public IEnumerable<byte[]> Bodies => received.Select(export => export.Body);

    /// <summary>Bytes that came so far of each signal: traces, metrics, logs.</summary>
    public IReadOnlyDictionary<string, long> Bytes =>
        received
            .GroupBy(export => export.Path.Split('/')[^1])
            .ToDictionary(group => group.Key, group => group.Sum(export => (long)export.Body.Length));

    /// <summary>All spans, by <c>trace.proto</c> of OTLP 1.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
        [
            .. Records("/v1/traces")
                .Select(span => new OtlpSpan(
                    span.Text(5),
                    Hex(span.Bytes(1)),
                    Hex(span.Bytes(2)),
                    Hex(span.Bytes(4)),
                    [.. span.All(13).Select(link => Hex(link.Bytes(1)))],
                    Attributes(span, 9)
                )),
        ];

    /// <summary>The trace that each line of the log belongs to; empty: to none.</summary>
    public IReadOnlyList<string> LogTraces => [.. Records("/v1/logs").Select(line => Hex(line.Bytes(9)))];

    /// <summary>The points of a metric that came last: sums and gauges by value, histograms by count, with their attributes.</summary>
    public IReadOnlyList<OtlpPoint> Metric(string name) =>
        [
            .. Records("/v1/metrics")
                .Where(metric => metric.Text(1) == name)
                .TakeLast(1)
                .SelectMany(metric =>
                    metric
                        .All(7)
                        .Concat(metric.All(5))
                        .SelectMany(sum => sum.All(1))
                        .Select(point => new OtlpPoint(Attributes(point, 7), (long)point.Number(6)))
                        .Concat(
                            metric
                                .All(9)
                                .SelectMany(histogram => histogram.All(1))
                                .Select(point => new OtlpPoint(Attributes(point, 9), (long)point.Number(4)))
                        )
                ),
        ];

    /// <summary>Names of all metrics that came.</summary>
    public IReadOnlySet<string> Metrics => Records("/v1/metrics").Select(metric => metric.Text(1)).ToHashSet();

    /// <summary>Starts it.</summary>
    public static async Task<OtlpStub> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new OtlpStub(builder.Build());
        stub.web.Run(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            stub.received.Enqueue((context.Request.Path.ToString(), body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await stub.web.StartAsync();
        return stub;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => web.DisposeAsync();

    // Each request has resources in 1, each of them scopes in 2, each of them records in 2.
    private IEnumerable<Proto> Records(string path) =>
        received
            .Where(export => export.Path == path)
            .SelectMany(export => new Proto(export.Body).All(1))
            .SelectMany(resource => resource.All(2))
            .SelectMany(scope => scope.All(2));

    private static Dictionary<string, string> Attributes(Proto of, int field) =>
        of.All(field)
            .ToDictionary(
                pair => pair.Text(1),
                pair =>
                    pair.All(2)
                        .Select(value =>
                            value.Has(1) ? value.Text(1) : value.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture)
                        )
                        .FirstOrDefault()
                    ?? ""
            );

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>A protobuf message without its description: values by the number of their field.</summary>
    private sealed class Proto
    {
        private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> values = [];

        public Proto(ReadOnlyMemory<byte> message)
        {
            for (var at = 0; at < message.Length; )
            {
                var tag = Varint(message.Span, ref at);
                var (field, number, bytes) = ((int)(tag >> 3), 0UL, ReadOnlyMemory<byte>.Empty);
                switch (tag & 7)
                {
                    case 0:
                        number = Varint(message.Span, ref at);
                        break;
                    case 1:
                        number = BitConverter.ToUInt64(message.Span.Slice(at, 8));
                        at += 8;
                        break;
                    case 5:
                        number = BitConverter.ToUInt32(message.Span.Slice(at, 4));
                        at += 4;
                        break;
                    case 2:
                        var length = (int)Varint(message.Span, ref at);
                        bytes = message.Slice(at, length);
                        at += length;
                        break;
                    default:
                        throw new FormatException($"Wire type {tag & 7} is none of OTLP's.");
                }

                values.Add((field, number, bytes));
            }
        }

        public bool Has(int field) => values.Any(value => value.Field == field);

        public IEnumerable<Proto> All(int field) => values.Where(value => value.Field == field).Select(value => new Proto(value.Bytes));

        public ReadOnlyMemory<byte> Bytes(int field) => values.FirstOrDefault(value => value.Field == field).Bytes;

        public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

        public ulong Number(int field) => values.FirstOrDefault(value => value.Field == field).Number;

        private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var next = bytes[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return value;
            }
        }
    }
}

/// <summary>A span as it came.</summary>
public sealed record OtlpSpan(
    string Name,
    string Trace,
    string Id,
    string Parent,
    IReadOnlyList<string> LinkedTraces,
    IReadOnlyDictionary<string, string> Attributes
);

/// <summary>A point of a metric as it came.</summary>
public sealed record OtlpPoint(IReadOnlyDictionary<string, string> Attributes, long Value);
