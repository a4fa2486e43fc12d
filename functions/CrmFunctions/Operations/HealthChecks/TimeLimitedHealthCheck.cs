using Azure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>
/// A health check that answers within 5 s, also where the inner one does not end when it is cancelled, and that never throws: a failure is
/// told by its kind and by when this instance first noticed it. The failure's message, which may hold personal data, goes nowhere.
/// </summary>
/// <typeparam name="T">The inner check.</typeparam>
/// <param name="check">The inner check.</param>
/// <param name="clocks">The limit runs by the machine's clock.</param>
public sealed class TimeLimitedHealthCheck<T>(T check, Clocks clocks) : IHealthCheck
    where T : IHealthCheck
{
    /// <summary>Ends a check before the retries of storage and broker do, so that the caller gets an answer.</summary>
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(5);

    private DateTimeOffset? failedSince;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var enough = new CancellationTokenSource(limit, clocks.Machine);
        try
        {
            var found = await check.CheckHealthAsync(context, enough.Token).WaitAsync(enough.Token);
            failedSince = null;
            return found;
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return Failed($"It has not answered within {limit.TotalSeconds:0} s.");
        }
        catch (RequestFailedException answered)
        {
            return Failed($"Table Storage answers {answered.Status} {answered.ErrorCode}.");
        }
        catch (Exception failed)
        {
            return Failed($"It cannot be reached: {failed.GetType().Name}.");
        }
    }

    private HealthCheckResult Failed(string says) => HealthPart.Result(good: false, says, failedSince ??= clocks.Machine.GetUtcNow());
}
