using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Documents;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class StageLaws
{
    [Fact]
    public void The_table_of_the_document_is_the_rule()
    {
        var rows = RuleDocument.Rows("Lifecycle/Lifecycle.md", "What may follow what");
        Assert.Equal(Enum.GetValues<Stage>(), rows.Select(row => StageNames.FromCode(row["stage"])!.Value));
        foreach (var row in rows)
        {
            var from = StageNames.FromCode(row["stage"])!.Value;
            var to = row["may be followed by"]
                .Split(',', StringSplitOptions.TrimEntries)
                .Select(code => StageNames.FromCode(code)!.Value)
                .Append(from)
                .Order();
            Assert.Equal(to, Enum.GetValues<Stage>().Where(stage => StageTransitions.IsLegal(from, stage)));
        }
    }

    [Fact]
    public void From_event_to_event_and_from_review_to_review_only_legal_stages_follow() =>
        Any.Always(
            Any.History,
            500,
            history =>
            {
                var kept = history.Where(e => e.What is not (OrderRefunded or OrderCancelled)).OrderBy(e => e.OccurredAt).ToList();
                if (kept.Count == 0)
                    return;
                var now = kept[0].OccurredAt;
                var decision = Make.Decision(kept, now);
                for (var steps = 0; steps < 200 && now < Make.Day(1200); steps++)
                {
                    // An order falls into the second of its review: between the two the stage is that of neither.
                    var next = kept.FirstOrDefault(e => e.OccurredAt > now)?.OccurredAt;
                    if (decision.NextReview is { } review && !(next <= review))
                        next = review;
                    if (next is not { } at)
                        return;
                    var then = Make.Decision(kept, at);
                    Assert.True(
                        StageTransitions.IsLegal(decision.Stage, then.Stage),
                        $"{decision.Stage} at {now:O} became {then.Stage} at {at:O}"
                    );
                    (decision, now) = (then, at);
                }
            }
        );
}
