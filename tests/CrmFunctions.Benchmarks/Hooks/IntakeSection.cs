using System.Net.Http.Headers;
using System.Text;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Benchmarks.Sdk;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Benchmarks.Hooks;

/// <summary>Signed orders of Shopify, each another one: how fast they are answered, and what of that is ours.</summary>
internal static class IntakeSection
{
    private static readonly int[] concurrencies = [1, 16, 64];

    public static async Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        await using var bare = await Bare();
        using var azurite = new Azurite();
        await using (var suite = await Start(azurite, stubbed: false))
        {
            await Measure("Azurite", suite, bare, figures, cancellationToken);
        }

        await using (var suite = await Start(azurite, stubbed: true))
        {
            await Measure("storage stubbed", suite, bare, figures, cancellationToken);
            CommandLine.Say("The handler alone …");
            figures.AddRange(await HandlerCost.Run(suite, cancellationToken));
        }

        return figures;
    }

    private static async Task Measure(
        string storage,
        Suite suite,
        WebApplication bare,
        List<Figure> figures,
        CancellationToken cancellationToken
    )
    {
        using var shop = suite.Host.NewClient();
        using var drop = new HttpClient { BaseAddress = new Uri(bare.Urls.First()) };
        var failed = 0;
        foreach (var tasks in concurrencies)
        {
            CommandLine.Say($"{tasks} at a time, {storage} …");
            var dropped = await Rate.Of(tasks, _ => Post(drop, "api/hooks/bench", Orders.Next()), cancellationToken);
            var taken = await Rate.Of(
                tasks,
                async _ => failed += await Post(shop, "api/hooks/bench", Orders.Next()) ? 0 : 1,
                cancellationToken
            );
            figures.Add(new($"{storage}, {tasks} at a time: answers", taken.PerSecond, "/s"));
            figures.AddRange(taken.Each.Figures($"{storage}, {tasks} at a time: answer", 50));
            figures.Add(new($"{storage}, {tasks} at a time: answer, p99", taken.Each.Percentile(99), "ms", Budget.AnswerP99));
            figures.Add(new($"bare Kestrel, {tasks} at a time: answers", dropped.PerSecond, "/s"));
            figures.AddRange(dropped.Each.Figures($"bare Kestrel, {tasks} at a time: answer", 50, 99));
        }

        figures.Add(new($"{storage}: not answered with 200", failed, "deliveries", Budget.Lost));
    }

    private static async Task<bool> Post(HttpClient client, string path, (byte[] Body, (string, string)[] Headers) order)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new ByteArrayContent(order.Body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in order.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<Suite> Start(Azurite azurite, bool stubbed)
    {
        var settings = new Dictionary<string, string>
        {
            ["Hooks:PerSecond"] = "10000",
            ["Hooks:BurstSeconds"] = "3600",
            ["Sources:Refresh"] = "00:00:10",

            // Orders are asked to be recalculated after the run is over: what they come to then is measured by the flow's section.
            ["Debounce:Window"] = "00:05:00",
            ["Debounce:Margin"] = "00:01:00",
            ["Debounce:ClockSkew"] = "00:00:00.25",
            ["AzureFunctionsJobHost:logging:logLevel:default"] = "Warning",
        };
        var suite = await Suite.Start(azurite, settings: settings, replace: stubbed ? StubbedStorage.Register : null);
        using var source = new StringContent(
            $$"""{"provider":"shopify","secrets":["{{Orders.Secret}}"],"currency":"CNY"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await suite.Client.PutAsync(new Uri("api/sources/bench", UriKind.Relative), source);
        made.EnsureSuccessStatusCode();
        return suite;
    }

    // In this process, as the app is: what the machine, HTTP and the client cost is the same for both.
    private static async Task<WebApplication> Bare()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost(
            "/api/hooks/{source}",
            async (HttpRequest request) =>
            {
                await request.Body.CopyToAsync(Stream.Null, request.HttpContext.RequestAborted);
                return TypedResults.Ok();
            }
        );
        await app.StartAsync();
        return app;
    }
}

/// <summary>Orders as Shopify sends them, about 4 KB, signed.</summary>
internal static class Orders
{
    public const string Secret = "shpss_benchmark";
    private const int Customers = 2000;
    private static readonly string lines = string.Join(
        ',',
        Enumerable
            .Range(0, 8)
            .Select(i =>
                $$"""{"id":{{700000000000 + i}},"title":"龙井茶 Dragon Well No. {{i}}","quantity":{{i + 1}},"price":"12.90","sku":"TEA-{{i}}","taxable":true,"grams":200,"vendor":"shop","total_discount":"0.00","fulfillment_status":null,"properties":[],"price_set":{"shop_money":{"amount":"12.90","currency_code":"CNY"} } }"""
            )
    );

    private static long number;

    /// <summary>An order never sent before.</summary>
    public static (byte[] Body, (string, string)[] Headers) Next()
    {
        var (order, customer) = (Interlocked.Increment(ref number), Interlocked.Read(ref number) % Customers);
        var body = Encoding.UTF8.GetBytes(
            $$"""
            {"id":{{order}},"email":"c{{customer}}@example.com","created_at":"2026-02-20T08:00:00+08:00","processed_at":"2026-02-20T08:00:00+08:00","updated_at":"2026-02-20T08:00:01+08:00","cancelled_at":null,
             "financial_status":"paid","currency":"CNY","total_price":"{{order % 1000}}.90","current_total_price":"{{order
                % 1000}}.90","refunds":[],"line_items":[{{lines}}],
             "customer":{"id":{{900000000000 + customer}},"email":"c{{customer}}@example.com","first_name":"Ann","last_name":"安"} }
            """
        );
        return (body, Webhooks.Shopify(Secret, body, "orders/paid"));
    }
}
