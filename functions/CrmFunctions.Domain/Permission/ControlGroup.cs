using System.Globalization;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Permission;

/// <summary>对照组: customers who get no marketing, so that its effect can be told from what would have happened anyway.</summary>
/// <param name="Share">0 to 1 of all customers.</param>
/// <param name="Salt">Another salt draws another group.</param>
/// <remarks>
/// Source: Permission/Permission.md, section 5. A draw by hash: the same from the first customer on, in any order, on any machine.
/// </remarks>
public sealed record ControlGroup(double Share, string Salt)
{
    /// <summary>Whether a customer is in it. A larger share keeps everybody who was.</summary>
    public bool Has(Handle customer)
    {
        // Four characters of base32 are twenty bits.
        var draw = Base32
            .Hash(string.Create(CultureInfo.InvariantCulture, $"control\n{Salt}\n{customer.Key}"), 4)
            .Aggregate(0, (sum, c) => (sum * 32) + (c >= 'a' ? c - 'a' : c - '2' + 26));
        return draw < Share * (1 << 20);
    }
}
