namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>Histories drawn from a model: for recovering known parameters, and for measuring.</summary>
public static class PurchaseSimulation
{
    /// <summary>Endless histories of customers of a beta-geometric model.</summary>
    /// <param name="model">The truth.</param>
    /// <param name="random">Seeded by the caller: the same seed gives the same customers.</param>
    /// <param name="age">Draws a customer's T.</param>
    /// <param name="grain">Times are rounded up to multiples of this (a day, say); zero for none.</param>
    public static IEnumerable<PurchaseHistory> From(BetaGeometricModel model, Random random, Func<Random, double> age, double grain = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        while (true)
        {
            var rate = Gamma(random, model.R) / model.Alpha;
            var (stay, go) = (Gamma(random, model.B), Gamma(random, model.A));
            yield return One(random, rate, model.K, go / (go + stay), model.LeavesAtFirst, double.PositiveInfinity, age(random), grain);
        }
    }

    /// <summary>Endless histories of customers of Pareto/NBD.</summary>
    /// <inheritdoc cref="From(BetaGeometricModel, Random, Func{Random, double}, double)"/>
    public static IEnumerable<PurchaseHistory> From(ParetoNbdModel model, Random random, Func<Random, double> age, double grain = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        while (true)
        {
            var rate = Gamma(random, model.R) / model.Alpha;
            var leaves = Exponential(random) * model.Beta / Gamma(random, model.S);
            yield return One(random, rate, 1, 0, false, leaves, age(random), grain);
        }
    }

    /// <summary>A draw from the gamma distribution with scale 1.</summary>
    /// <remarks>Source: Marsaglia and Tsang (2000), ACM TOMS 26(3), 363-372; shapes below 1 by their boost.</remarks>
    public static double Gamma(Random random, double shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (shape < 1)
            return Gamma(random, shape + 1) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(2 * Exponential(random)) * Math.Cos(2 * Math.PI * random.NextDouble());
            var cube = Math.Pow(1 + c * normal, 3);
            if (cube > 0 && Math.Log(1 - random.NextDouble()) < normal * normal / 2 + d - d * cube + d * Math.Log(cube))
                return d * cube;
        }
    }

    private static PurchaseHistory One(
        Random random,
        double rate,
        int k,
        double leaving,
        bool leavesAtFirst,
        double leavesAt,
        double age,
        double grain
    )
    {
        var (time, last, repeats, logGaps) = (0.0, 0.0, 0, 0.0);
        var gone = leavesAtFirst && random.NextDouble() < leaving;
        while (!gone)
        {
            for (var stage = 0; stage < k; stage++)
                time += Exponential(random) / rate;
            if (time > Math.Min(age, leavesAt))
                break;
            var at = grain > 0 ? Math.Min(age, Math.Ceiling(time / grain) * grain) : time;

            // Purchases of the same day are one.
            if (at > last)
            {
                repeats++;
                logGaps += Math.Log(at - last);
                last = at;
            }

            gone = random.NextDouble() < leaving;
        }

        return new(repeats, last, age, logGaps);
    }

    private static double Exponential(Random random) => -Math.Log(1 - random.NextDouble());
}
