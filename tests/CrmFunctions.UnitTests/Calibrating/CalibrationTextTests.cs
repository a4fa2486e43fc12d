using System.Collections.Immutable;
using System.Text;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.ValueModels.Prediction;

namespace CrmFunctions.UnitTests.Calibrating;

public sealed class CalibrationTextTests
{
    public static TheoryData<string> Cases { get; } = [.. Models.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_read_says_of_every_customer_exactly_what_was_written(string name)
    {
        var calibration = Calibrated(name);
        var read = CalibrationText.Read(CalibrationText.Write(calibration));
        Assert.Equal(CalibrationText.Write(calibration), CalibrationText.Write(read));
        Assert.Equal((calibration.Version, calibration.At, calibration.Customers), (read.Version, read.At, read.Customers));
        var random = new Random(8);
        for (var i = 0; i < 200; i++)
        {
            var history = Models.History(random);
            var at = history.LastOrderAt.AddDays(random.NextDouble() * 300);
            Assert.Equal(calibration.Model!.ChurnProbability(history, at), read.Model!.ChurnProbability(history, at));
            Assert.Equal(calibration.Model.ProbabilityAlive(history, at), read.Model.ProbabilityAlive(history, at));
            Assert.Equal(calibration.Model.PredictedValue(history, at, 365, 0.1), read.Model.PredictedValue(history, at, 365, 0.1));
        }
    }

    [Fact]
    public void The_version_follows_from_what_is_said()
    {
        var one = Calibrated("mbg-nbd");
        Assert.Matches("^[0-9a-f]{12}$", one.Version);
        Assert.Equal(one.Version, CalibrationText.Versioned(one with { Version = "other" }).Version);
        Assert.NotEqual(one.Version, CalibrationText.Versioned(one with { Customers = one.Customers + 1 }).Version);
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":2", "format 2")]
    [InlineData("\"customers\":1000", "\"customers\":-1", "customers")]
    [InlineData("\"name\":\"mbg-nbd\"", "\"name\":\"magic\"", "magic")]
    [InlineData("\"alpha\":43.28", "\"alpha\":-1", "alpha")]
    [InlineData("\"alpha\":43.28", "\"beta\":1", "alpha")]
    [InlineData("\"population\":\"all\"", "\"population\":\"some\"", "model.churn")]
    [InlineData("\"monetary\":[0,", "\"monetary\":[50000,", "percentiles.monetary")]
    [InlineData("\"monetary\":[0,", "\"monetary\":[", "100 percentiles")]
    [InlineData("\"horizonDays\":90", "\"horizonDays\":0", "horizonDays")]
    [InlineData("\"scores\"", "\"score\"", "score")]
    public void A_calibration_that_could_not_be_relied_on_is_refused_with_the_reason(string good, string bad, string says)
    {
        var text = Encoding.UTF8.GetString(CalibrationText.Write(Calibrated("mbg-nbd")));
        var at = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at >= 0, text);
        var broken = string.Concat(text.AsSpan(0, at), bad, text.AsSpan(at + good.Length));
        Assert.Contains(
            says,
            Assert.Throws<FormatException>(() => CalibrationText.Read(Encoding.UTF8.GetBytes(broken))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Cuts_between_whole_percentiles_are_linear()
    {
        var dimension = Make.Dimension(rating: new PercentileBands([0, 50, 99.5m, 100]), name: "monetary");
        Assert.Equal([0, 2500, 9900.5m, 10000], Calibrated("nbd").Cuts(dimension).AsEnumerable());
    }

    private static Calibration Calibrated(string model) =>
        CalibrationText.Versioned(
            new Calibration
            {
                Version = "",
                At = Make.Day(3.25),
                Customers = 1000,
                Percentiles = ImmutableDictionary<string, ImmutableArray<decimal>>.Empty.Add(
                    "monetary",
                    [.. Enumerable.Range(0, 101).Select(i => (decimal)(i * i))]
                ),
                Scores = [.. Enumerable.Range(0, 101).Select(i => i * 0.5m)],
                Model = Models.All[model],
            }
        );
}
