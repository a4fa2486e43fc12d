using System.Text;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>What remains of an event of a person who was erased: what totals and decisions need, and nothing that tells of whom.</summary>
/// <remarks>
/// A list of what stays, not of what goes: a new member is left out until it is listed. Attributes and tags go; reasons and
/// authors are overwritten, as the event could not be read without them.
/// </remarks>
public static class Redaction
{
    private static readonly string[] kept = ["amount", "currency", "direction", "score", "channel", "purpose", "granted", "scheme", "tier"];
    private static readonly string[] hidden = ["orderId", "refundId", "complaintId", "checkoutId"];
    private static readonly string[] overwritten = ["author", "reason"];

    /// <summary>An event's data without its customer.</summary>
    /// <param name="data">As logged.</param>
    /// <param name="nobody">The name that leads to nobody.</param>
    /// <param name="hide">Gives equal ids equal names from which nobody comes back to them.</param>
    public static string Of(JsonElement data, string nobody, Func<string, string> hide)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("customer");
            json.WriteString("unionid", nobody);
            json.WriteBoolean("erased", true);
            json.WriteEndObject();
            foreach (var member in data.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
            {
                if (kept.Contains(member.Name))
                    member.WriteTo(json);
                else if (member.Name == "expires" && Instants.Parse(member.Value.ToString()) is { } expires)
                    json.WriteString(member.Name, new DateTimeOffset(expires.UtcDateTime.Date, TimeSpan.Zero));
                else if (hidden.Contains(member.Name))
                    json.WriteString(member.Name, hide(member.Value.ToString()));
                else if (overwritten.Contains(member.Name))
                    json.WriteString(member.Name, "erased");
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
