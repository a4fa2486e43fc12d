using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Channels.Email;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrmFunctions.IntegrationTests.Notifications;

public class EmailChannelTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Now);
    private readonly List<string?> _heard = [];

    [Fact]
    public async Task What_a_reader_sees_is_what_was_written()
    {
        const string Subject =
            "王芳，您的钻石会员回访提醒 🎉 请在本周内联系客户经理，祝您生活愉快，万事如意 👩‍👩‍👧‍👦 — Ünïcödé, and a long tail of plain words";
        const string Text = "您好，\n.\n下周一有一次回访 📞。\r\n\r\nFrom here on: \"quotes\", =3D, <b>no markup</b>.\n";
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(subject: Subject, text: Text), default);

        Assert.IsType<SendOutcome.Sent>(outcome);
        var received = await peer.Next("received");
        var mail = received.GetProperty("mail");
        Assert.Equal(Subject, mail.GetProperty("subject").GetString());
        Assert.Equal(Text.ReplaceLineEndings("\n").TrimEnd(), mail.GetProperty("text").GetString()!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal(("crm@example.com", "客户运营 \"CRM\" ☕"), Mailbox(mail.GetProperty("from")));
        Assert.Equal(("accept@example.com", ""), Mailbox(mail.GetProperty("to")[0]));
        Assert.Equal("2026-11-01T09:30:00.000Z", mail.GetProperty("date").GetString());
        Assert.Equal(((SendOutcome.Sent)outcome).ProviderReference, mail.GetProperty("messageId").GetString());
        Assert.Matches(@"^<[0-9a-f]{32}@example\.com>$", mail.GetProperty("messageId").GetString());
        Assert.Equal("zh-CN", Header(mail, "content-language"));
        Assert.Equal("auto-generated", Header(mail, "auto-submitted"));
        Assert.Equal("<https://example.com/u/1>", Header(mail, "list-unsubscribe"));
        Assert.All(Raw(received).Split("\r\n"), line => Assert.True(line.Length <= 998 && line.All(char.IsAscii), line));
    }

    [Fact]
    public async Task Two_tries_of_one_key_carry_one_message_id_and_another_key_another()
    {
        await using var peer = await SmtpPeer.Start();
        var channel = Channel(peer);

        foreach (var key in new[] { "revisit:1", "revisit:1", "revisit:2" })
            await channel.Send(Message(key: key), default);

        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await peer.Next("received")).GetProperty("mail").GetProperty("messageId").GetString()!);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Theory]
    [InlineData("王芳\r\nBcc: thief@example.com", "王芳 Bcc: thief@example.com")]
    [InlineData("Fang\nBcc: thief@example.com\n\nNew body", "Fang Bcc: thief@example.com New body")]
    [InlineData("Fang\rBcc: thief@example.com", "Fang Bcc: thief@example.com")]
    [InlineData("\r\n.\r\nMAIL FROM:<thief@example.com>", ". MAIL FROM:<thief@example.com>")]
    [InlineData("Fang\u0085Bcc: thief@example.com\u2028X: y\0", "Fang Bcc: thief@example.com X: y")]
    [InlineData("=?utf-8?B?DQpCY2M6IHRoaWVmQGV4YW1wbGUuY29t?=", "=?utf-8?B?DQpCY2M6IHRoaWVmQGV4YW1wbGUuY29t?=")]
    public async Task A_hostile_name_in_the_subject_adds_neither_header_nor_recipient(string subject, string seen)
    {
        await using var peer = await SmtpPeer.Start();

        await Channel(peer).Send(Message(subject: subject), default);

        var received = await peer.Next("received");
        var names = received.GetProperty("mail").GetProperty("headers").EnumerateArray().Select(h => h.GetProperty("key").GetString());
        Assert.Equal(
            [
                "auto-submitted",
                "content-language",
                "content-transfer-encoding",
                "content-type",
                "date",
                "from",
                "list-unsubscribe",
                "list-unsubscribe-post",
                "message-id",
                "mime-version",
                "subject",
                "to",
            ],
            names.Order(StringComparer.Ordinal)
        );
        Assert.Equal("""["accept@example.com"]""", received.GetProperty("envelope").GetProperty("to").GetRawText());
        Assert.Equal(seen, received.GetProperty("mail").GetProperty("subject").GetString());
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData("a@example.com\r\nBcc: thief@example.com")]
    [InlineData("a@example.com\nRCPT TO:<thief@example.com>")]
    [InlineData("a@example.com, thief@example.com")]
    [InlineData("a@example.com;thief@example.com")]
    [InlineData("Fang <a@example.com>")]
    [InlineData("<a@example.com>")]
    [InlineData("a@example.com>")]
    [InlineData("not an address")]
    [InlineData("")]
    [InlineData(null)]
    public async Task What_is_not_one_plain_address_is_refused_without_a_connection(string? recipient)
    {
        var outcome = await Channel(port: 1).Send(Message(recipient: recipient), default);

        Assert.Equal(new SendOutcome.Refused(SendReason.EmailAddress), outcome);
    }

    [Fact]
    public async Task A_subject_of_any_length_is_cut_to_a_line_that_can_be_read()
    {
        await using var peer = await SmtpPeer.Start();

        await Channel(peer).Send(Message(subject: string.Concat(Enumerable.Repeat("🎉", 50_000))), default);

        var subject = (await peer.Next("received")).GetProperty("mail").GetProperty("subject").GetString();
        Assert.Equal(string.Concat(Enumerable.Repeat("🎉", 100)) + "…", subject);
    }

    [Theory]
    [InlineData("rcpt-450", "SMTP 450")]
    [InlineData("rcpt-421", "SMTP 421")]
    [InlineData("data-451", "SMTP 451")]
    [InlineData("data-452", "SMTP 452")]
    public async Task A_4xx_at_any_step_is_a_failure_that_may_pass(string recipient, string detail)
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(recipient: recipient + "@example.com"), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailTryLater) { Detail = detail }, outcome);
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData("rcpt-550", "SMTP 550", SendReason.EmailRecipientRefused)]
    [InlineData("rcpt-553", "SMTP 553", SendReason.EmailRecipientRefused)]
    [InlineData("rcpt-556", "SMTP 556", SendReason.EmailRecipientRefused)]
    [InlineData("rcpt-550-5.1.1", "SMTP 550", SendReason.EmailRecipientRefused)]
    [InlineData("rcpt-550-5.7.1", "SMTP 550", SendReason.EmailMessageRefused)]
    [InlineData("data-552", "SMTP 552", SendReason.EmailMessageRefused)]
    [InlineData("data-554", "SMTP 554", SendReason.EmailMessageRefused)]
    public async Task A_5xx_means_refused_and_says_whether_for_the_recipient_or_the_message(string recipient, string detail, string reason)
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(recipient: recipient + "@example.com"), default);

        Assert.Equal(new SendOutcome.Refused(reason) { Detail = detail }, outcome);
        Assert.Equal("", await peer.End());
    }

    [Fact]
    public async Task A_refused_connection_certainly_delivered_nothing()
    {
        using var bound = new Socket(SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var outcome = await Channel(((IPEndPoint)bound.LocalEndPoint!).Port).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
    }

    [Fact]
    public async Task A_break_before_the_message_certainly_delivered_nothing()
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(recipient: "drop-at-rcpt@example.com"), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
        Assert.Equal("", await peer.End());
    }

    [Fact]
    public async Task A_break_after_the_message_leaves_the_delivery_uncertain_and_it_was_indeed_received()
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer).Send(Message(recipient: "drop-after-data@example.com"), default);

        Assert.Equal(new SendOutcome.Uncertain(SendReason.EmailNoAnswer), outcome);
        await peer.Next("received");
    }

    [Fact]
    public async Task A_relay_that_never_answers_the_message_leaves_the_delivery_uncertain()
    {
        await using var peer = await SmtpPeer.Start();

        var sending = Channel(peer).Send(Message(recipient: "hang@example.com"), default);
        await peer.Next("received");
        _clock.Advance(EmailChannel.Patience);

        Assert.Equal(new SendOutcome.Uncertain(SendReason.EmailNoAnswer), await sending);
    }

    [Fact]
    public async Task A_relay_that_never_greets_certainly_got_nothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var sending = Channel(((IPEndPoint)silent.LocalEndpoint).Port).Send(Message(), default);
        using var connection = await silent.AcceptSocketAsync();
        _clock.Advance(EmailChannel.Patience);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), await sending);
    }

    [Fact]
    public async Task A_shutdown_after_the_message_left_is_uncertain_and_before_it_an_exception()
    {
        await using var peer = await SmtpPeer.Start();
        using var shutdown = new CancellationTokenSource();

        var sending = Channel(peer).Send(Message(recipient: "hang@example.com"), shutdown.Token);
        await peer.Next("received");
        await shutdown.CancelAsync();

        Assert.Equal(new SendOutcome.Uncertain(SendReason.EmailNoAnswer), await sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Channel(peer).Send(Message(), shutdown.Token));
        Assert.Equal("", await peer.End());
    }

    [Fact]
    public async Task Where_tls_is_wanted_a_relay_without_it_gets_nothing()
    {
        await using var peer = await SmtpPeer.Start();

        var outcome = await Channel(peer, startTls: true).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
        Assert.Equal("", await peer.End());
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_gets_nothing()
    {
        using var certificate = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
        await using var peer = await SmtpPeer.Start(certificate);

        var outcome = await Channel(peer, startTls: true).Send(Message(), default);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task Over_a_trusted_certificate_user_and_message_travel_encrypted(string way)
    {
        using var certificate = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
        using var trust = new Trust(certificate);
        await using var peer = await SmtpPeer.Start(certificate, "crm", "right", [way]);

        var outcome = await Channel(peer, startTls: true, user: "crm", password: "right", trustedRoots: trust.Path)
            .Send(Message(), default);

        Assert.IsType<SendOutcome.Sent>(outcome);
        var received = await peer.Next("received");
        Assert.True(received.GetProperty("secure").GetBoolean());
        Assert.Equal("crm", received.GetProperty("user").GetString());
    }

    [Fact]
    public async Task A_wrong_password_is_a_failure_of_ours_that_passes_once_it_is_put_right()
    {
        using var certificate = Receiver.SelfSigned(TimeProvider.System.GetUtcNow());
        using var trust = new Trust(certificate);
        await using var peer = await SmtpPeer.Start(certificate, "crm", "right");

        var outcome = await Channel(peer, startTls: true, user: "crm", password: "wrong", trustedRoots: trust.Path)
            .Send(Message(), default);

        Assert.Equal(SendReason.EmailAuthentication, Assert.IsType<SendOutcome.Failed>(outcome).Reason);
        Assert.Equal("", await peer.End());
    }

    [Theory]
    [InlineData("用户@example.com", true)]
    [InlineData("accept@xn--fsqu00a.xn--0zwm56d", false)]
    public async Task Only_an_address_that_needs_smtputf8_uses_it(string recipient, bool needed)
    {
        await using var peer = await SmtpPeer.Start();

        Assert.IsType<SendOutcome.Sent>(await Channel(peer).Send(Message(recipient: recipient), default));

        var received = await peer.Next("received");
        Assert.Equal(needed, received.GetProperty("envelope").GetProperty("utf8").GetBoolean());
        Assert.Equal("回访 🎉", received.GetProperty("mail").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("421 busy", "SMTP 421", "")]
    [InlineData("554 go away", "SMTP 554", "")]
    [InlineData("220 hello|502 what", "SMTP 502", "")]
    [InlineData("220 hello|250 hello|550 no", "SMTP 550", SendReason.EmailMessageRefused)]
    [InlineData("220 hello|250 hello|250 yes|250 yes|554 no", "SMTP 554", SendReason.EmailMessageRefused)]
    [InlineData("220 hello|250 hello|530 who are you", "SMTP 530", SendReason.EmailAuthentication)]
    public async Task Each_step_has_its_own_refusal(string replies, string detail, string reason)
    {
        var outcome = await Scripted(replies.Split('|'));

        Assert.Equal(detail, outcome.Detail);
        Assert.Equal(
            reason,
            outcome switch
            {
                SendOutcome.Refused refused => refused.Reason,
                SendOutcome.Failed { Reason: SendReason.EmailTryLater } => "",
                SendOutcome.Failed failed => failed.Reason,
                _ => outcome.ToString(),
            }
        );
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("999999999999 x")]
    public async Task What_does_not_speak_smtp_certainly_got_nothing(string replies) =>
        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), await Scripted([replies]));

    [Fact]
    public async Task A_reply_without_end_is_not_listened_to_for_ever() =>
        Assert.Equal(
            new SendOutcome.Failed(SendReason.EmailUnreachable),
            await Scripted([string.Join("\r\n", Enumerable.Repeat("220-and", 100))])
        );

    [Fact]
    public async Task Replies_slipped_in_before_tls_are_not_believed() =>
        Assert.Equal(
            new SendOutcome.Failed(SendReason.EmailUnreachable),
            await Scripted(["220 hello", "250-hello\r\n250 STARTTLS", "220 go\r\n250 slipped in"], startTls: true)
        );

    [Fact]
    public async Task A_relay_that_offers_tls_and_refuses_it_gets_nothing() =>
        Assert.Equal(
            new SendOutcome.Failed(SendReason.EmailUnreachable),
            await Scripted(["220 hello", "250-hello\r\n250 STARTTLS", "454 not now"], startTls: true)
        );

    [Theory]
    [InlineData("454 later", SendReason.EmailTryLater, "SMTP 454")]
    [InlineData("535 no", SendReason.EmailAuthentication, "SMTP 535")]
    [InlineData("500 what", SendReason.EmailAuthentication, "SMTP 500")]
    [InlineData("199 what", SendReason.EmailUnreachable, null)]
    public async Task A_relay_that_does_not_let_the_user_in_may_do_so_later(string reply, string reason, string? detail) =>
        Assert.Equal(
            new SendOutcome.Failed(reason) { Detail = detail },
            await Scripted(["220 hello", "250-hello\r\n250 auth plain", reply], user: "crm")
        );

    [Fact]
    public async Task A_policy_that_stands_in_a_later_line_of_the_reply_says_nothing_of_the_recipient() =>
        Assert.Equal(
            new SendOutcome.Refused(SendReason.EmailMessageRefused) { Detail = "SMTP 550" },
            await Scripted(["220 hello", "250 hello", "250 yes", "550-no\r\n550 5.7.26 unsigned"])
        );

    [Theory]
    [InlineData("a@例子.测试", "a@xn--fsqu00a.xn--0zwm56d")]
    [InlineData("a@xn--fsqu00a.xn--0zwm56d", "a@xn--fsqu00a.xn--0zwm56d")]
    [InlineData("a@xn--strae-oqa.example", "a@xn--strae-oqa.example")]
    [InlineData("a.{|}~'b@sub-domain.example.com", "a.{|}~'b@sub-domain.example.com")]
    public async Task A_relay_is_told_the_domain_in_ascii_and_the_address_it_talks_to(string recipient, string told)
    {
        await Scripted(["220 hello", "250-hello\r\n250-8BITMIME\r\n250 SMTPUTF8", "250 yes", "550 no"], recipient: recipient);

        Assert.Equal(["EHLO [127.0.0.1]", "MAIL FROM:<crm@example.com>", $"RCPT TO:<{told}>"], _heard.Take(3));
    }

    [Fact]
    public async Task What_answers_the_whole_message_and_is_no_reply_leaves_the_delivery_uncertain() =>
        Assert.Equal(new SendOutcome.Uncertain(SendReason.EmailNoAnswer), await Answered("999 what"));

    [Fact]
    public async Task Any_positive_answer_to_the_message_means_sent() =>
        Assert.Equal("SMTP 252", Assert.IsType<SendOutcome.Sent>(await Answered("252 perhaps")).Detail);

    [Fact]
    public async Task A_break_in_the_midst_of_the_message_certainly_delivered_nothing()
    {
        // More than the buffers between two sockets hold.
        var text = new string('x', 32 * 1024 * 1024);

        var outcome = await Scripted(["220 hello", "250 hello", "250 yes", "250 yes", "354 go"], text: text);

        Assert.Equal(new SendOutcome.Failed(SendReason.EmailUnreachable), outcome);
    }

    [Fact]
    public async Task The_log_names_keys_and_codes_and_never_people_or_texts()
    {
        var log = new Lines();
        await using var peer = await SmtpPeer.Start();
        var channel = new EmailChannel(
            Options.Create(
                new EmailOptions
                {
                    Host = "localhost",
                    Port = peer.Port,
                    From = "crm@example.com",
                    StartTls = false,
                }
            ),
            _clock,
            log
        );

        foreach (
            var recipient in new[]
            {
                "accept@example.com",
                "rcpt-550@example.com",
                "data-451@example.com",
                "drop-after-data@example.com",
                "x",
            }
        )
            await channel.Send(Message(recipient: recipient), default);

        Assert.Equal(
            [
                "email took revisit:2026-11:42",
                "email refused revisit:2026-11:42: email-recipient-refused SMTP 550",
                "email failed for revisit:2026-11:42: email-try-later SMTP 451",
                "email is uncertain of revisit:2026-11:42: email-no-answer (null)",
                "email refused revisit:2026-11:42: email-address (null)",
            ],
            log.Written
        );
    }

    /// <summary>The outcome at a relay that says these things in turn, one for each line it gets, and hangs up.</summary>
    private async Task<SendOutcome> Scripted(
        string[] replies,
        bool startTls = false,
        string user = "",
        string text = "Text",
        string recipient = "accept@example.com"
    )
    {
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var sending = Channel(((IPEndPoint)relay.LocalEndpoint).Port, startTls, user, "password")
            .Send(Message(recipient, text: text), default);
        using (var connection = await relay.AcceptTcpClientAsync())
        {
            using var reader = new StreamReader(connection.GetStream());
            foreach (var reply in replies)
            {
                await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"));
                _heard.Add(await reader.ReadLineAsync());
            }
        }

        return await sending;
    }

    /// <summary>The outcome at a relay that takes a message and then says this.</summary>
    private async Task<SendOutcome> Answered(string reply)
    {
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var sending = Channel(((IPEndPoint)relay.LocalEndpoint).Port).Send(Message(), default);
        using (var connection = await relay.AcceptTcpClientAsync())
        {
            using var reader = new StreamReader(connection.GetStream());
            foreach (var line in new[] { "220 hello", "250 hello", "250 yes", "250 yes", "354 go", reply })
            {
                await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
                while (await reader.ReadLineAsync() is { } said && line.StartsWith("354", StringComparison.Ordinal) && said != ".") { }
            }
        }

        return await sending;
    }

    private sealed class Lines : ILogger<EmailChannel>
    {
        internal List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Written.Add(formatter(state, exception) + exception);
    }

    private static RenderedMessage Message(
        string? recipient = "accept@example.com",
        string subject = "回访 🎉",
        string text = "Text",
        string key = "revisit:2026-11:42"
    ) => Make.Rendered(key, recipient, subject, text, at: Now, unsubscribe: "https://example.com/u/1");

    private EmailChannel Channel(SmtpPeer peer, bool startTls = false, string user = "", string password = "", string trustedRoots = "") =>
        Channel(peer.Port, startTls, user, password, trustedRoots);

    private EmailChannel Channel(int port, bool startTls = false, string user = "", string password = "", string trustedRoots = "") =>
        new(
            Options.Create(
                new EmailOptions
                {
                    Host = "localhost",
                    Port = port,
                    From = "crm@example.com",
                    FromName = "客户运营 \"CRM\" ☕",
                    StartTls = startTls,
                    User = user,
                    Password = password,
                    TrustedRoots = trustedRoots,
                }
            ),
            _clock,
            NullLogger<EmailChannel>.Instance
        );

    private static (string? Address, string? Name) Mailbox(JsonElement mailbox) =>
        (mailbox.GetProperty("address").GetString(), mailbox.GetProperty("name").GetString());

    private static string? Header(JsonElement mail, string name) =>
        mail.GetProperty("headers").EnumerateArray().Single(h => h.GetProperty("key").GetString() == name).GetProperty("value").GetString();

    private static string Raw(JsonElement received) => received.GetProperty("raw").GetString()!;
}
