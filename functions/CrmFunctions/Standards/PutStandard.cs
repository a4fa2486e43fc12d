using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Messaging;
using CrmFunctions.Security.Keys;
using CrmFunctions.Standards.Calibrations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Takes a standard, checks it and puts it into force: at once, or after the calibration that its percentiles need.</summary>
public sealed class PutStandard(StandardStore store, ChangeStandards change, TieringEngine engine, Bus bus, Clocks clocks)
{
    // The most characters of one column.
    private const int MostCharacters = 32_000;

    [Operation(
        ApiTag.Standards,
        "Put a standard into force（发布标准）",
        "It is checked field by field. With absolute bands it is in force at once; with percentiles it comes into force when the base has been calibrated for it. Then all customers are decided again."
    )]
    [Query("dryRun", "true: check only, change nothing.", typeof(bool), Default = false)]
    [Takes("Standard", Description = "At most 32,000 characters.")]
    [Answers(200, "It is in force, or was checked.", typeof(StandardPut))]
    [Answers(202, "It waits for its calibration.", typeof(StandardPut))]
    [Refuses(Refusal.BadStandard, Refusal.NotFound)]
    [Function(nameof(PutStandard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Standard)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    )
    {
        var (json, refused) = await request.ReadText("standard", MostCharacters, cancellationToken);
        if (refused is not null)
            return refused.ToResult();
        var (standard, problem) = Read(scheme, json);
        if (standard is null)
            return problem!.ToResult();
        var calibration = engine.InForce.Find(scheme)?.Calibration ?? Domain.Tiering.Calibration.None;
        var warnings = FindingAnswer.Of(json, calibration, request.GetTypedHeaders().AcceptLanguage.FirstOrDefault()?.Value.Value);
        if (request.Query["dryRun"].ToString() is "true")
            return Answer(standard, "checked", null, warnings, StatusCodes.Status200OK);

        await store.Record(standard, json, clocks.Now, cancellationToken);
        AuditTrail.Note(engine.InForce.Find(scheme)?.Standard.Name, standard.Name);
        await engine.Follow(cancellationToken);
        calibration = engine.InForce.Find(scheme)?.Calibration ?? Domain.Tiering.Calibration.None;
        if (Calibrator.Serves(calibration, standard))
        {
            return Answer(
                standard,
                "inForce",
                await change.PutInForce(standard, calibration, cancellationToken),
                warnings,
                StatusCodes.Status200OK
            );
        }

        await bus.Send(
            Flow.Queues.Calibrations,
            [
                Bus.Message(
                    $"calibrate:{standard.Name}:{clocks.Machine.GetUtcNow().Ticks}",
                    new CalibrationRequest(scheme, standard.Version)
                ),
            ],
            cancellationToken
        );
        return Answer(standard, "calibrating", null, warnings, StatusCodes.Status202Accepted);
    }

    private static (Standard? Standard, Problem? Problem) Read(string scheme, string json)
    {
        if (StandardReader.Read(json, out var problems) is not { } standard)
        {
            return (
                null,
                new Problem(
                    ProblemKind.InvalidStandard,
                    "The standard cannot work; errors says which field, what is wrong and what would be right.",
                    problems
                )
            );
        }

        if (standard.Scheme != scheme || !IsName(scheme))
        {
            var wrong = IsName(scheme)
                ? $"is {standard.Scheme} and the address says {scheme}; they must be the same"
                : "must be 1 to 60 lower-case letters, digits and hyphens, beginning with a letter, and not schema";
            return (
                null,
                new Problem(ProblemKind.InvalidStandard, "The scheme's name cannot be taken.", [new FieldProblem("scheme", wrong)])
            );
        }

        return (standard, null);
    }

    private static bool IsName(string scheme) =>
        scheme.Length is > 0 and <= 60
        && scheme != "schema"
        && char.IsAsciiLetterLower(scheme[0])
        && scheme.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static JsonHttpResult<StandardPut> Answer(
        Standard standard,
        string status,
        int? revision,
        IReadOnlyList<FindingAnswer> warnings,
        int code
    ) =>
        TypedResults.Json(
            new StandardPut(standard.Scheme, standard.Version, status, revision, warnings),
            StandardsJson.Default.StandardPut,
            statusCode: code
        );
}
