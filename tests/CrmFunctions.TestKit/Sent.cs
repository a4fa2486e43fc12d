using System.Globalization;
using System.Text.Json.Nodes;

namespace CrmFunctions.TestKit;

/// <summary>Events as a shop sends them: JSON, valid unless a test spoils it.</summary>
public static class Sent
{
    /// <summary>An event. Without an instant it is a day old.</summary>
    public static JsonObject Event(
        string type,
        string id,
        string? customer = null,
        string? email = null,
        string? phone = null,
        DateTimeOffset? at = null,
        string source = "shop",
        params (string Name, JsonNode? Value)[] data
    )
    {
        var who = new JsonObject();
        if (customer is not null)
            who["id"] = customer;
        if (email is not null)
            who["email"] = email;
        if (phone is not null)
            who["phone"] = phone;
        var members = new JsonObject { ["customer"] = who };
        foreach (var (name, value) in data)
            members[name] = value;
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id,
            ["source"] = source,
            ["type"] = type,
            ["time"] = (at ?? Suite.Now.AddDays(-1)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = members,
        };
    }

    /// <summary>A payment.</summary>
    public static JsonObject Paid(
        string order,
        string? customer = null,
        string amount = "100.00",
        string? email = null,
        string? phone = null,
        DateTimeOffset? at = null,
        string source = "shop",
        string currency = "CNY"
    ) =>
        Event(
            "order.paid",
            $"{order}-paid",
            customer,
            email,
            phone,
            at,
            source,
            ("orderId", order),
            ("amount", amount),
            ("currency", currency)
        );

    /// <summary>A visit.</summary>
    public static JsonObject Visit(string id, string customer, DateTimeOffset? at = null) =>
        Event("visit", id, customer, at: at, data: ("page", "/"));

    /// <summary>A form sent by somebody known by e-mail or phone only.</summary>
    public static JsonObject Form(string id, string? email = null, string? phone = null, DateTimeOffset? at = null) =>
        Event("form.submitted", id, email: email, phone: phone, at: at, data: ("form", "contact"));
}
