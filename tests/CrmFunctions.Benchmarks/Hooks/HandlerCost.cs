using System.Diagnostics;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Benchmarks.Hooks;

/// <summary>
/// The function itself, called without HTTP and with storage stubbed: what it allocates, and which part of its time is the signature and
/// the JSON.
/// </summary>
internal static class HandlerCost
{
    private const int WarmUp = 2000;
    private const int Calls = 5000;

    public static async Task<IReadOnlyList<Figure>> Run(Suite suite, CancellationToken cancellationToken)
    {
        var services = suite.Host.Services;
        var handler = ActivatorUtilities.CreateInstance<ReceiveHook>(services);
        var source = await services.GetRequiredService<SourceDirectory>().Find("bench", cancellationToken);
        var orders = Enumerable.Range(0, WarmUp + Calls).Select(_ => Orders.Next()).ToArray();
        var whole = await Cost(orders, async order => await handler.Run(Request(order), "bench", cancellationToken), cancellationToken);
        var deliveries = orders
            .Select(order => new Delivery("POST", "", Request(order).Headers, order.Body, TimeProvider.System.GetUtcNow()))
            .ToArray();
        var signature = await Cost(deliveries, delivery => Done(source.Provider.Verify(delivery, source).Authentic), cancellationToken);
        var mapping = await Cost(
            deliveries,
            delivery =>
            {
                var meaning = new MappingResult(source.Source, Suite.Now);
                source.Provider.Map(delivery, source, meaning);
                return Done(meaning.Entries.Count == 1);
            },
            cancellationToken
        );
        return
        [
            new("body", orders[0].Body.Length, "bytes"),
            new("handler: time", whole.Microseconds, "µs"),
            new("handler: allocated", whole.Bytes, "bytes"),
            new("of it signature: time", signature.Microseconds, "µs"),
            new("of it signature: share", 100 * signature.Microseconds / whole.Microseconds, "%"),
            new("of it signature: allocated", signature.Bytes, "bytes"),
            new("of it JSON, in and out: time", mapping.Microseconds, "µs"),
            new("of it JSON, in and out: share", 100 * mapping.Microseconds / whole.Microseconds, "%"),
            new("of it JSON, in and out: allocated", mapping.Bytes, "bytes"),
        ];
    }

    private static async Task<(double Microseconds, double Bytes)> Cost<T>(
        T[] inputs,
        Func<T, Task> work,
        CancellationToken cancellationToken
    )
    {
        foreach (var input in inputs.Take(WarmUp))
            await work(input);
        cancellationToken.ThrowIfCancellationRequested();
        var (bytes, since) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        foreach (var input in inputs.Skip(WarmUp))
            await work(input);
        var took = Stopwatch.GetElapsedTime(since);
        return (took.TotalMicroseconds / Calls, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / Calls);
    }

    private static HttpRequest Request((byte[] Body, (string, string)[] Headers) order)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Body, request.ContentLength) = ("POST", new MemoryStream(order.Body, writable: false), order.Body.Length);
        foreach (var (name, value) in order.Headers)
            request.Headers[name] = value;
        return request;
    }

    private static Task Done(bool right) =>
        right ? Task.CompletedTask : throw new InvalidOperationException("A delivery of the benchmark was not understood.");
}
