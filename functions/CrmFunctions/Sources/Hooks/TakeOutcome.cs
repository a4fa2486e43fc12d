using System.Collections.Immutable;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Notifications.Outcomes;
using CrmFunctions.Sources.Hooks.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// Takes what became of a message, signed as Standard Webhooks, and joins it to the ledger's row. Told twice it counts once.
/// </summary>
public sealed class TakeOutcome(OutcomeFiling filing, IOptions<OutcomeOptions> options, IOptions<HookOptions> hooks, Clocks clocks)
{
    private const int MostBytes = 16 * 1024;
    private static readonly StandardWebhooks signature = new();

    [Operation(
        ApiTag.Notifications,
        "What became of a message after it was handed over（触达结果回执）",
        "Signed as Standard Webhooks with the secret of Outcomes__Secret (webhook-id, webhook-timestamp, webhook-signature). Bounces and complaints suppress; a reply is an interaction in the log."
    )]
    [Takes("Outcome")]
    [Answers(200, "Joined to its message; told twice it counts once.")]
    [Refuses(Refusal.BadRequest, Refusal.BadSignature, Refusal.NotFound)]
    [Function(nameof(TakeOutcome))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Outcomes)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (body, unreadable) = await request.ReadBody(MostBytes, cancellationToken);
        if (unreadable is not null)
            return unreadable.ToResult();

        var now = clocks.Machine.GetUtcNow();
        var delivery = new Delivery("POST", "", request.Headers, body, now);
        var verdict = signature.Verify(delivery, Sender);
        if (!verdict.Authentic || verdict.SignedAt is not { } sent || (now - sent).Duration() > hooks.Value.Tolerance)
        {
            return new Problem(
                ProblemKind.BadSignature,
                "Sign it as Standard Webhooks with the secret of the setting Outcomes__Secret, at the time of sending."
            ).ToResult();
        }

        if (OutcomeBody.Read(body, clocks.Now, out var problems) is not { } outcome)
            return new Problem(ProblemKind.InvalidRequest, "Send it again when mended; nothing was done.", problems).ToResult();
        return await filing.File(outcome, cancellationToken)
            ? TypedResults.Ok()
            : new Problem(
                ProblemKind.NotFound,
                "No message was sent under this key; send the webhook-id, or the key the channel was given."
            ).ToResult();
    }

    // Without a secret nobody can sign: a random key stands in, so that it takes the same time.
    private SourceInForce Sender
    {
        get
        {
            var secrets = new[] { options.Value.Secret, options.Value.OldSecret }
                .Where(secret => secret.Length > 0)
                .DefaultIfEmpty(Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
            return new SourceInForce(
                new Source("outcomes", ProviderNames.StandardWebhooks),
                [.. secrets.Select((secret, i) => new SourceKey($"{i}", secret, null))],
                ImmutableDictionary<string, string>.Empty
            );
        }
    }
}
