using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Sources.Hooks.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// Takes a webhook as its provider sends it. In this order, each step before the next costs more: the size while it streams in, who it may
/// be from, the signature over the raw bytes, its time, the source's budget; then the log, and the answer.
/// </summary>
public sealed class ReceiveHook(
    SourceDirectory sources,
    RateBudgets budgets,
    DeliveryFiling filing,
    RefusedDeliveries refused,
    HookLimits limits,
    HookMeter meter
)
{
    [Operation(
        ApiTag.Webhooks,
        "Take a webhook as its provider sends it（接收 webhook 推送）",
        "Up to 256 KiB, uncompressed. The signature is checked over the raw bytes, its time within 5 minutes where it is signed. What cannot be made out is kept aside, not refused.",
        Method = "post"
    )]
    [Takes(typeof(object), "*/*", Method = "post")]
    [Answers(
        200,
        "In the log, or kept aside; duplicates too. The body is what the provider needs: a receipt, Youzan's {\"code\":0}, WeCom's success; none for WooCommerce's ping.",
        typeof(DeliveryReceipt),
        MayBeEmpty = true,
        Method = "post"
    )]
    [Answers(200, "", Schema = "YouzanReceipt", Method = "post")]
    [Answers(200, "", typeof(string), ContentType = "text/plain", Method = "post")]
    [Answers(202, "CloudEvents: in the log, or kept aside.", typeof(DeliveryReceipt), Method = "post")]
    [Refuses(Refusal.BadBody, Refusal.BadSignature, Refusal.SlowBody, Refusal.TooMany, Refusal.Unavailable, Method = "post")]
    [Operation(ApiTag.Webhooks, "WeCom's test of the address（企业微信 URL 验证）", "Answered with the echostr decrypted.", Method = "get")]
    [Answers(200, "The echostr in plain.", typeof(string), ContentType = "text/plain", Method = "get")]
    [Refuses(Refusal.BadSignature, Refusal.Unavailable, Method = "get")]
    [Operation(
        ApiTag.Webhooks,
        "The handshake of CloudEvents（握手，CloudEvents）",
        "With the bearer token or access_token, and WebHook-Request-Origin.",
        Method = "options"
    )]
    [Answers(200, "WebHook-Allowed-Origin, WebHook-Allowed-Rate and Allow: POST.", Method = "options")]
    [Answers(405, "No consent.", Method = "options")]
    [Function(nameof(ReceiveHook))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "get", "options", Route = Flow.Routes.Hook)] HttpRequest request,
        string source,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var (delivery, unreadable) = await limits.Read(request, cancellationToken);
            return delivery is null
                ? unreadable!.ToResult()
                : await Take(delivery, source, request.HttpContext.Response, cancellationToken);
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            // Nothing was answered for: the sender sends again, and soon.
            request.HttpContext.Response.Headers.RetryAfter = "5";
            return new Problem(ProblemKind.Unavailable, "Send it again.").ToResult();
        }
    }

    private async Task<IResult> Take(Delivery delivery, string id, HttpResponse response, CancellationToken cancellationToken)
    {
        // It says nothing and is signed by nobody, so every address answers it alike.
        if (WooCommerce.IsPing(delivery))
            return TypedResults.Ok();

        var source = await sources.Find(id, cancellationToken);
        if (source.Provider.Greet(delivery, source) is { } greeting)
            return greeting;
        if (delivery.Method == "OPTIONS")
            return TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed);

        var verdict = source.Provider.Verify(delivery, source);
        var keyed =
            !source.Credentials.TryGetValue(SourceDirectory.UrlKey, out var urlKey)
            || Signatures.IsSecret(delivery.Parameter("key"), Signatures.Utf8(urlKey).Span);
        if (
            !keyed
            || delivery.Method != "POST"
            || !verdict.Authentic
            || SourceDirectory.IsStranger(source)
            || !limits.IsInTime(verdict, delivery.ReceivedAt)
        )
        {
            await refused.Keep(delivery, source, cancellationToken);
            return Unauthorized;
        }

        if (budgets.Take(source.Source.Id, source.Source.PerSecond) is { } wait)
        {
            meter.CountLimited(source.Source.Provider);
            response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return new Problem(ProblemKind.TooMany, "Send it again later; its source has used up its budget.").ToResult();
        }

        meter.CountTaken(source.Source.Provider);
        var filed = await filing.File(delivery, source, verdict, keeps: true, cancellationToken);
        return filed.Refused?.ToResult() ?? source.Provider.Answer(delivery, filed.Receipt);
    }

    // After several tries the client library throws all that went wrong with them.
    private static bool IsOutage(Exception failed) =>
        failed
            is RequestFailedException
                or ServiceBusException
                or SecretUnavailableException
                or AggregateException { InnerException: RequestFailedException };

    // One answer for all that may be wrong: a caller without the secret learns nothing about the source.
    private static IResult Unauthorized =>
        new Problem(ProblemKind.BadSignature, "The signature fits no secret of this address, or is not of now.").ToResult();
}

/// <summary>What is read of a request, and how long it may be under way.</summary>
public sealed class HookLimits(Clocks clocks, IOptions<HookOptions> options)
{
    /// <summary>The delivery of a request: no more bytes than are allowed, within the time allowed.</summary>
    public async Task<(Delivery? Delivery, Problem? Problem)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        using var slow = new CancellationTokenSource(options.Value.BodyTime, clocks.Machine);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slow.Token);
        try
        {
            var (body, problem) = await request.ReadBody(options.Value.BodyBytes, either.Token);
            return problem is not null && problem.Kind != ProblemKind.Empty
                ? (null, problem)
                : (new Delivery(request.Method, request.QueryString.Value ?? "", request.Headers, body, clocks.Machine.GetUtcNow()), null);
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, new Problem(ProblemKind.Slow, $"The body must be here within {options.Value.BodyTime.TotalSeconds} seconds."));
        }
    }

    /// <summary>UTC, by the machine's clock.</summary>
    public DateTimeOffset Now => clocks.Machine.GetUtcNow();

    /// <summary>Whether what was signed was signed now, as far as two clocks agree; always where no time is signed.</summary>
    public bool IsInTime(SignatureCheck verdict, DateTimeOffset receivedAt) =>
        verdict.SignedAt is not { } signed || (receivedAt - signed).Duration() <= options.Value.Tolerance;
}

/// <summary>JSON of the answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeliveryReceipt))]
internal sealed partial class HooksJson : JsonSerializerContext;
