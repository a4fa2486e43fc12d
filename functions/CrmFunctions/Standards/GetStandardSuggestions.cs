using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Suggesting;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Proposes cut points for the standard in force in a scheme, from the calibration it uses.</summary>
public sealed class GetStandardSuggestions(TieringEngine engine)
{
    [Operation(
        ApiTag.Standards,
        "Cut points proposed from the base, with the sizes they would give（分层建议）",
        "From the calibration that the scheme uses. Thresholds hold for the standard as it is: change cuts first, calibrate, then thresholds."
    )]
    [Query("shares", "Percent of the base wanted in each tier, the highest first; needed for ladders by score.", Example = "5,15,30,50")]
    [Answers(200, "They.", typeof(Suggestions))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetStandardSuggestions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Suggestions)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    )
    {
        await engine.Follow(cancellationToken);
        if (engine.InForce.Find(scheme) is not var (standard, calibration))
        {
            return new Problem(ProblemKind.NotFound, "There is no such standard; /api/standards lists the schemes in force.").ToResult();
        }

        if (calibration.Customers == 0)
            return new Problem(ProblemKind.NotFound, "The scheme has no calibration yet; POST /api/calibrations makes one.").ToResult();
        if (Shares(request.Query["shares"].ToString()) is not { } shares)
        {
            return new Problem(
                ProblemKind.InvalidQuery,
                "shares is the percent of the base wanted in each tier, the highest first, such as 5,15,30,50."
            ).ToResult();
        }

        return Suggestions.Problem(standard, shares) is { } problem
            ? new Problem(ProblemKind.InvalidQuery, $"shares: {problem}").ToResult()
            : TypedResults.Json(Suggestions.Of(standard, calibration, shares), StandardsJson.Default.Suggestions);
    }

    private static ImmutableArray<decimal>? Shares(string text)
    {
        var shares = ImmutableArray.CreateBuilder<decimal>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!decimal.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent > 100)
                return null;
            shares.Add(percent / 100);
        }

        return shares.DrainToImmutable();
    }
}
