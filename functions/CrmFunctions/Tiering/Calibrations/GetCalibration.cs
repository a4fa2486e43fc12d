using System.Text.Json;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>Answers one calibration whole: percentiles, scores, models, the backtest's numbers.</summary>
public sealed class GetCalibration(CalibrationStore store, TieringEngine engine)
{
    [Operation(ApiTag.Calibrations, "One calibration whole: percentiles, scores, models, numbers of the backtest（某次校准的全部内容）")]
    [Answers(200, "It.", typeof(CalibrationDetailAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCalibration))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Calibration)] HttpRequest request,
        string scheme,
        string version,
        CancellationToken cancellationToken
    )
    {
        if (
            !version.All(char.IsAsciiLetterOrDigit)
            || engine.InForce.Find(scheme) is not { } known
            || await store.Find(scheme, version, cancellationToken) is not { } row
            || await store.Read(scheme, version, cancellationToken) is not { } calibration
        )
        {
            return new Problem(ProblemKind.NotFound, "There is no such calibration; /api/calibrations lists those there are.").ToResult();
        }

        using var content = JsonDocument.Parse(CalibrationText.Write(calibration));
        return TypedResults.Json(
            new CalibrationDetailAnswer(CalibrationAnswer.Of(row, known.Calibration.Version), content.RootElement.Clone()),
            CalibrationsJson.Default.CalibrationDetailAnswer
        );
    }
}
