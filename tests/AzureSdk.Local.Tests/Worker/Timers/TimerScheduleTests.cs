using AzureSdk.Local.Timers;

namespace AzureSdk.Local.Tests.Worker.Timers;

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
        Assert.Equal(At(next), TimerSchedule.Parse(expression, TimeZoneInfo.Utc, "test").Next(At(after)));

    [Theory]
    // A daily run in the hour that is skipped comes as much later as the hour is long, in the hour that is twice at its first.
    [InlineData("0 30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-08T07:30:00Z")]
    [InlineData("0 30 1 * * *", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z")]
    [InlineData("0 30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    // One every quarter of an hour keeps its rhythm through both.
    [InlineData("0 */15 * * * *", "2026-11-01T05:45:00Z", "2026-11-01T06:00:00Z")]
    [InlineData("0 */15 * * * *", "2026-11-01T06:45:00Z", "2026-11-01T07:00:00Z")]
    [InlineData("0 */15 * * * *", "2026-03-08T06:45:00Z", "2026-03-08T07:00:00Z")]
    public void When_the_clocks_change_a_run_is_neither_lost_nor_doubled(string expression, string after, string next) =>
        Assert.Equal(At(next), TimerSchedule.Parse(expression, TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), "test").Next(At(after)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("61 * * * * *")]
    [InlineData("-00:01:00")]
    [InlineData("hourly")]
    public void What_is_no_schedule_is_refused_with_the_place_and_the_right_form(string expression)
    {
        var error = Assert.Throws<HostStartException>(() => TimerSchedule.Parse(expression, TimeZoneInfo.Utc, "Shop.Nightly.Run"));
        Assert.StartsWith("Shop.Nightly.Run: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("{second} {minute}", error.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}
