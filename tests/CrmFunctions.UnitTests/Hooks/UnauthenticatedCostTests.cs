using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>
/// What a sender without the secret can make each provider do, with bodies as large as are taken and of the worst shapes.
/// </summary>
/// <remarks>
/// Processor time is held to that of hashing the same bytes, side by side and the least of several runs each, since it is the work that
/// counts and not the machine.
/// </remarks>
public sealed class UnauthenticatedCostTests
{
    private const int Size = 256 * 1024;
    private const int MostTimesHashing = 20;
    private const int MostTimesSize = 5;
    private const int Runs = 9;

    private static readonly Dictionary<string, Func<byte[]>> bodies = new(StringComparer.Ordinal)
    {
        ["deep XML"] = () => Filled("<xml>", "<a>"),
        ["deep XML, closed"] = () => Filled("<xml>", "<a></a>"),
        ["deep XML with what is looked for at its end"] = () => Filled("<xml>", "<a>", "<Encrypt>x</Encrypt>"),
        ["XML with many attributes"] = () => Filled("<xml ", "a1=\"\" "),
        ["XML that opens again and again what is looked for"] = () => Filled("<xml>", "<Encrypt>"),
        ["XML with a long text"] = () => Filled("<xml><Encrypt><![CDATA[", "QUJD", "]]></Encrypt></xml>"),
        ["deep lists"] = () => Filled("", "["),
        ["deep objects"] = () => Filled("", "{\"a\":"),
        ["a wide list"] = () => Filled("[0", ",0", "]"),
        ["a wide object"] = () => Wide("{", "}"),
        ["a wide object within msg"] = () => Wide("{\"msg\":{", "}}"),
        ["a wide object within a batch"] = () => Wide("{\"batch\":[{", "}]}"),
        ["a batch of many"] = () => Filled("[{}", ",{}", "]"),
        ["a long escaped text"] = () => Filled("{\"msg\":\"", "\\u0041", "\"}"),
        ["a long text in URL encoding"] = () => Filled("{\"msg\":\"", "%7B", "\"}"),
        ["a text that is not closed"] = () => Filled("{\"msg\":\"", "a"),
        ["members of one name"] = () => Filled("{\"a\":0", ",\"a\":0", "}"),
        ["many multipart parts"] = () => Filled("", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n"),
        ["many form fields"] = () => Filled("a", "&a=%41"),
        ["bad UTF-8"] = () => [.. Enumerable.Repeat((byte)0xff, Size)],
        ["bad UTF-8 within a text"] = () => [.. "{\"msg\":\""u8, .. Enumerable.Repeat((byte)0xc3, Size - 10), .. "\"}"u8],
        ["zeros"] = () => new byte[Size],
    };

    private static readonly Dictionary<string, string> queries = new(StringComparer.Ordinal)
    {
        ["none"] = "",
        ["many pairs"] = "?" + string.Concat(Enumerable.Repeat("a&", 3500)) + "timestamp=1&nonce=2&msg_signature=3&key=4",
        ["one name many times"] = "?" + string.Concat(Enumerable.Repeat("timestamp=1&nonce=2&", 350)),
    };

    public static TheoryData<string, string> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, string>();
            foreach (var provider in ProviderCatalog.All)
            {
                foreach (var shape in bodies.Keys)
                    shapes.Add(provider.Name, shape);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_delivery_of_the_largest_size_costs_about_what_hashing_it_costs(string provider, string shape)
    {
        var body = bodies[shape]();

        // A query has 8 KB at the most; one shape of a body is enough to try them with.
        foreach (var query in shape == "zeros" ? queries.Values : queries.Values.Take(1))
        {
            var source = Source(provider);
            var delivery = Held.Delivery(body, query, "POST", Headers(source.Provider));
            Assert.False(Work(delivery, source));

            var before = GC.GetAllocatedBytesForCurrentThread();
            Work(delivery, source);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= MostTimesSize * Size, $"{allocated} bytes for {Size}");

            var (hashing, working) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (var i = 0; i < Runs || (working > MostTimesHashing * hashing && i < 50 * Runs); i++)
            {
                hashing = Least(hashing, () => SHA256.HashData(body));
                working = Least(working, () => Work(delivery, source));
            }

            Assert.True(working <= MostTimesHashing * hashing, $"{working} where hashing takes {hashing}");
        }
    }

    // What is done with a delivery before it is found to be nobody's.
    private static bool Work(Delivery delivery, SourceInForce source)
    {
        // A delivery parses its query once.
        delivery = new Delivery(delivery.Method, delivery.Query, delivery.Headers, delivery.Body, delivery.ReceivedAt);
        var greeted = WooCommerce.IsPing(delivery) || source.Provider.Greet(delivery, source) is not null;
        var verdict = source.Provider.Verify(delivery, source);
        return greeted || verdict.Authentic;
    }

    private static TimeSpan Least(TimeSpan before, Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        var took = Stopwatch.GetElapsedTime(start);
        return took < before ? took : before;
    }

    private static SourceInForce Source(string provider)
    {
        var secret = Convert.ToBase64String(SHA256.HashData("nobody's"u8));
        return Held.Source(
            provider,
            secret,
            "https://example.com/",
            "client",
            ImmutableDictionary<string, string>.Empty.Add("token", secret).Add("aesKey", secret[..43])
        );
    }

    // Signatures of the right form, so that no provider refuses before it has worked; long ones where several may stand in one header.
    private static (string Name, string Value)[] Headers(IProvider provider) =>
        [.. provider.Headers.Select(name => (name, Value(name))), ("Content-Type", "application/json")];

    private static string Value(string name) =>
        name.Contains("timestamp", StringComparison.OrdinalIgnoreCase) ? "1793523600"
        : name.Equals("Stripe-Signature", StringComparison.OrdinalIgnoreCase)
            ? "t=1793523600," + string.Join(',', Enumerable.Repeat("v1=" + new string('a', 64), 200))
        : name.Equals("webhook-signature", StringComparison.OrdinalIgnoreCase)
            ? string.Join(' ', Enumerable.Repeat("v1," + Convert.ToBase64String(new byte[32]), 200))
        : new string('a', 32);

    private static byte[] Filled(string start, string part, string end = "")
    {
        var text = new StringBuilder(start, Size);
        while (text.Length + part.Length + end.Length <= Size)
            text.Append(part);
        return Encoding.UTF8.GetBytes(text.Append(end).ToString());
    }

    private static byte[] Wide(string start, string end)
    {
        var text = new StringBuilder(start, Size).Append("\"a\":0");
        for (var i = 0; text.Length < Size - 20; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $",\"{i:x}\":0");
        return Encoding.UTF8.GetBytes(text.Append(end).ToString());
    }
}
