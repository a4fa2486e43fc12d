using System.Collections.Immutable;
using System.Text;
using CrmFunctions.Sources;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.TestKit;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>Deliveries and sources by hand, to hold a provider to its recipe without anything around it.</summary>
internal static class Held
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    public static SourceInForce Source(
        string provider,
        string? secret = "secret",
        string? url = null,
        string? client = null,
        ImmutableDictionary<string, string>? credentials = null,
        Source? with = null
    ) =>
        new(
            (with ?? new Source("shop", provider)) with
            {
                Url = url,
                ClientId = client,
            },
            secret is null ? [] : [new SourceKey("s1", secret, null)],
            credentials ?? ImmutableDictionary<string, string>.Empty
        );

    public static Delivery Delivery(byte[] body, params (string Name, string Value)[] headers) => Delivery(body, "", "POST", headers);

    public static Delivery Delivery(string body, params (string Name, string Value)[] headers) =>
        Delivery(Encoding.UTF8.GetBytes(body), "", "POST", headers);

    public static Delivery Delivery(byte[] body, string query, string method, params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
            dictionary.Append(name, value);
        return new Delivery(method, query, dictionary, body, Now);
    }

    public static bool Accepts(SourceInForce source, Delivery delivery) => source.Provider.Verify(delivery, source).Authentic;

    public static MappingResult Map(SourceInForce source, Delivery delivery, int? trusted = null)
    {
        var mapping = new MappingResult(source.Source, Now) { Trusted = trusted };
        source.Provider.Map(delivery, source, mapping);
        return mapping;
    }
}

/// <summary>A test on public fixtures that are not part of the project; skipped where they are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureFactAttribute : FactAttribute
{
    public FixtureFactAttribute()
    {
        if (Webhooks.Fixtures is null)
            Skip = "Needs the webhook fixtures: set CRM_REFERENCE_DATA to the folder that holds webhooks/.";
    }
}
