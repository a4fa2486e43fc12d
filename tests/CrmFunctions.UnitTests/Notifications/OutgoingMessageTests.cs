using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.UnitTests.Notifications;

public class OutgoingMessageTests
{
    [Theory]
    [InlineData("revisit:2026-11:MZXW6YTBOI")]
    [InlineData("~!-/")]
    public void A_key_of_visible_characters_is_taken(string key) => Assert.Equal(key, Message(key: key).Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nBcc: x")]
    [InlineData("a\n")]
    [InlineData("键")]
    [InlineData("a.1")]
    public void A_key_that_could_not_be_signed_or_stand_in_a_header_is_not_taken(string key) =>
        Assert.Throws<ArgumentException>(() => Message(key: key));

    [Fact]
    public void A_key_of_more_than_255_characters_is_not_taken() =>
        Assert.Throws<ArgumentException>(() => Message(key: new string('a', 256)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void A_purpose_is_a_dotted_name(string purpose) => Assert.Throws<ArgumentException>(() => Message(purpose: purpose));

    [Theory]
    [InlineData("")]
    [InlineData("zh_CN")]
    [InlineData("en\r\nBcc: x")]
    public void A_language_is_a_tag(string language) => Assert.Throws<ArgumentException>(() => Message(language: language));

    [Fact]
    public void A_free_header_is_taken() =>
        Assert.Single(
            (Message() with { Headers = new Dictionary<string, string> { ["List-Unsubscribe"] = "<https://example.com/u/1>" } }).Headers
        );

    [Theory]
    [InlineData("Bcc", "x@example.com")]
    [InlineData("bCC", "x@example.com")]
    [InlineData("To", "x@example.com")]
    [InlineData("Sender", "x@example.com")]
    [InlineData("Content-Type", "text/html")]
    [InlineData("Resent-To", "x@example.com")]
    [InlineData("Message-ID", "<1@example.com>")]
    [InlineData("X-Name\r\nBcc", "x@example.com")]
    [InlineData("X-Name", "a\r\nBcc: x@example.com")]
    [InlineData("X Name", "a")]
    [InlineData("", "a")]
    public void A_header_that_would_address_or_frame_the_message_is_not_taken(string name, string value) =>
        Assert.Throws<ArgumentException>(() => Message() with { Headers = new Dictionary<string, string> { [name] = value } });

    private static OutgoingMessage Message(string key = "key", string purpose = "revisit.reminder", string language = "zh-CN") =>
        new(key, "a@example.com", purpose, language, "Subject", "Text", null, DateTimeOffset.UnixEpoch);
}
