using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Customers.People;

/// <summary>From when on an e-mail address or a phone number is taken for that of several people.</summary>
/// <remarks>
/// Source: Customers/People.md of the domain, section 3. Changed, it holds for a customer from its next news on, and for all at once after
/// POST /api/recalculations?people=true.
/// </remarks>
public sealed class SharingOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Sharing";

    /// <summary>Ids of one source that one phone number may be named beside. 1 to 100.</summary>
    [Range(1, 100)]
    public int PhoneIds { get; set; } = SharingLimits.Default.PhoneIds;

    /// <summary>Ids of one source that one e-mail address may be named beside. 1 to 100.</summary>
    [Range(1, 100)]
    public int EmailIds { get; set; } = SharingLimits.Default.EmailIds;

    /// <summary>Ids of all sources together. 1 to 100.</summary>
    [Range(1, 100)]
    public int Ids { get; set; } = SharingLimits.Default.Ids;

    /// <summary>E-mail addresses that one phone number may be named beside. 1 to 100.</summary>
    [Range(1, 100)]
    public int Contacts { get; set; } = SharingLimits.Default.Contacts;

    /// <summary>Different sets of identifiers in which one identifier may be claimed before it attaches no claim any more. 1 to 100.</summary>
    [Range(1, 100)]
    public int Claims { get; set; } = SharingLimits.Default.Claims;

    /// <summary>The limits.</summary>
    public SharingLimits Limits => new(PhoneIds, EmailIds, Ids, Contacts, Claims);
}
