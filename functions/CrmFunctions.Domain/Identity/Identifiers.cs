namespace CrmFunctions.Domain.Identity;

/// <summary>How an event names its customer. At least one of the five identifiers is there.</summary>
/// <param name="Id">The source's own customer id; means something within the source only.</param>
/// <param name="UnionId">WeChat unionid.</param>
/// <param name="OpenId">WeChat openid.</param>
/// <param name="Email">E-mail address as sent.</param>
/// <param name="Phone">Phone number as sent.</param>
/// <param name="Name">Name for people; identifies nobody.</param>
/// <param name="TimeZone">IANA zone the customer lives in.</param>
/// <param name="Region">ISO 3166 code of the region whose national notations the phone number may have. Null: none is assumed.</param>
/// <param name="Erased">True in what an erasure has left: nobody is owed anything for it.</param>
/// <param name="Claimed">
/// True where nobody vouches for them: an answer to a form, or anything else that anybody can send. Null: the source vouches for them.
/// </param>
public sealed record Identifiers(
    string? Id = null,
    string? UnionId = null,
    string? OpenId = null,
    string? Email = null,
    string? Phone = null,
    string? Name = null,
    string? TimeZone = null,
    string? Region = null,
    bool? Erased = null,
    bool? Claimed = null
);
