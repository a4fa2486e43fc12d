using CrmFunctions.Cli.Keys;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Start;

/// <summary>What the user sees when the suite is ready: where it is, two keys, and three lines that work as they are printed.</summary>
internal static class Welcome
{
    public static void Print(TextWriter to, Texts texts, Uri address, DataFolder folder)
    {
        var (ingest, manager) = (folder.Keys.Of(RoleNames.Ingest, address)!, folder.Keys.Of(RoleNames.Manager, address)!);
        to.WriteLine();
        to.WriteLine(texts["start.ready", address]);
        to.WriteLine(texts["start.key.ingest", ingest]);
        to.WriteLine(texts["start.key.manager", manager]);
        to.WriteLine(texts["start.keys", folder.Of(LocalKeys.FileName)]);
        to.WriteLine(texts["start.data", folder.Path]);
        to.WriteLine(texts["start.try"]);
        foreach (var line in Curl(address, ingest, manager))
            to.WriteLine("  " + line);
    }

    /// <summary>An order without a time, which is now, also by the demo's clock; who that was; and the whole base.</summary>
    public static IEnumerable<string> Curl(Uri address, string ingest, string manager)
    {
        const string Order =
            """{"id":"try-1","source":"shop-eu","type":"order.paid","data":{"customer":{"email":"ada@example.com"},"orderId":"try-1","amount":"129.90","currency":"EUR"}}""";
        yield return $"curl -s -H {Header(ingest)} -H 'content-type: application/json' -d {Quoted(Order)} {address}api/events";
        const string Who = """{"handle":"ada@example.com"}""";
        yield return $"curl -s -H {Header(manager)} -H 'content-type: application/json' -d {Quoted(Who)} {address}api/customers/find";
        yield return $"curl -s -H {Header(manager)} {address}api/reports/base";
    }

    private static string Header(string key) => Quoted($"Authorization: Bearer {key}");

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
