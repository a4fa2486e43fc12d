using System.Numerics;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>Chance that is the same on every platform and version of .NET: xoshiro256** seeded by SplitMix64.</summary>
/// <remarks>
/// Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2018), public domain code at prng.di.unimi.it.
/// Not for secrets.
/// </remarks>
internal sealed class Dice
{
    private ulong s0,
        s1,
        s2,
        s3;

    public Dice(ulong seed)
    {
        (s0, s1, s2, s3) = (SplitMix(ref seed), SplitMix(ref seed), SplitMix(ref seed), SplitMix(ref seed));
    }

    public Dice(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        (this.s0, this.s1, this.s2, this.s3) = (s0, s1, s2, s3);
    }

    /// <summary>Dice of their own for one person or purpose, so that more draws for one leave the others as they were.</summary>
    public static Dice For(ulong seed, ulong person, ulong purpose)
    {
        var state = seed;
        state = SplitMix(ref state) ^ person;
        state = SplitMix(ref state) ^ purpose;
        return new Dice(SplitMix(ref state));
    }

    /// <summary>The next number of SplitMix64, and the state moved on.</summary>
    public static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <returns>Uniform in [0, 1), 53 bits.</returns>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <returns>A whole number from 0 up to, not including, <paramref name="count"/>.</returns>
    public int Below(int count) => (int)(Unit() * count);

    /// <returns>A whole number; both ends included.</returns>
    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(double probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    /// <returns>Standard normal (Box and Muller).</returns>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());

    /// <returns>Gamma with the given shape and mean.</returns>
    /// <remarks>Source: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000).</remarks>
    public double Gamma(double shape, double mean)
    {
        if (shape < 1)
            return Gamma(shape + 1, mean * (shape + 1) / shape) * Math.Pow(1 - Unit(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + c * x;
            v = v * v * v;
            if (v > 0 && Math.Log(1 - Unit()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v * mean / shape;
        }
    }

    public double Beta(double a, double b)
    {
        var x = Gamma(a, a);
        return x / (x + Gamma(b, b));
    }

    /// <returns>A count with the given mean (Knuth); for small means.</returns>
    public int Poisson(double mean)
    {
        var floor = Math.Exp(-mean);
        var count = 0;
        for (var product = Unit(); product > floor; product *= Unit())
            count++;
        return count;
    }
}
