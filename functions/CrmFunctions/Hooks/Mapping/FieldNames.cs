using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Sources;

namespace CrmFunctions.Hooks.Mapping;

/// <summary>The source's own field mapping: which of its fields is which canonical member.</summary>
internal static class FieldNames
{
    /// <summary>The customer: each member from the field that the source names for it, else as it was recognised.</summary>
    /// <param name="source">Whose fields.</param>
    /// <param name="find">The text of a field by its name, key or path; null where there is none.</param>
    /// <param name="recognised">What the payload itself says.</param>
    public static Identifiers Customer(Source source, Func<string, string?> find, Identifiers recognised) => Customer(
        source,
        new Identifiers(
            Mapped(source, find, "customer.id") ?? recognised.Id,
            Mapped(source, find, "customer.unionid") ?? recognised.UnionId,
            Mapped(source, find, "customer.openid") ?? recognised.OpenId,
            Mapped(source, find, "customer.email") ?? recognised.Email,
            Mapped(source, find, "customer.phone") ?? recognised.Phone,
            Mapped(source, find, "customer.name") ?? recognised.Name,
            Mapped(source, find, "customer.timeZone") ?? recognised.TimeZone));

    /// <summary>The customer, phone numbers without a country code read as those of the region.</summary>
    /// <param name="source">Whose region.</param>
    /// <param name="customer">As sent.</param>
    /// <param name="region">A better guess than the source's: the country of the address. Null: none.</param>
    public static Identifiers Customer(Source source, Identifiers customer, string? region = null) =>
        customer.Phone is { } phone ? customer with { Phone = Phone(phone, region ?? source.Region) } : customer;

    /// <summary>The text of the field that the source names for a member; null where it names none, or there is none.</summary>
    public static string? Mapped(Source source, Func<string, string?> find, string member) => source.Fields.TryGetValue(member, out var field) ? find(field) : null;

    private static string Phone(string phone, string? region) => (region is null ? null : Phones.Normalise(phone)) ?? Phones.Normalise(phone) ?? phone;
}
