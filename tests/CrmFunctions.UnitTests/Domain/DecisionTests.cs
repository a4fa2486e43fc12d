using System.Globalization;
using CrmFunctions.Domain.Standards;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain;

public sealed class DecisionTests
{
    [Theory]
    [InlineData("21474836.48", "A")]
    [InlineData("99999999999.99", "A")]
    public void Orders_of_any_size_are_decided(string amount, string tier)
    {
        var standard = Make.Standard(
            [Make.Dimension(Measure.NetRevenue, rating: new Bands([1000, 21_474_836.48m]))],
            Make.Tiers([100, 50, 0])
        );
        var paid = decimal.Parse(amount, CultureInfo.InvariantCulture);
        Assert.Equal(tier, Make.Decision([Make.Paid(amount: paid)], Make.Day(1), standard).Tier.Name);
        Assert.Equal("B", Make.Decision([Make.Paid(amount: 21_474_836.47m)], Make.Day(1), standard).Tier.Name);
        Assert.Equal(paid, Make.Decision([Make.Paid(amount: paid)], Make.Day(1), standard).Receipt.Terms[0].Value);
    }

    [Fact]
    public void What_a_tag_that_a_rule_looks_at_may_hang_on_is_missing_and_not_certain()
    {
        var known = new InRange(new Quantity(Measure.Attribute, null, TimeSpan.FromDays(1), "size", TimeSpan.FromDays(1)), 50, null);
        var standard = Make.Standard([Make.Dimension(Measure.NetRevenue, rating: new Bands([1000]))], Make.Tiers([100, 0])) with
        {
            Rules = [new Rule(known, null, 0, "large", "size"), new Rule(new HasTag("large"), RuleEffect.Is, 0, null, "large customers")],
        };
        var receipt = Make.Decision([Make.Paid()], Make.Day(1), standard).Receipt;
        Assert.Equal("size", Assert.Single(receipt.Missing));
        Assert.False(receipt.Certain);
    }
}
