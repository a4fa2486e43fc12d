using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>
/// The folder that e-mail is written to in place of being sent: for a laptop and the demo. Off when the section is empty; not beside a
/// relay.
/// </summary>
public sealed class MailFolderOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Notifications:MailFolder";

    /// <summary>The folder; it is made where it is missing. Required.</summary>
    [Required(ErrorMessage = Section + ":Path is missing: set the folder that mails are written to.")]
    public string Path { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "crm@example.com";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EmailAddress.Read(From) is null)
            yield return new($"{Section}:From must be one plain address, such as crm@example.com.");
    }
}

/// <summary>Stops the start when the section is wrong.</summary>
[OptionsValidator]
public sealed partial class MailFolderOptionsValidator : IValidateOptions<MailFolderOptions>;

/// <summary>Writes each mail as a file, named after its key: written twice it is one.</summary>
public sealed class MailFolderChannel(IOptions<MailFolderOptions> options, TimeProvider clock, ILogger<MailFolderChannel> logger) : IChannel
{
    /// <inheritdoc/>
    public string Name => EmailChannel.ChannelName;

    /// <inheritdoc/>
    public bool ResendIsSafe => true;

    /// <inheritdoc/>
    public async Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken)
    {
        SendOutcome outcome = new SendOutcome.Refused(SendReason.EmailAddress);
        if (EmailAddress.Read(message.To) is { } recipient)
        {
            using var mail = EmailComposer.Compose(message, recipient, new EmailOptions { From = options.Value.From }, clock.GetUtcNow());
            var file = System.IO.Path.Combine(
                options.Value.Path,
                $"{EmailComposer.MessageId(message.Key, EmailAddress.Read(options.Value.From)!)[1..33]}.eml"
            );
            Directory.CreateDirectory(options.Value.Path);
            await mail.WriteToAsync(EmailComposer.Format, $"{file}.part", cancellationToken);
            File.Move($"{file}.part", file, overwrite: true);
            outcome = new SendOutcome.Sent();
        }

        logger.Tried(this, message, outcome);
        return outcome;
    }
}
