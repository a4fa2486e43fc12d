using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>The source's own field mapping: which of its fields is which canonical member.</summary>
internal static class FieldNames
{
    /// <summary>The customer: each member from the field that the source names for it, else as it was recognised.</summary>
    /// <param name="source">Whose fields.</param>
    /// <param name="find">The text of a field by its name, key or path; null where there is none.</param>
    /// <param name="recognised">What the payload itself says.</param>
    public static Identifiers Customer(Source source, Func<string, string?> find, Identifiers recognised) =>
        Customer(
            source,
            new Identifiers(
                Mapped(source, find, "customer.id") ?? recognised.Id,
                Mapped(source, find, "customer.unionid") ?? recognised.UnionId,
                Mapped(source, find, "customer.openid") ?? recognised.OpenId,
                Mapped(source, find, "customer.email") ?? recognised.Email,
                Mapped(source, find, "customer.phone") ?? recognised.Phone,
                Mapped(source, find, "customer.name") ?? recognised.Name,
                Mapped(source, find, "customer.timeZone") ?? recognised.TimeZone,
                Claimed: recognised.Claimed
            ),
            recognised.Region
        );

    /// <summary>
    /// The customer, with the phone number in E.164. One without a country code is read as a number of the region; what is none there is
    /// kept as sent beside its region, so that nobody reads it as a number of another.
    /// </summary>
    /// <param name="source">Whose region.</param>
    /// <param name="customer">As sent.</param>
    /// <param name="country">A better guess than the source's region: the country of the address. Null: none.</param>
    public static Identifiers Customer(Source source, Identifiers customer, string? country = null)
    {
        if (customer.Phone is not { } phone)
            return customer;
        var region =
            country is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second)
                ? country.ToUpperInvariant()
                : source.Region;
        return Phones.Normalise(phone, region) is { } international
            ? customer with
            {
                Phone = international,
            }
            : customer with
            {
                Region = region,
            };
    }

    /// <summary>The text of the field that the source names for a member; null where it names none, or there is none.</summary>
    public static string? Mapped(Source source, Func<string, string?> find, string member) =>
        source.Fields.TryGetValue(member, out var field) ? find(field) : null;
}
