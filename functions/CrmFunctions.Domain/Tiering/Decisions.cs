using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Scoring;
using CrmFunctions.Domain.Tiering.Walking;

namespace CrmFunctions.Domain.Tiering;

/// <summary>The one decision: pure, without clock, chance or waiting.</summary>
public static class Decisions
{
    /// <summary>Decides tier, stage, obligations, next review and the receipt.</summary>
    /// <param name="facts">True at <paramref name="now"/>: folded as of it, or as of earlier with nothing dated between.</param>
    /// <param name="standard">The version that decides.</param>
    /// <param name="calibration">The one the standard uses; <see cref="Calibration.None"/> where its bands are absolute.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="ArgumentException">The facts are not true at <paramref name="now"/>.</exception>
    public static Decision Decide(Facts facts, Standard standard, Calibration calibration, DateTimeOffset now)
    {
        if (now < facts.AsOf || now >= facts.ChangesAt)
        {
            throw new ArgumentException($"The facts are true from {facts.AsOf:O} to {facts.ChangesAt:O}, not at {now:O}.", nameof(now));
        }

        var course = new Course(facts, standard, calibration, now);
        var answer = course.Start;
        return new Decision(facts, standard, calibration)
        {
            Stages = course.Stages,
            At = now.ToUniversalTime(),
            Tier = standard.Tiers[answer.Tier],
            Stage = answer.Stage,
            Score = PointsTable.Points(answer.Score),
            Tags = answer.Tags,
            Obligations = Obligations.At(facts, standard.Tiers[answer.Tier], answer.Stage, course.Stages, now),
            NextReview = course.FirstChange(static (now, then) => !now.SameAs(then))?.At,
        };
    }
}
