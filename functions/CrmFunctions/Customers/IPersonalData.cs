using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Customers;

/// <summary>
/// A place that keeps personal data. Each capability that keeps some registers its places; an erasure and an export visit them all.
/// </summary>
public interface IPersonalData
{
    /// <summary>Name of the place in audits and exports, such as <c>quarantine</c>.</summary>
    string Place { get; }

    /// <summary>All that is kept there of a person, as it is kept.</summary>
    Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken);

    /// <summary>Takes every identifier of a person out of the place. Done twice, the second time finds nothing.</summary>
    /// <returns>How many things were changed or deleted.</returns>
    Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken);
}

/// <summary>How a person is found in places that know no handles.</summary>
/// <param name="Handles">All handles of the person.</param>
/// <param name="Texts">The identifiers themselves, as they were sent and as they are compared: ids, addresses, numbers and names.</param>
public sealed record PersonalIdentifiers(IReadOnlySet<Handle> Handles, IReadOnlySet<string> Texts)
{
    // Shorter ones are found in every second text: such an id is told by its handle only.
    private const int ShortestInText = 5;

    /// <summary>Whether a field is one of the identifiers.</summary>
    public bool AreIn(string field) => Texts.Contains(field.Trim());

    /// <summary>Whether a text of any form, such as the raw body of a webhook, names one of the identifiers anywhere.</summary>
    public bool AreAnywhereIn(string text) =>
        Texts.Any(identifier => identifier.Length >= ShortestInText && text.Contains(identifier, StringComparison.OrdinalIgnoreCase));
}
