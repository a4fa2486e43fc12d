using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Notifications;

public class RenderedMessageTests
{
    [Theory]
    [InlineData("revisit:2026-11:MZXW6YTBOI")]
    [InlineData("~!-/")]
    public void A_key_of_visible_characters_is_taken(string key) => Assert.Equal(key, Make.Rendered(key).Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nBcc: x")]
    [InlineData("a\n")]
    [InlineData("键")]
    [InlineData("a.1")]
    public void A_key_that_could_not_be_signed_or_stand_in_a_header_is_not_taken(string key) =>
        Assert.Throws<ArgumentException>(() => Make.Rendered(key));

    [Fact]
    public void A_key_of_more_than_255_characters_is_not_taken() =>
        Assert.Throws<ArgumentException>(() => Make.Rendered(new string('a', 256)));

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void A_rule_that_is_no_dotted_name_has_no_type(string rule) =>
        Assert.Throws<ArgumentException>(() => Make.Rendered(rule: rule).Type);

    [Theory]
    [InlineData("")]
    [InlineData("zh_CN")]
    [InlineData("en\r\nBcc: x")]
    public void A_language_is_a_tag(string language) => Assert.Throws<ArgumentException>(() => Make.Rendered(language: language));

    [Fact]
    public void A_way_out_stands_in_two_headers() =>
        Assert.Equal(
            [("List-Unsubscribe", "<https://example.com/u/1>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")],
            Make.Rendered(unsubscribe: "https://example.com/u/1").Headers
        );

    [Theory]
    [InlineData("https://example.com/\r\nBcc: x@example.com")]
    [InlineData("https://example.com/u\n")]
    [InlineData("https://example.com/退订")]
    public void A_way_out_that_could_not_stand_in_a_header_is_not_taken(string link) =>
        Assert.Throws<ArgumentException>(() => Make.Rendered(unsubscribe: link));
}
