using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>What became of a post.</summary>
/// <param name="Intended">When it was to be sent. UTC.</param>
/// <param name="Answered">From then until the whole answer was there.</param>
/// <param name="Accepted">Whether it was answered 202.</param>
internal readonly record struct Sending(Post Post, DateTimeOffset Intended, TimeSpan Answered, bool Accepted);

/// <summary>Sends events to an endpoint, each in a request of its own.</summary>
internal sealed class Load(HttpClient client)
{
    private static readonly MediaTypeHeaderValue json = new("application/json");

    /// <summary>
    /// Open loop: each is sent at its own time, whether or not those before are answered, and its wait counts from that time. A system
    /// that stalls is charged for everybody who would have waited, not for one.
    /// </summary>
    /// <param name="start">When the first is sent, shortly ahead.</param>
    public async Task<Sending[]> Steady(
        IReadOnlyList<Post> posts,
        DateTimeOffset start,
        TimeSpan interval,
        CancellationToken cancellationToken
    )
    {
        var zero = Stopwatch.GetTimestamp();
        var ahead = start - TimeProvider.System.GetUtcNow();
        var sendings = new Task<Sending>[posts.Count];
        for (var i = 0; i < posts.Count; i++)
        {
            var at = ahead + (i * interval);
            if (at - Stopwatch.GetElapsedTime(zero) is { Ticks: > 0 } wait)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), cancellationToken);
            sendings[i] = Send(posts[i], start + (i * interval), zero, at, cancellationToken);
        }

        return await Task.WhenAll(sendings);
    }

    /// <summary>Closed loop: so many senders, each sends its next when its last is answered.</summary>
    /// <param name="next">The next event; null ends a sender.</param>
    public async Task<Sending[]> Closed(int senders, Func<Post?> next, CancellationToken cancellationToken)
    {
        var loops = Enumerable
            .Range(0, senders)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        var sent = new List<Sending>();
                        while (next() is { } post)
                            sent.Add(
                                await Send(
                                    post,
                                    TimeProvider.System.GetUtcNow(),
                                    Stopwatch.GetTimestamp(),
                                    TimeSpan.Zero,
                                    cancellationToken
                                )
                            );
                        return sent;
                    },
                    cancellationToken
                )
            );
        return [.. (await Task.WhenAll(loops)).SelectMany(sent => sent)];
    }

    private async Task<Sending> Send(Post post, DateTimeOffset intended, long zero, TimeSpan at, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(post.Body);
        content.Headers.ContentType = json;
        var accepted = false;
        try
        {
            using var answer = await client.PostAsync(new Uri("api/events", UriKind.Relative), content, cancellationToken);
            accepted = answer.StatusCode == HttpStatusCode.Accepted;
        }
        catch (Exception failed)
            when (failed is HttpRequestException || (failed is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Refused, broken off, or not answered in time: counted as failed.
        }

        return new Sending(post, intended, Stopwatch.GetElapsedTime(zero) - at, accepted);
    }
}
