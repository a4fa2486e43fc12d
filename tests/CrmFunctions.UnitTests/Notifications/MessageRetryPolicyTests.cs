using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.UnitTests.Notifications;

public class MessageRetryPolicyTests
{
    private static readonly TimeSpan forever = TimeSpan.MaxValue;

    [Fact]
    public void What_was_not_delivered_waits_three_times_as_long_each_time_up_to_two_hours_and_is_given_up_after_twelve_tries() =>
        Assert.Equal(
            [30, 90, 270, 810, 2430, 7200, 7200, 7200, 7200, 7200, 7200, null],
            Enumerable.Range(0, 12).Select(tries => Seconds(new SendOutcome.Failed(SendReason.Unreachable), tries))
        );

    [Fact]
    public void A_receiver_that_says_when_is_asked_then_and_from_the_fourth_time_on_not_sooner_than_by_the_policy()
    {
        Assert.Equal([1, 1, 1, 810], Enumerable.Range(0, 4).Select(tries => Seconds(Busy(1), tries)));
        Assert.Equal([900, 900, 900, 900, 2430], Enumerable.Range(0, 5).Select(tries => Seconds(Busy(900), tries)));
    }

    [Fact]
    public void An_unknown_outcome_is_tried_again_only_where_the_receiver_drops_a_second_copy()
    {
        var uncertain = new SendOutcome.Uncertain(SendReason.NoAnswer);

        Assert.Equal([30, 90, 270], Enumerable.Range(0, 3).Select(tries => Seconds(uncertain, tries)));
        Assert.Null(Seconds(uncertain, tries: 12));
        Assert.Null(MessageRetryPolicy.WaitAfter(uncertain, tries: 0, resendIsSafe: false, forever));
    }

    [Fact]
    public void What_would_be_worth_nothing_by_then_is_not_tried_again()
    {
        var failed = new SendOutcome.Failed(SendReason.Unreachable);

        Assert.Null(MessageRetryPolicy.WaitAfter(failed, tries: 0, resendIsSafe: true, left: TimeSpan.FromSeconds(30)));
        Assert.NotNull(MessageRetryPolicy.WaitAfter(failed, tries: 0, resendIsSafe: true, left: TimeSpan.FromSeconds(31)));
    }

    [Fact]
    public void What_was_taken_or_refused_has_come_to_its_end()
    {
        Assert.Null(Seconds(new SendOutcome.Sent(), tries: 0));
        Assert.Null(Seconds(new SendOutcome.Refused(SendReason.WebhookGone), tries: 0));
    }

    private static SendOutcome.Failed Busy(int seconds) => new(SendReason.PlatformBusy, TimeSpan.FromSeconds(seconds));

    private static double? Seconds(SendOutcome outcome, int tries) =>
        MessageRetryPolicy.WaitAfter(outcome, tries, resendIsSafe: true, forever)?.TotalSeconds;
}
