using System.Text;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Channels.Email;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CrmFunctions.UnitTests.Notifications;

public sealed class MailFolderChannelTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public async Task A_mail_written_twice_is_one_file_that_reads_as_it_was_written()
    {
        await Written("回访 🎉");
        var mail = await Written("回访 🎉 again");

        Assert.Equal("回访 🎉 again", mail.Subject);
        using var text = new MemoryStream();
        await Assert.IsType<TextPart>(mail.Body).Content!.DecodeToAsync(text);
        Assert.Equal("您好，\r\n.\r\nText", Encoding.UTF8.GetString(text.ToArray()));
        Assert.Equal("crm@example.com", mail.From.ToString());
        Assert.Equal("accept@example.com", mail.To.ToString());
        Assert.Equal("zh-CN", mail.Body!.Headers[HeaderId.ContentLanguage]);
        var file = Assert.Single(_folder.GetFiles());
        Assert.StartsWith(Path.GetFileNameWithoutExtension(file.Name), mail.MessageId, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', (await File.ReadAllTextAsync(file.FullName)).Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_subject_reads_as_it_was_written() =>
        Prop.ForAll(
                Gen.Elements(
                        "=?",
                        "?=",
                        "=?utf-8?B?QQ==?=",
                        "a",
                        "Plain",
                        new string('w', 90),
                        "é",
                        "王芳",
                        "🎉",
                        "(",
                        ")",
                        "\"",
                        "\\",
                        ",",
                        "=",
                        " ",
                        " "
                    )
                    .ListOf()
                    .Where(parts => string.Concat(parts).Length < 200)
                    .ToArbitrary(),
                parts =>
                {
                    var subject = string.Join(' ', string.Concat(parts).Split(' ', StringSplitOptions.RemoveEmptyEntries));
                    return Written(subject).GetAwaiter().GetResult().Subject == subject;
                }
            )
            .QuickCheckThrowOnFailure();

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<MimeMessage> Written(string subject)
    {
        var channel = new MailFolderChannel(
            Options.Create(new MailFolderOptions { Path = _folder.FullName }),
            TimeProvider.System,
            NullLogger<MailFolderChannel>.Instance
        );
        var message = Make.Rendered("revisit:1", "accept@example.com", subject, "您好，\n.\nText", at: Now);

        Assert.IsType<SendOutcome.Sent>(await channel.Send(message, default));

        return await MimeMessage.LoadAsync(Assert.Single(_folder.GetFiles()).FullName);
    }
}
