using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>An event as it is posted.</summary>
/// <param name="Json">The whole event on one line. A redelivery has the same text, byte for byte.</param>
internal sealed record CanonicalEvent(string Source, string Id, string Type, Instant Time, string Json)
{
    // Names stay readable: the line goes into a file or a request, never into a page.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static CanonicalEvent Of(Shop shop, string id, string type, Instant time, JsonObject customer, JsonObject? more = null)
    {
        var data = new JsonObject { ["customer"] = customer };
        foreach (var (name, value) in more ?? [])
            data[name] = value?.DeepClone();
        var json = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id,
            ["source"] = shop.Source,
            ["type"] = type,
            ["time"] = InstantPattern.General.Format(time),
            ["data"] = data,
        };
        return new CanonicalEvent(shop.Source, id, type, time, json.ToJsonString(Readable));
    }

    /// <summary>Minor units as the decimal text that events carry: <c>129.90</c>.</summary>
    public static string Amount(long minor) => (minor / 100m).ToString("F2", CultureInfo.InvariantCulture);
}
