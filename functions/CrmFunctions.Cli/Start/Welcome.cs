namespace CrmFunctions.Cli.Start;

/// <summary>What the user sees when the suite is ready: where it is, the key, and three lines that work as they are printed.</summary>
internal static class Welcome
{
    public static void Print(TextWriter to, Texts texts, Uri address, string folder, string key)
    {
        to.WriteLine();
        to.WriteLine(texts["start.ready", address]);
        to.WriteLine(texts["start.key", key]);
        to.WriteLine(texts["start.data", folder]);
        to.WriteLine(texts["start.try"]);
        foreach (var line in Curl(address, key))
            to.WriteLine("  " + line);
    }

    /// <summary>An order without a time, which is now, also by the demo's clock; who that was; and the whole base.</summary>
    public static IEnumerable<string> Curl(Uri address, string key)
    {
        const string Order =
            """{"id":"try-1","source":"shop-eu","type":"order.paid","data":{"customer":{"email":"ada@example.com"},"orderId":"try-1","amount":"129.90","currency":"EUR"}}""";
        var header = Quoted("x-functions-key: " + key);
        yield return $"curl -s -H {header} -H 'content-type: application/json' -d {Quoted(Order)} {address}api/events";
        yield return $"curl -s -H {header} -G --data-urlencode 'handle=ada@example.com' {address}api/customers";
        yield return $"curl -s -H {header} {address}api/reports/base";
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
