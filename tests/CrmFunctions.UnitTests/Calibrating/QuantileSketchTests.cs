using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.UnitTests.Calibrating;

public sealed class QuantileSketchTests
{
    [Fact]
    public void Percentiles_of_few_values_are_those_of_type_7_exactly()
    {
        var random = new Random(1);
        foreach (var count in new[] { 1, 2, 7, 100, 101, 5000 })
        {
            var values = Enumerable.Range(0, count).Select(_ => random.Next(2000) / 100m).ToArray();
            var percentiles = Of(values).Percentiles();
            double[] sorted = [.. values.Order().Select(value => (double)value)];
            for (var p = 0; p <= 100; p++)
                Assert.Equal(Quantiles.Type7(sorted, p / 100.0), (double)percentiles[p], 1e-9);
        }

        Assert.Empty(new QuantileSketch().Percentiles());
    }

    [Fact]
    public void However_values_come_and_however_they_are_split_the_percentiles_are_the_same()
    {
        var random = new Random(2);
        var values = Enumerable
            .Range(0, 90_000)
            .Select(_ => (decimal)Math.Exp(random.NextDouble() * 30 - 8) * (random.Next(5) == 0 ? -1 : 1))
            .ToArray();
        var whole = Of(values);
        Assert.True(whole.Resolution > 0);

        random.Shuffle(values);
        var parts = values.Chunk(25_000).Select(Of).ToArray();
        var merged = new QuantileSketch();
        foreach (var part in parts.Reverse())
            merged.Add(part);
        Assert.Equal(whole.Percentiles().AsEnumerable(), Of(values).Percentiles().AsEnumerable());
        Assert.Equal(whole.Percentiles().AsEnumerable(), merged.Percentiles().AsEnumerable());
        Assert.Equal((whole.Count, whole.Resolution), (merged.Count, merged.Resolution));
    }

    [Fact]
    public void Of_many_values_each_percentile_is_within_the_resolution_that_is_stated()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 120_000).Select(_ => Math.Round((decimal)Math.Exp(random.NextDouble() * 25 - 5), 4)).ToArray();
        var sketch = Of(values);
        Assert.InRange(sketch.Resolution, 1e-9, 1.0 / 512);
        double[] sorted = [.. values.Order().Select(value => (double)value)];
        var percentiles = sketch.Percentiles();
        for (var p = 0; p <= 100; p++)
        {
            var exact = Quantiles.Type7(sorted, p / 100.0);
            Assert.InRange((double)percentiles[p], exact * (1 - sketch.Resolution) - 1e-4, exact + 1e-4);
        }
    }

    [Fact]
    public void The_largest_and_smallest_numbers_are_taken()
    {
        var percentiles = Of([decimal.MaxValue, decimal.MinValue, 0]).Percentiles();
        Assert.True(percentiles[0] < -1e14m && percentiles[50] == 0 && percentiles[100] > 1e14m);
    }

    private static QuantileSketch Of(IEnumerable<decimal> values)
    {
        var sketch = new QuantileSketch();
        foreach (var value in values)
            sketch.Add(value);
        return sketch;
    }
}
