using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Permission;

/// <summary>
/// Shows a page with a button. It changes nothing: programs that look through mails open every link (RFC 8058, section 1).
/// </summary>
public sealed class ShowUnsubscribe(UnsubscribeLinks links)
{
    [Operation(ApiTag.Notifications, "A page with a button; it changes nothing（退订页面）")]
    [Answers(200, "The page.", typeof(string), ContentType = "text/html")]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(ShowUnsubscribe))]
    public IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Unsubscribe)] HttpRequest request,
        string token
    )
    {
        if (links.Read(token) is not { } about)
            return Unknown;
        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        var page = $"""
            <!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>退订 · Unsubscribe</title>
            <h1>退订 · Unsubscribe</h1>
            <p>不再接收营销信息（{Escaping.Escape(about.Medium, TextForm.Html)}）。 No more marketing messages by {Escaping.Escape(
                about.Medium,
                TextForm.Html
            )}.</p>
            <form method="post"><button name="List-Unsubscribe" value="One-Click">退订 · Unsubscribe</button></form></html>
            """;
        return TypedResults.Content(page, "text/html; charset=utf-8");
    }

    internal static IResult Unknown =>
        new Problem(ProblemKind.NotFound, "This link was not made here, or not whole; use the one in the message.").ToResult();
}

/// <summary>Takes the no, at once, with one click and without a log-in (RFC 8058).</summary>
public sealed class TakeUnsubscribe(UnsubscribeLinks links, ConsentStore consents, Clocks clocks)
{
    [Operation(ApiTag.Notifications, "No more marketing, at once, with one click and without a log-in, RFC 8058（一键退订）")]
    [Answers(200, "It is in force.", typeof(string), ContentType = "text/plain")]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(TakeUnsubscribe))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Unsubscribe)] HttpRequest request,
        string token,
        CancellationToken cancellationToken
    )
    {
        if (links.Read(token) is not { } about)
            return ShowUnsubscribe.Unknown;

        // For any body: a post to this address withdraws the consent.
        await consents.Add(
            about.Customer,
            about.Medium,
            Purpose.Marketing.Code(),
            ConsentState.Denied,
            clocks.Now,
            "unsubscribe",
            wording: null,
            "one-click",
            cancellationToken
        );
        return TypedResults.Content("已退订。 You are unsubscribed.", "text/plain; charset=utf-8");
    }
}
