using CrmFunctions.Http;

namespace CrmFunctions.Notifications.Channels;

/// <summary>One try to post, which tells what is certain from what is not.</summary>
internal static class HttpDelivery
{
    /// <summary>A receiver has this long, from the look-up of its name until its answer is judged.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // The longest wait that a receiver's Retry-After is followed for.
    private static readonly TimeSpan maxRetryAfter = TimeSpan.FromHours(10);

    /// <summary>Posts, and judges the answer.</summary>
    /// <param name="http">From <see cref="OutgoingHttp"/>.</param>
    /// <param name="request">Its content is <paramref name="content"/>.</param>
    /// <param name="content">Knows whether it has left.</param>
    /// <param name="judge">What an answer means, of which the head has come.</param>
    /// <param name="unreachable">The code where nothing has left.</param>
    /// <param name="noAnswer">The code where it has, and no answer came.</param>
    /// <param name="clock">For the patience.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    internal static async Task<SendOutcome> Post(
        HttpClient http,
        HttpRequestMessage request,
        TrackedContent content,
        Func<HttpResponseMessage, CancellationToken, Task<SendOutcome>> judge,
        string unreachable,
        string noAnswer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var outcome = await judge(response, either.Token);
            return outcome with { Detail = outcome.Detail ?? $"HTTP {(int)response.StatusCode}" };
        }
        catch (Exception e) when ((e as OutgoingRefusedException ?? e.InnerException as OutgoingRefusedException) is { } refused)
        {
            return new SendOutcome.Refused(refused.Code);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && content.Left)
        {
            return new SendOutcome.Uncertain(noAnswer);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome.Failed(unreachable);
        }
    }

    /// <summary>How long a receiver asks to be left alone, capped at ten hours; null: it does not.</summary>
    internal static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var asked = response.Headers.RetryAfter;
        return (asked?.Delta ?? asked?.Date - clock.GetUtcNow()) is { } wait
            ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, maxRetryAfter.Ticks))
            : null;
    }
}
