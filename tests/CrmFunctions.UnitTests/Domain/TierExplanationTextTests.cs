using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain;

public sealed class TierExplanationTextTests
{
    private static readonly Decision decision = Make.Decision([Make.Paid(amount: 100, at: Make.Day(0))], Make.Day(40));

    [Fact]
    public void A_receipt_is_told_in_English() =>
        Assert.Equal(
            "Tier C (Silver), stage active, with 37.5 of 100 points: recency 40 days earns 18.75 of 25; frequency 1 order earns 6.25 of 25; "
                + "monetary 100 CNY earns 7.5 of 30; engagement 0 earns 0 of 10; potential (unknown) earns 5 of 10. "
                + "It would be tier B with frequency at 4 orders, or monetary at 200 CNY, or engagement at 14.9999. It would be lost to tier D with recency at 240 days. "
                + "With nothing happening it drops to tier D on 2026-08-29. Not known: potential; knowing it could not change the tier. "
                + $"Decided by {decision.Standard}.",
            TierExplanationText.Of(decision, Make.Standard(), "en-GB")
        );

    [Fact]
    public void A_receipt_is_told_in_Chinese()
    {
        var text = TierExplanationText.Of(decision, Make.Standard(), "zh-Hans");
        Assert.StartsWith(
            "等级 C (白银)，阶段“活跃”，得分 37.5（满分 100）：最近一次下单距今 40 天，得 18.75/25；",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("若一直没有新动态，将于 2026-08-29 降到 D。未知：潜力评分；补全后等级也不会变。", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_never_ordered_is_told_so() =>
        Assert.Contains(
            "recency (never ordered) earns 0 of 25",
            TierExplanationText.Of(Make.Decision([Make.Event(new Visit(null))], Make.Day(1)), Make.Standard(), "en"),
            StringComparison.Ordinal
        );
}
