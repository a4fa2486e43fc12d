namespace CrmFunctions.Http.Describing;

/// <summary>What a function refuses. That a key is wanted (401, 403, 503) follows from Flow.Access, and 413 and 415 from the body.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RefusesAttribute(params Refusal[] refusals) : DescribingAttribute
{
    public IReadOnlyList<Refusal> Refusals => refusals;
}

/// <summary>Refusals that several functions share; api.json in the folder Http says of each which problems it may have.</summary>
public enum Refusal
{
    BadBody,
    BadRequest,
    BadImport,
    BadQuery,
    BadSource,
    BadStandard,
    BadPlan,
    Unauthorized,
    Forbidden,
    BadSignature,
    NotFound,
    SlowBody,
    Conflict,
    Changing,
    Unconfirmed,
    TooLarge,
    MediaType,
    TooMany,
    Unavailable,
}
