using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.Events;
using CrmFunctions.Security;
using CrmFunctions.Sources.Hooks.Providers;
using NodaTime;

namespace CrmFunctions.Sources;

/// <summary>Makes a source of what was sent to be saved and of what was saved before, or says what is wrong with each field.</summary>
public sealed partial class SourceDraft(string id, SourceBody body, Source? before, SecretKeeper keeper, DateTimeOffset now)
{
    private const int LongestText = 256;
    private const int LongestSecret = 4096;
    private const int MostEntries = 100;
    private const int MostPerSecond = 10_000;

    /// <summary>The longest time for which refused deliveries are kept: who mends a secret needs hours.</summary>
    public static readonly TimeSpan LongestKeeping = TimeSpan.FromDays(7);

    private readonly List<FieldProblem> problems = [];

    private ProviderRules Rules => ProviderCatalog.Of(body.Provider!).Rules;

    /// <summary>Whether a text can be the id of a source.</summary>
    public static bool IsId(string id) => IdForm().IsMatch(id);

    /// <summary>The source.</summary>
    /// <returns>Null exactly when there are problems.</returns>
    public Source? Make(out IReadOnlyList<FieldProblem> found)
    {
        found = problems;
        if (!IsId(id))
            Refuse("id", "must be 3 to 64 characters out of a-z, 0-9 and -; make it long and random, it stands in the webhook's address");
        if (body.Provider is not { } provider || !ProviderCatalog.Has(provider))
        {
            Refuse("provider", $"must be one of {string.Join(", ", ProviderCatalog.Names)}");
            return null;
        }

        if (before is not null && before.Provider != provider)
            Refuse("provider", $"is {before.Provider} already; delete the source first, or make another");
        var source = new Source(id, provider)
        {
            Name = Text("name", body.Name) ?? id,
            Secrets = Secrets(),
            Currency = body.Currency,
            TimeZone = body.TimeZone,
            Region = body.Region,
            Url = Address("url", body.Url),
            ApiUrl = Address("apiUrl", body.ApiUrl),
            ClientId = Text("clientId", body.ClientId),
            Identifiers = body.Identifiers,
            Fields = Entries("fields", body.Fields),
            Types = Entries("types", body.Types),
            Credentials = Credentials(),
            KeepRefusedUntil = body.KeepRefusedUntil,
            PerSecond = body.PerSecond,
        };
        Check(source);
        return problems.Count == 0 ? source : null;
    }

    private void Check(Source source)
    {
        if (source.Name == CustomerEvent.OwnSource)
            problems.Add(IngestScope.OfTheSuite("name"));
        if (source.Currency is { } currency && Currencies.Digits(currency) is null)
            Refuse("currency", "must be an ISO 4217 code such as CNY, EUR or USD");
        if (source.TimeZone is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            Refuse("timeZone", "must be an IANA zone such as Asia/Shanghai or Europe/Berlin");
        if (source.Region is { } region && !RegionForm().IsMatch(region))
            Refuse("region", "must be an ISO 3166 country code such as CN, DE or US");
        if (source.Identifiers is { } trust && !IdentifierTrust.All.Contains(trust))
            Refuse("identifiers", $"must be {string.Join(" or ", IdentifierTrust.All)}");
        if (source.PerSecond is < 1 or > MostPerSecond)
            Refuse("perSecond", $"must be a whole number from 1 to {MostPerSecond}");
        if (source.KeepRefusedUntil is { } until && until > now + LongestKeeping)
            Refuse("keepRefusedUntil", $"must be within {LongestKeeping.Days} days from now");
        foreach (var (topic, type) in source.Types)
        {
            if (type != "ignore" && !EventTypes.FromOutside.Contains(type))
                Refuse($"types.{topic}", $"must be ignore or one of {string.Join(", ", EventTypes.FromOutside)}");
        }

        var rule = Rules;
        if (rule.NeedsSecret && source.Secrets.IsEmpty)
            Refuse("secrets", $"must hold a secret: {rule.SecretIs}");
        if (rule.NeedsUrl && source.Url is null)
            Refuse(
                "url",
                $"is missing; {source.Provider} signs the address as it is registered there, such as https://example.com/api/hooks/{source.Id}"
            );
        if (rule.NeedsClientId && source.ClientId is null)
            Refuse("clientId", $"is missing; {source.Provider} signs it");
        foreach (var name in rule.NeedsCredentials.Where(name => !source.Credentials.ContainsKey(name)))
            Refuse(name, $"is missing; it stands beside the callback's address at {source.Provider}");
    }

    private ImmutableArray<SourceSecret> Secrets()
    {
        if (body.Secrets is null)
            return before?.Secrets ?? [];
        var secrets = body.Secrets.Select((secret, index) => Secret($"secrets[{index}]", secret)).OfType<SourceSecret>().ToImmutableArray();
        if (body.Secrets.Count > 2)
            Refuse("secrets", "has more than two secrets: the one in force, and the one it replaces with the end of its time");
        if (secrets.Count(secret => secret.Until is null) > 1)
            Refuse("secrets", "has two secrets without an end; give the older one its until");
        if (secrets.Length > 0 && secrets.All(secret => secret.Until <= now))
            Refuse("secrets", "has no secret in force; leave out until for the new one");
        if (secrets.Select(secret => secret.Id).Distinct().Count() < secrets.Length)
            Refuse("secrets", "names one secret twice");
        return secrets;
    }

    private SourceSecret? Secret(string field, SecretBody? secret)
    {
        if (secret?.Id is { } known)
        {
            if (secret.Value is not null || secret.KeyVault is not null)
                Refuse(field, "has an id and a secret: send the id to keep a known one, or value or keyVault for a new one");
            if (before?.Secrets.FirstOrDefault(one => one.Id == known) is { } kept)
                return kept with { Until = secret.Until };
            Refuse($"{field}.id", "names no secret of this source; GET the source to see their ids");
            return null;
        }

        var name = "s" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
        return Kept(field, secret, credential: null) is { } value ? new SourceSecret(name, value, now, secret!.Until) : null;
    }

    private ImmutableSortedDictionary<string, KeptSecret> Credentials()
    {
        var kept =
            (body.Credentials is null ? before?.Credentials : null)
            ?? ImmutableSortedDictionary.Create<string, KeptSecret>(StringComparer.Ordinal);
        foreach (var name in (ReadOnlySpan<string>)["token", "aesKey"])
        {
            if (before?.Credentials.TryGetValue(name, out var known) == true)
                kept = kept.SetItem(name, known);
        }

        var sent = (body.Credentials ?? new Dictionary<string, SecretBody>())
            .Select(pair => (pair.Key, Field: $"credentials.{pair.Key}", Secret: (SecretBody?)pair.Value))
            .ToList();
        if (sent.Count > MostEntries)
            Refuse("credentials", $"has more than {MostEntries} members");
        if (body.Token is not null)
            sent.Add(("token", "token", body.Token));
        if (body.AesKey is not null)
            sent.Add(("aesKey", "aesKey", body.AesKey));
        foreach (var (name, field, secret) in sent)
        {
            if (name.Length is 0 or > 64)
                Refuse(field[..Math.Min(field.Length, 80)], "must have a name of 1 to 64 characters");
            else if (Kept(field, secret, credential: name) is { } value)
                kept = kept.SetItem(name, value);
        }

        return kept;
    }

    private KeptSecret? Kept(string field, SecretBody? secret, string? credential)
    {
        if (secret is null || (secret.Value is null) == (secret.KeyVault is null))
        {
            Refuse(field, "must hold a secret as value, or its address as keyVault");
            return null;
        }

        if (secret.KeyVault is { } address)
        {
            if (AzureVault.Is(address))
                return new KeptSecret(null, address);
            Refuse(
                $"{field}.keyVault",
                "must be the address of a secret in Azure Key Vault, such as https://name.vault.azure.net/secrets/shop"
            );
            return null;
        }

        var value = secret.Value!;
        if (string.IsNullOrWhiteSpace(value))
            Refuse(field, "is empty: with an empty secret anybody could sign");
        else if (value.Length > LongestSecret)
            Refuse(field, $"has {value.Length} characters; at most {LongestSecret} are taken");
        else if (value.Any(char.IsControl))
            Refuse(field, "has a line break or another control character; send it without");
        else if ((credential is null ? Rules.Refuses(value) : Rules.CredentialProblem(credential, value)) is { } wrong)
            Refuse(field, wrong);
        else if (!keeper.CanSeal)
            Refuse(field, "cannot be kept here: name it as keyVault, or set Sources__KeyFolder");
        else
            return keeper.Seal(id, value);
        return null;
    }

    private ImmutableSortedDictionary<string, string> Entries(string field, IReadOnlyDictionary<string, string>? entries)
    {
        if (entries?.Count > MostEntries)
            Refuse(field, $"has more than {MostEntries} members");
        else if (
            entries?.Any(pair => pair.Key.Length is 0 or > LongestText || pair.Value is not { Length: > 0 and <= LongestText }) == true
        )
            Refuse(field, $"must map texts of 1 to {LongestText} characters to such texts");
        else if (entries is not null)
            return entries.ToImmutableSortedDictionary(StringComparer.Ordinal);
        return ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    }

    private string? Text(string field, string? text)
    {
        if (text is null)
            return null;
        if (text.Trim().Length is 0 or > LongestText || text.Any(char.IsControl))
            Refuse(field, $"must be a text of 1 to {LongestText} characters");
        return text.Trim();
    }

    private string? Address(string field, string? address)
    {
        if (
            address is not null
            && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && address.Length <= 1024)
        )
        {
            Refuse(field, "must be an address such as https://example.com/api/hooks/shop");
        }

        return address;
    }

    private void Refuse(string field, string message) => problems.Add(new FieldProblem(field, message));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]\\z")]
    private static partial Regex IdForm();

    [GeneratedRegex("^[A-Z]{2}\\z")]
    private static partial Regex RegionForm();
}
