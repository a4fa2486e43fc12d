using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Messaging;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>Asks for a calibration now.</summary>
public sealed class RequestCalibration(Bus bus, TieringEngine engine, CalibrationStore store, Clocks clocks)
{
    [Operation(
        ApiTag.Calibrations,
        "Calibrate the base now（立即校准）",
        "Percentiles, spread of scores, purchase and spend models, churn rules chosen by a backtest. Held back, with an alarm at /health, where the base is too small or has shifted too much."
    )]
    [Query("scheme", "Of which scheme; by default the primary one.")]
    [Query("force", "true: use it whatever the guard says.", typeof(bool), Default = false)]
    [Answers(202, "Asked for; GET shows how it goes.", typeof(CalibrationRequestAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(RequestCalibration))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Calibrations)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var scheme = request.Query["scheme"] is [{ Length: > 0 } asked, ..] ? asked : engine.Standard.Scheme;
        if (engine.InForce.Find(scheme) is null)
        {
            return new Problem(
                ProblemKind.NotFound,
                $"No scheme of this name is in force; there are {string.Join(", ", engine.InForce.Schemes.Select(each => each.Standard.Scheme))}."
            ).ToResult();
        }

        var force = request.Query["force"].ToString();
        if (force is not ("" or "true" or "false"))
            return new Problem(ProblemKind.InvalidQuery, "force is true or false.").ToResult();
        await store.PutRun(
            new CalibrationRunRow
            {
                PartitionKey = scheme,
                Status = "queued",
                StartedAt = clocks.Machine.GetUtcNow(),
            },
            cancellationToken
        );
        await bus.Send(
            Flow.Queues.Calibrations,
            [Bus.Message($"calibrate:{scheme}:{clocks.Machine.GetUtcNow().Ticks}", new CalibrationRequest(scheme, null, force == "true"))],
            cancellationToken
        );
        return TypedResults.Json(
            new CalibrationRequestAnswer(scheme, "queued"),
            CalibrationsJson.Default.CalibrationRequestAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }
}
