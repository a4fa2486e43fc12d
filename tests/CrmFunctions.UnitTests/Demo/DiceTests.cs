using CrmFunctions.Cli.Demo.Generation;

namespace CrmFunctions.UnitTests.Demo;

public sealed class DiceTests
{
    // Both published with the reference code at prng.di.unimi.it, and used as such by other implementations.
    [Fact]
    public void Split_mix_gives_the_published_numbers()
    {
        var state = 1234567UL;
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973, 9817491932198370423],
            Enumerable.Range(0, 3).Select(_ => Dice.SplitMix(ref state)).ToArray()
        );
    }

    [Fact]
    public void Xoshiro_gives_the_published_numbers()
    {
        var dice = new Dice(1, 2, 3, 4);
        Assert.Equal([11520UL, 0, 1509978240, 1215971899390074240], Enumerable.Range(0, 4).Select(_ => dice.Next()).ToArray());
    }

    [Theory]
    [InlineData(0.75, 5.0)]
    [InlineData(3.0, 2.0)]
    public void Gamma_has_the_mean_and_the_variance_of_its_shape(double shape, double mean)
    {
        var dice = new Dice(7);
        var drawn = Enumerable.Range(0, 100_000).Select(_ => dice.Gamma(shape, mean)).ToList();
        var average = drawn.Average();
        Assert.InRange(average, mean * 0.98, mean * 1.02);
        Assert.InRange(drawn.Average(x => (x - average) * (x - average)), mean * mean / shape * 0.95, mean * mean / shape * 1.05);
    }

    [Fact]
    public void Beta_exponential_poisson_and_lognormal_have_their_means()
    {
        var dice = new Dice(8);
        double Mean(Func<double> draw) => Enumerable.Range(0, 100_000).Average(_ => draw());
        Assert.InRange(Mean(() => dice.Beta(0.9, 3.2)), 0.9 / 4.1 * 0.98, 0.9 / 4.1 * 1.02);
        Assert.InRange(Mean(() => dice.Exponential(4)), 3.95, 4.05);
        Assert.InRange(Mean(() => dice.Poisson(0.45)), 0.44, 0.46);
        Assert.InRange(Mean(() => dice.LogNormal(100, 0.6)), 100 * Math.Exp(0.18) * 0.98, 100 * Math.Exp(0.18) * 1.02);
    }

    [Fact]
    public void Between_reaches_both_ends_and_nothing_beyond()
    {
        var dice = new Dice(9);
        var drawn = Enumerable.Range(0, 1_000).Select(_ => dice.Between(3, 5)).ToHashSet();
        Assert.Equal([3, 4, 5], drawn.Order());
    }
}
