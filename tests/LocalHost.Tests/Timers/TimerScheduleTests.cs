using LocalHost.Timers;

namespace LocalHost.Tests.Timers;

public sealed class TimerScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-03-02T09:01:00Z", "2026-03-02T09:05:00Z")]
    [InlineData("*/5 * * * *", "2026-03-02T09:05:00Z", "2026-03-02T09:10:00Z")]
    [InlineData("30 0 9 * * 1-5", "2026-03-06T10:00:00Z", "2026-03-09T09:00:30Z")]
    [InlineData("0 0 0 1 Jan *", "2026-03-02T09:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("00:00:30", "2026-03-02T09:00:10Z", "2026-03-02T09:00:40Z")]
    [InlineData("1.00:00:00", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z")]
    public void The_next_run_is_the_first_after_an_instant(string expression, string after, string next) =>
        Assert.Equal(At(next), TimerSchedule.Parse(expression, "test").Next(At(after)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("61 * * * * *")]
    [InlineData("-00:01:00")]
    [InlineData("hourly")]
    public void What_is_no_schedule_is_refused_with_the_place_and_the_right_form(string expression)
    {
        var error = Assert.Throws<HostStartException>(() => TimerSchedule.Parse(expression, "Shop.Nightly.Run"));
        Assert.StartsWith("Shop.Nightly.Run: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("{second} {minute}", error.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}
