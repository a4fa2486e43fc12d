using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Channels.Email;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>TLS from the first byte, access tokens and signatures, at a real SMTP server.</summary>
public sealed class EmailSubmissionTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _certificate = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
    private readonly Trust _trust;

    public EmailSubmissionTests() => _trust = new Trust(_certificate);

    [Fact]
    public async Task With_implicit_tls_user_and_message_travel_encrypted_from_the_first_byte()
    {
        await using var peer = await SmtpPeer.Start(_certificate, "crm", "right", secure: true);

        var outcome = await Channel(peer, password: "right").Send(Message(), default);

        Assert.IsType<SendOutcome.Sent>(outcome);
        var received = await peer.Next("received");
        Assert.True(received.GetProperty("secure").GetBoolean());
        Assert.Equal("crm", received.GetProperty("user").GetString());
    }

    [Fact]
    public async Task With_implicit_tls_a_certificate_that_is_not_trusted_gets_nothing()
    {
        using var other = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
        await using var peer = await SmtpPeer.Start(other, "crm", "right", secure: true);

        var outcome = await Channel(peer, password: "right").Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
        Assert.DoesNotContain("received", await peer.End(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_implicit_tls_a_relay_that_speaks_before_tls_gets_nothing()
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_access_token_stands_for_a_password(bool implicitTls)
    {
        await using var peer = await SmtpPeer.Start(
            _certificate,
            "crm@example.com",
            "right",
            ["PLAIN", "LOGIN", "XOAUTH2"],
            token: "ya29.a-Token_~+/=",
            secure: implicitTls
        );

        var outcome = await Channel(peer, user: "crm@example.com", token: "ya29.a-Token_~+/=", implicitTls: implicitTls)
            .Send(Message(), default);

        Assert.IsType<SendOutcome.Sent>(outcome);
        Assert.Equal("crm@example.com", (await peer.Next("received")).GetProperty("user").GetString());
    }

    [Fact]
    public async Task An_access_token_that_has_expired_is_a_failure_of_ours_that_passes_once_it_is_renewed()
    {
        await using var peer = await SmtpPeer.Start(_certificate, "crm", ways: ["XOAUTH2"], token: "new", secure: true);

        var outcome = await Channel(peer, token: "old").Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailAuthentication) { Detail = "SMTP 535" }, outcome);
        Assert.Equal("", await peer.End());
    }

    [Fact]
    public async Task An_access_token_is_not_shown_to_a_relay_that_does_not_know_xoauth2()
    {
        await using var peer = await SmtpPeer.Start(_certificate, "crm", "secret", ["PLAIN", "LOGIN"], secure: true);

        var outcome = await Channel(peer, token: "secret").Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailAuthentication), outcome);
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData("accept@example.com", "王芳，回访提醒 🎉 and a long tail of plain words that makes the header two lines long or three")]
    [InlineData("accept@example.com", "=?utf-8?B?DQpC?= is text")]
    [InlineData("用户@example.com", "Plain")]
    public async Task A_signed_mail_is_verified_by_the_key_that_the_domain_publishes(string recipient, string subject)
    {
        using var key = RSA.Create(2048);
        var mail = await Received(key, Message(recipient, subject));

        var signature = mail.Headers[0];
        Assert.Equal(HeaderId.DkimSignature, signature.Id);
        Assert.True(await Verified(mail, key));
        using var other = RSA.Create(2048);
        Assert.False(await Verified(mail, other));
        var tags = signature.Value.Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("a=rsa-sha256", tags);
        Assert.Contains("d=example.com", tags);
        Assert.Contains("s=crm2026", tags);
        Assert.Contains($"t={Now.ToUnixTimeSeconds()}", tags);
    }

    [Fact]
    public async Task What_is_changed_after_the_signature_is_noticed()
    {
        using var key = RSA.Create(2048);
        var changes = new Action<MimeMessage>[]
        {
            mail => mail.Subject = "Another",
            mail => mail.Headers.Insert(0, "From", "thief@example.net"),
            mail => mail.Headers[HeaderId.ListUnsubscribe] = "<https://example.net/>",
            mail => mail.Headers.Remove(HeaderId.ListUnsubscribePost),
            mail => mail.Body = new TextPart("plain") { Text = "Another" },
        };
        foreach (var change in changes)
        {
            var mail = await Received(key, Message());
            change(mail);
            Assert.False(await Verified(mail, key));
        }
    }

    public void Dispose()
    {
        _trust.Dispose();
        _certificate.Dispose();
    }

    /// <summary>What a reader gets when the channel signs by this key.</summary>
    private async Task<MimeMessage> Received(RSA key, RenderedMessage message)
    {
        await using var peer = await SmtpPeer.Start(_certificate, secure: true);
        // A setting may have lost its line ends.
        var pem = key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings(" ");
        var channel = Channel(
            peer,
            user: "",
            dkim: new DkimOptions
            {
                Domain = "example.com",
                Selector = "crm2026",
                PrivateKey = pem,
            }
        );

        Assert.IsType<SendOutcome.Sent>(await channel.Send(message, default));

        var raw = (await peer.Next("received")).GetProperty("raw").GetString()!;
        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(raw)));
    }

    private static Task<bool> Verified(MimeMessage mail, RSA key) =>
        new DkimVerifier(new Published(key)).VerifyAsync(mail, mail.Headers[mail.Headers.IndexOf(HeaderId.DkimSignature)]);

    private static RenderedMessage Message(string recipient = "accept@example.com", string subject = "回访 🎉") =>
        Make.Rendered(
            "revisit:2026-11:42",
            recipient,
            subject,
            "Text  with blanks \n\n.\n",
            at: Now,
            unsubscribe: $"https://example.com/u/{new string('1', 100)}"
        );

    private EmailChannel Channel(
        SmtpPeer peer,
        string user = "crm",
        string password = "",
        string token = "",
        bool implicitTls = true,
        DkimOptions? dkim = null
    ) =>
        new(
            Options.Create(
                new EmailOptions
                {
                    Host = "localhost",
                    Port = peer.Port,
                    From = "crm@example.com",
                    FromName = "客户运营 ☕",
                    ImplicitTls = implicitTls,
                    User = user,
                    Password = password,
                    XOAuth2Token = token,
                    TrustedRoots = _trust.Path,
                    Dkim = dkim ?? new(),
                }
            ),
            new ManualClock(Now),
            NullLogger<EmailChannel>.Instance
        );

    /// <summary>The TXT record of <c>crm2026._domainkey.example.com</c>.</summary>
    private sealed class Published(RSA key) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        )
        {
            Assert.Equal(("example.com", "crm2026"), (domain, selector));
            return GetPublicKey($"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}");
        }

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
