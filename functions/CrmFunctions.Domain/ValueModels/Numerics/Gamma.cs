namespace CrmFunctions.Domain.ValueModels.Numerics;

/// <summary>The logarithm of Γ and its derivative for positive arguments, and sums of exponentials that do not overflow.</summary>
/// <remarks>
/// Stirling's series (Abramowitz and Stegun 6.1.40 and 6.3.18) above ten; smaller arguments are first raised by the recurrence Γ(z + 1) = z
/// Γ(z). The absolute error is below 1e-14 up to 100, the relative error below 1e-15 above.
/// </remarks>
public static class Gamma
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>ln Γ(z).</summary>
    /// <param name="z">Above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is not above zero.</exception>
    public static double Log(double z)
    {
        if (!(z > 0))
            throw new ArgumentOutOfRangeException(nameof(z), z, "ln Γ is asked for positive arguments only.");

        var raised = 1.0;
        while (z < 10)
        {
            raised *= z;
            z += 1;
        }

        var inverse = 1 / z;
        var square = inverse * inverse;
        var series =
            inverse
            * (
                1.0 / 12
                - square
                    * (
                        1.0 / 360
                        - square
                            * (
                                1.0 / 1260
                                - square * (1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360360 - square * (1.0 / 156))))
                            )
                    )
            );
        return (z - 0.5) * Math.Log(z) - z + HalfLogTwoPi + series - Math.Log(raised);
    }

    /// <summary>ψ(z) = d ln Γ(z) / dz.</summary>
    /// <param name="z">Above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is not above zero.</exception>
    public static double Digamma(double z)
    {
        if (!(z > 0))
            throw new ArgumentOutOfRangeException(nameof(z), z, "ψ is asked for positive arguments only.");

        var lifted = 0.0;
        while (z < 10)
        {
            lifted += 1 / z;
            z += 1;
        }

        var square = 1 / (z * z);
        var series =
            square
            * (
                1.0 / 12
                - square
                    * (
                        1.0 / 120
                        - square
                            * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132 - square * (691.0 / 32760 - square * (1.0 / 12)))))
                    )
            );
        return Math.Log(z) - 0.5 / z - series - lifted;
    }

    /// <summary>ln(Γ(z + n) / Γ(z)), the logarithm of the rising factorial.</summary>
    /// <param name="z">Above zero.</param>
    /// <param name="n">Zero or more.</param>
    public static double LogRising(double z, double n) => n == 0 ? 0 : Log(z + n) - Log(z);

    /// <summary>ln B(p, q), the logarithm of the beta function; both arguments above zero.</summary>
    public static double LogBeta(double p, double q) => Log(p) + Log(q) - Log(p + q);

    /// <summary>ln(eᵖ + eᵠ) without overflow; minus infinity stands for a term that is zero.</summary>
    public static double LogSumExp(double p, double q)
    {
        var (high, low) = p > q ? (p, q) : (q, p);
        return double.IsNegativeInfinity(low) ? high : high + LogOnePlus(Math.Exp(low - high));
    }

    /// <summary>ln(1 + z) without the loss of digits for small z.</summary>
    /// <remarks>Kahan's correction: the rounding of 1 + z cancels.</remarks>
    public static double LogOnePlus(double z)
    {
        var sum = 1 + z;
        return sum == 1 ? z : Math.Log(sum) * (z / (sum - 1));
    }

    /// <summary>
    /// (1 − e^(−e·l)) / e, which is l where e is zero: the removable singularity of the expected purchases at a = 1 and s = 1.
    /// </summary>
    public static double OneMinusExpOver(double e, double l)
    {
        var product = e * l;
        if (Math.Abs(product) > 0.5)
            return (1 - Math.Exp(-product)) / e;

        // Σ l·(−e·l)^n / (n + 1)!
        var term = l;
        var sum = l;
        for (var n = 1; n < 30 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= -product / (n + 1);
            sum += term;
        }

        return sum;
    }
}
