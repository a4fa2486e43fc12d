using CrmFunctions.Http.Describing;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>Lists the calibrations of all schemes in force, and how the last run of each went.</summary>
public sealed class GetCalibrations(CalibrationStore store, TieringEngine engine)
{
    private const int MostItems = 100;

    [Operation(ApiTag.Calibrations, "Calibrations made, newest first, and how the last run of each scheme went（校准记录）")]
    [Answers(200, "They.", typeof(CalibrationsAnswer))]
    [Function(nameof(GetCalibrations))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Calibrations)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var runs = new List<CalibrationRunAnswer>();
        var calibrations = new List<CalibrationAnswer>();
        foreach (var scheme in engine.InForce.Schemes)
        {
            var name = scheme.Standard.Scheme;
            if (await store.ReadRun(name, cancellationToken) is { } run)
                runs.Add(CalibrationRunAnswer.Of(run));
            var rows = await store.List(name, cancellationToken);
            calibrations.AddRange(rows.Take(MostItems).Select(row => CalibrationAnswer.Of(row, scheme.Calibration.Version)));
        }

        return TypedResults.Json(new CalibrationsAnswer(runs, calibrations), CalibrationsJson.Default.CalibrationsAnswer);
    }
}
