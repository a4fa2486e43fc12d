using System.Security.Cryptography;
using CrmFunctions.Notifications.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Notifications;

public class ChannelRegistrationTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly (string Name, string? Value)[] Webhook =
    [
        ("Webhook:Url", "https://example.com/hook"),
        ("Webhook:Secrets:0:Value", Secret),
    ];

    private static readonly (string Name, string? Value)[] Email = [("Email:Host", "smtp.example.com"), ("Email:From", "crm@example.com")];

    [Fact]
    public void Nothing_configured_is_no_channel() => Assert.Empty(Start());

    [Fact]
    public void Settings_left_empty_are_no_channel() =>
        Assert.Empty(Start(("Webhook:Url", ""), ("Webhook:Secrets:0:Value", ""), ("Email:Host", ""), ("Email:Password", null)));

    [Fact]
    public void What_is_configured_is_a_channel()
    {
        Assert.Equal(["webhook"], Start(Webhook));
        Assert.Equal(["email"], Start(Email));
        Assert.Equal(["webhook", "email"], Start([.. Webhook, .. Email]));
    }

    [Fact]
    public void Two_secrets_are_right_when_the_old_one_has_an_end() =>
        Assert.Equal(
            ["webhook"],
            Start([.. Webhook, ("Webhook:Secrets:1:Value", Secret), ("Webhook:Secrets:1:Until", "2026-12-01T00:00:00Z")])
        );

    [Theory]
    [InlineData("Webhook:Url", "")]
    [InlineData("Webhook:Url", "http://example.com/")]
    [InlineData("Webhook:Url", "/hook")]
    [InlineData("Webhook:Url", "https://10.0.0.1/")]
    [InlineData("Webhook:Url", "https://localhost/")]
    [InlineData("Webhook:Url", "https://example.com:22/")]
    [InlineData("Webhook:Ports", "70000", "Webhook:Ports:0")]
    [InlineData("Webhook:Secrets:0:Value", "")]
    [InlineData("Webhook:Secrets:0:Value", "hunter2")]
    [InlineData("Webhook:Secrets", "2026-12-01T00:00:00Z", "Webhook:Secrets:0:Until")]
    [InlineData("Webhook:Secrets", Secret, "Webhook:Secrets:1:Value")]
    [InlineData("Email:Host", "")]
    [InlineData("Email:Host", "smtp://example.com:25")]
    [InlineData("Email:Port", "0")]
    [InlineData("Email:Port", "465")]
    [InlineData("Email:Port", "many")]
    [InlineData("Email:From", "")]
    [InlineData("Email:From", "not an address")]
    [InlineData("Email:From", "a@example.com, b@example.com")]
    [InlineData("Email:From", "CRM <crm@example.com>")]
    [InlineData("Email:FromName", "Shop\r\nBcc: x@example.com")]
    [InlineData("Email:User", "crm")]
    [InlineData("Email:Password", "secret")]
    [InlineData("Email:Port", "true", "Email:ImplicitTls")]
    [InlineData("Email:XOAuth2Token", "token")]
    [InlineData("Email:Dkim:Domain", "example com")]
    [InlineData("Email:Dkim:Selector", "example.com", "Email:Dkim:Domain")]
    [InlineData("Email:Dkim:PrivateKey", "example.com", "Email:Dkim:Domain")]
    [InlineData("Email:Dkim:Selector", "crm._domainkey")]
    [InlineData("Email:Dkim:PrivateKey", "-----BEGIN PRIVATE KEY-----\nhunter2=\n-----END PRIVATE KEY-----")]
    [InlineData("Webhook", "x", "Webhook:Urll")]
    [InlineData("Email:Dkim", "x", "Email:Dkim:Key")]
    [InlineData("Email", "x", "Email:Smtp")]
    public void A_wrong_setting_stops_the_start_and_names_itself(string named, string value, string? setting = null)
    {
        var wrong = Assert.ThrowsAny<Exception>(() => Start([.. Webhook, .. Email, (setting ?? named, value)]));

        Assert.Contains(named[(named.IndexOf(':') + 1)..], wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_never_travels_in_the_clear() =>
        Assert.Contains(
            "Notifications:Email:StartTls",
            Assert
                .Throws<OptionsValidationException>(() =>
                    Start([.. Email, ("Email:User", "crm"), ("Email:Password", "secret"), ("Email:StartTls", "false")])
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Notifications:Email:XOAuth2Token", "Email:XOAuth2Token", "token", "Email:Password", "secret")]
    [InlineData("Notifications:Email:XOAuth2Token", "Email:XOAuth2Token", "to\u0001ken", "Email:User", "crm")]
    [InlineData("Notifications:Email:StartTls", "Email:XOAuth2Token", "token", "Email:StartTls", "false")]
    public void An_access_token_stands_alone_for_a_password(string named, string one, string value, string other, string otherValue) =>
        Assert.Contains(
            named,
            Assert
                .Throws<OptionsValidationException>(() => Start([.. Email, ("Email:User", "crm"), (one, value), (other, otherValue)]))
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(512, false)]
    [InlineData(1024, true)]
    [InlineData(2048, true)]
    public void A_key_that_signs_has_a_thousand_bits_at_least(int bits, bool right)
    {
        using var key = RSA.Create(bits);
        (string, string?)[] signing = [("Email:Dkim:Domain", "example.com"), ("Email:Dkim:Selector", "20261101.crm")];

        foreach (var pem in new[] { key.ExportPkcs8PrivateKeyPem(), key.ExportRSAPrivateKeyPem() })
        {
            IEnumerable<string> Started() => Start([.. Email, .. signing, ("Email:Dkim:PrivateKey", pem)]);
            if (right)
                Assert.Equal(["email"], Started());
            else
                Assert.Contains("Dkim:PrivateKey", Assert.Throws<OptionsValidationException>(Started).Message, StringComparison.Ordinal);
        }

        Assert.Throws<OptionsValidationException>(() =>
            Start([.. Email, .. signing, ("Email:Dkim:PrivateKey", key.ExportSubjectPublicKeyInfoPem())])
        );
    }

    [Fact]
    public void Port_465_is_right_with_implicit_tls_and_a_user_needs_no_other() =>
        Assert.Equal(
            ["email"],
            Start([
                .. Email,
                ("Email:Port", "465"),
                ("Email:ImplicitTls", "true"),
                ("Email:StartTls", "false"),
                ("Email:User", "crm"),
                ("Email:XOAuth2Token", "token"),
            ])
        );

    [Fact]
    public void Loopback_is_a_right_address_only_where_it_is_allowed()
    {
        (string, string?)[] local = [("Webhook:Url", "http://localhost:5000/hook"), ("Webhook:Secrets:0:Value", Secret)];

        Assert.Throws<OptionsValidationException>(() => Start(local));
        Assert.Equal(["webhook"], Start([.. local, ("Webhook:AllowLoopback", "true")]));
    }

    [Fact]
    public void Only_the_webhook_may_simply_be_sent_again()
    {
        using var services = Services([.. Webhook, .. Email]);

        Assert.Equal(["webhook"], services.GetServices<IChannel>().Where(c => c.ResendIsSafe).Select(c => c.Name));
    }

    private static IEnumerable<string> Start(params (string Name, string? Value)[] settings)
    {
        using var services = Services(settings);
        services.GetService<IStartupValidator>()?.Validate();
        return [.. services.GetServices<IChannel>().Select(c => c.Name)];
    }

    private static ServiceProvider Services((string Name, string? Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
            values["Notifications:" + name] = value;
        return new ServiceCollection()
            .AddLogging()
            .AddChannels(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
    }
}
