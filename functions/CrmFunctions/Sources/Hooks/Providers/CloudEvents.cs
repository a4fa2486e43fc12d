using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// CloudEvents 1.0 over HTTP: structured, batch and binary. It has no signature of its own: the secret is a bearer token, in the header or
/// as <c>access_token</c>, or signs the body as Standard Webhooks do; then the attributes must be in the body.
/// </summary>
/// <remarks>Source: the CloudEvents HTTP protocol binding 1.0.2 and HTTP 1.1 Web Hooks 1.0.2.</remarks>
public sealed partial class CloudEvents : IProvider
{
    private const string Bearer = "Bearer ";
    private const string Token = "access_token";
    private const string Origin = "WebHook-Request-Origin";
    private const string Attribute = "ce-";

    private static readonly StandardWebhooks signed = new();

    /// <inheritdoc/>
    public string Name => ProviderNames.CloudEvents;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the bearer token, or the key of an HMAC over the body");

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } =
    ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "ce-subject", "ce-dataschema", .. signed.Headers];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        if (delivery.Headers.ContainsKey(signed.Headers[^1]))
            return IsBinary(delivery) ? SignatureCheck.Refused : StandardWebhooks.VerifyAsText(delivery, source);
        var header = delivery.Header("Authorization");
        var presented =
            header?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true ? header[Bearer.Length..]
            : header is null ? delivery.Parameter(Token)
            : null;
        return new SignatureCheck(source.KeyOf(delivery, key => Signatures.IsSecret(presented, key.Bytes)));
    }

    /// <inheritdoc/>
    public IResult? Greet(Delivery delivery, SourceInForce source)
    {
        if (delivery.Method != "OPTIONS")
            return null;
        var verdict = Verify(delivery, source);

        // Without consent there are no headers, and nothing shows whether there is such a source. A callback is never called.
        if (!verdict.Authentic || delivery.Header(Origin) is not { } origin || !OriginForm().IsMatch(origin))
            return TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed);
        return new Consent(origin, 60 * (source.Source.PerSecond ?? 10));
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) =>
        IsBinary(delivery)
            ? delivery.Header("ce-type")
            : DeliveryJson.Peek(delivery.Body, "type") ?? DeliveryJson.Peek(delivery.Body, "0", "type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        if (UnreadableIn(delivery) is { } unreadable)
        {
            mapping.Refuse(new Problem(ProblemKind.InvalidEvent, unreadable));
            return;
        }

        var (body, problem) = EventBody.Parse(delivery.Headers, delivery.Headers.ContentType, delivery.Body);
        if (body is null)
        {
            mapping.Refuse(problem!);
            return;
        }

        using (body)
        {
            var problems = body
                .Items.SelectMany(
                    (item, index) =>
                        (body.DuplicateIn(item) is { } twice ? [twice] : CloudEventRules.Wrong(item)).Select(wrong =>
                            body.IsBatch ? wrong with { Field = $"[{index}].{wrong.Field}" } : wrong
                        )
                )
                .Take(100)
                .ToList();
            if (problems.Count > 0)
            {
                mapping.Refuse(
                    new Problem(
                        body.IsBatch ? ProblemKind.InvalidBatch : ProblemKind.InvalidEvent,
                        "Send CloudEvents 1.0; nothing was taken.",
                        problems
                    )
                );
                return;
            }

            foreach (var item in body.Items)
                MapItem(item, source.Source, mapping);
        }
    }

    /// <inheritdoc/>
    public IResult Answer(Delivery delivery, DeliveryReceipt receipt) =>
        TypedResults.Json(receipt, HooksJson.Default.DeliveryReceipt, statusCode: StatusCodes.Status202Accepted);

    private static void MapItem(JsonElement item, Source source, MappingResult mapping)
    {
        // Ids are unique within the event's own source; ours is one of many that may send them.
        var id = $"{item.Text("source")}#{item.Text("id")}";
        if (id.Length > 256)
            id = $"{CrmFunctions.Domain.Identity.Base32.Hash(id, 26)}#{item.Text("id")![..Math.Min(200, item.Text("id")!.Length)]}";
        if (item.At("data") is not { ValueKind: JsonValueKind.Object } data)
            mapping.Unknown(item.Text("type"));
        else
            GenericMapping.Map(source, mapping, item.Text("type"), id, item.Instant(null, "time"), data);
    }

    private static bool IsBinary(Delivery delivery) =>
        delivery.Headers.Keys.Any(name => name.StartsWith(Attribute, StringComparison.OrdinalIgnoreCase));

    private static string? UnreadableIn(Delivery delivery)
    {
        foreach (
            var (name, values) in delivery.Headers.Where(header => header.Key.StartsWith(Attribute, StringComparison.OrdinalIgnoreCase))
        )
        {
            if (name.Equals("ce-datacontenttype", StringComparison.OrdinalIgnoreCase))
                return "ce-datacontenttype is not allowed: the content type is Content-Type.";
            if (values.Count != 1)
                return $"{name} is there {values.Count} times; send it once.";
            if (!IsUtf8(values.ToString()))
                return $"{name} is not percent-encoded UTF-8.";
        }

        return null;
    }

    // Overlong forms such as %C0%A0 are no UTF-8, though a lenient decoder makes a blank of them.
    private static bool IsUtf8(string encoded)
    {
        var bytes = new MemoryStream(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (
                encoded[i] == '%'
                && i + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
            )
            {
                bytes.WriteByte(value);
                i += 2;
            }
            else
            {
                bytes.Write(Encoding.UTF8.GetBytes(encoded[i].ToString()));
            }
        }

        return System.Text.Unicode.Utf8.IsValid(bytes.ToArray());
    }

    [GeneratedRegex(@"^[A-Za-z0-9.:\[\]_-]{1,253}\z")]
    private static partial Regex OriginForm();

    private sealed class Consent(string origin, int perMinute) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers["WebHook-Allowed-Origin"] = origin;
            headers["WebHook-Allowed-Rate"] = perMinute.ToString(System.Globalization.CultureInfo.InvariantCulture);
            headers.Allow = "POST";
            return Task.CompletedTask;
        }
    }
}
