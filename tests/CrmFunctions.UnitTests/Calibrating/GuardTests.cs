using System.Collections.Immutable;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Calibrating;

public sealed class GuardTests
{
    [Fact]
    public void The_first_calibration_needs_customers_enough_and_nothing_else()
    {
        Assert.True(CalibrationGuard.Judge(With(1, 50), null, new()).Passes);
        Assert.Contains("49 customers", Assert.Single(CalibrationGuard.Judge(With(1, 49), null, new()).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_lost_customers_keeps_the_last_calibration() =>
        Assert.Contains(
            "some are missing",
            Assert.Single(CalibrationGuard.Judge(With(1, 700), With(1, 1000), new()).Reasons),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(1.1, 0.0909)]
    [InlineData(1.5, 0.3333)]
    [InlineData(100, 0.99)]
    public void The_shift_is_the_largest_share_of_the_base_that_moved_across_a_value(double factor, double share)
    {
        // Uniform from 0 to 100: at 100, which all had reached, 1 - 1/factor have moved beyond.
        var verdict = CalibrationGuard.Judge(With((decimal)factor, 1000), With(1, 1000), new());
        Assert.Equal(share, verdict.Shifts[0].Share, 2e-3);
        Assert.Equal(share <= 0.2, verdict.Passes);
    }

    [Fact]
    public void Equal_values_held_by_many_are_no_shift()
    {
        var flat = With(0, 1000);
        Assert.Equal(0, Assert.Single(CalibrationGuard.Judge(flat, flat, new()).Shifts).Share);
        Assert.Equal(
            1,
            Assert.Single(CalibrationGuard.Judge(With(1, 1000) with { Percentiles = Curve(i => i + 1) }, flat, new()).Shifts).Share,
            1e-9
        );
    }

    [Fact]
    public void Distributions_of_another_standard_are_not_compared() =>
        Assert.Empty(CalibrationGuard.Judge(With(5, 1000) with { Standard = "value@2" }, With(1, 1000), new()).Shifts);

    private static Calibration With(decimal factor, long customers) =>
        new()
        {
            Version = "v",
            At = Make.Start,
            Standard = "value@1",
            Customers = customers,
            Percentiles = Curve(i => i * factor),
        };

    private static ImmutableDictionary<string, ImmutableArray<decimal>> Curve(Func<int, decimal> at) =>
        ImmutableDictionary<string, ImmutableArray<decimal>>.Empty.Add("monetary", [.. Enumerable.Range(0, 101).Select(at)]);
}
