using System.Text.Json;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class HistoryLaws
{
    private static readonly int Cases = Any.Cases(3000);

    [Fact]
    public void Order_and_repetition_change_neither_facts_nor_digest_nor_decision() =>
        Any.Always(
            Gen.OneOf(Any.Situation, AnyRich.Situation).SelectMany(_ => Gen.Choose(0, int.MaxValue), (given, seed) => (given, seed)),
            Cases,
            pair =>
            {
                var (given, random) = (pair.given, new Random(pair.seed));
                var shuffled = given.History.Concat(given.History.Where(_ => random.Next(2) == 0)).ToArray();
                random.Shuffle(shuffled);

                Assert.Equal(Written(Make.Facts(given.History, given.Now)), Written(Make.Facts(shuffled, given.Now)));
                Assert.Equal(History.Digest(History.Distinct(given.History)), History.Digest(History.Distinct(shuffled)));
                Assert.Equal(Written(given.Decide()), Written((given with { History = shuffled }).Decide()));
            }
        );

    [Fact]
    public void Equal_facts_give_equal_decisions() =>
        Any.Always(
            AnyRich.Situation,
            Cases,
            given =>
            {
                var facts = Make.Facts(given.History, given.Now);
                var same = JsonSerializer.Deserialize<Facts>(Written(facts))!;
                Assert.Equal(
                    Written(Decisions.Decide(facts, given.Standard, given.Calibration, given.Now)),
                    Written(Decisions.Decide(same, given.Standard, given.Calibration, given.Now))
                );
            }
        );

    [Fact]
    public void A_snapshot_reads_back_as_the_set_it_was_written_from() =>
        Any.Always(
            Any.History,
            Cases,
            history =>
            {
                var distinct = History.Distinct(history);
                var read = History.Read(History.Write(distinct));
                Assert.Equal(History.Digest(distinct), History.Digest(read));
                Assert.Equal(Written(Make.Facts(distinct, Make.Day(200))), Written(Make.Facts(read, Make.Day(200))));
                Assert.Equal(History.Write(distinct), History.Write(read));
            }
        );

    [Fact]
    public void Folding_on_from_a_snapshot_equals_the_full_fold() =>
        Any.Always(
            Any.History.SelectMany(_ => Any.History, (old, late) => (old, late)),
            Cases,
            pair =>
            {
                var snapshot = History.Read(History.Write(History.Distinct(pair.old)));
                Assert.Equal(
                    Written(Make.Facts([.. pair.old, .. pair.late], Make.Day(200))),
                    Written(Make.Facts([.. snapshot, .. pair.late], Make.Day(200)))
                );
            }
        );

    [Fact]
    public void Different_sets_have_different_digests()
    {
        var one = Make.Paid();
        CustomerEvent[] others =
        [
            one with
            {
                Source = "form",
            },
            one with
            {
                Id = "x",
            },
            one with
            {
                OccurredAt = one.OccurredAt.AddMilliseconds(1),
            },
            one with
            {
                What = new OrderPaid("o1", Make.Amount(100.01m)),
            },
            one with
            {
                What = new OrderPlaced("o1", Make.Amount(100)),
            },
            one with
            {
                What = new OrderPaid("o1", Make.Amount(100, "EUR")),
            },
        ];
        Assert.Equal(
            others.Length + 2,
            others.Select(other => History.Digest([other])).Append(History.Digest([one])).Append(History.Digest([])).Distinct().Count()
        );
        Assert.Equal(History.Digest([one]), History.Digest([one with { ReceivedAt = one.ReceivedAt.AddDays(1) }]));
    }

    [Fact]
    public void Two_events_of_one_name_received_at_once_have_one_order()
    {
        var events = Enumerable.Range(1, 40).Select(amount => Make.Paid(amount: amount, id: "x")).ToArray();
        var reversed = events.Reverse().ToArray();
        Assert.Equal(40, Make.Facts(events).Events);
        Assert.Equal(Written(Make.Facts(events)), Written(Make.Facts(reversed)));
    }

    [Fact]
    public void Ten_thousand_refunds_of_the_largest_amount_do_not_overflow()
    {
        var largest = new Money(Money.Max, "CNY");
        var refunds = Enumerable.Range(0, 10_000).Select(i => Make.Event(new OrderRefunded("o1", null, largest), id: $"r{i}"));
        Assert.Empty(Make.Facts(refunds.Append(Make.Event(new OrderPaid("o1", largest)))).Orders);
    }

    [Fact]
    public void A_refund_id_that_reads_like_an_event_is_another_refund()
    {
        var events = new[]
        {
            Make.Paid(),
            Make.Event(new OrderRefunded("o1", null, Make.Amount(10)), Make.Day(1), "x"),
            Make.Event(new OrderRefunded("o1", "shop/x", Make.Amount(20)), Make.Day(2), "y"),
        };
        Assert.Equal(Make.Amount(70), Make.Facts(events).Orders.Single().Net);
    }

    private static string Written<T>(T value) => JsonSerializer.Serialize(value);
}
