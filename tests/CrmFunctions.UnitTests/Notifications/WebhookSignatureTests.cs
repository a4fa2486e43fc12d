using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.UnitTests.Notifications;

/// <remarks>
/// Vector: standard-webhooks/standard-webhooks@b2fa7b8719fb, libraries/csharp/StandardWebhooks.Tests/WebhookTest.cs and its siblings (MIT).
/// </remarks>
public class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_message_gets_the_published_signature() =>
        Assert.Equal(Signature, WebhookSignature.Sign(Key(Secret), Id, At, Encoding.UTF8.GetBytes(Body)));

    [Fact]
    public void A_fraction_of_a_second_does_not_change_the_signature() =>
        Assert.Equal(Signature, WebhookSignature.Sign(Key(Secret), Id, At.AddMilliseconds(999), Encoding.UTF8.GetBytes(Body)));

    [Theory]
    [InlineData("msg_other", 0, Body)]
    [InlineData(Id, 1, Body)]
    [InlineData(Id, 0, """{"test":2432232314}""")]
    public void Another_id_second_or_space_changes_the_signature(string id, int seconds, string body) =>
        Assert.NotEqual(Signature, WebhookSignature.Sign(Key(Secret), id, At.AddSeconds(seconds), Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(24)]
    [InlineData(64)]
    public void A_secret_of_24_to_64_bytes_is_read(int bytes)
    {
        var key = RandomNumberGenerator.GetBytes(bytes);

        Assert.Equal(key, Key(WebhookSignature.Prefix + Convert.ToBase64String(key)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void What_is_not_a_symmetric_secret_is_not_read(string? secret)
    {
        Assert.False(WebhookSignature.TryReadSecret(secret, out var key));
        Assert.Empty(key);
    }

    [Fact]
    public void A_secret_of_more_than_64_bytes_is_not_read() =>
        Assert.False(WebhookSignature.TryReadSecret(WebhookSignature.Prefix + Convert.ToBase64String(new byte[65]), out _));

    private static byte[] Key(string secret) =>
        WebhookSignature.TryReadSecret(secret, out var key) ? key : throw new ArgumentException("Not a secret.", nameof(secret));
}
