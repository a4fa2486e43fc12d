using System.Globalization;
using System.Text.RegularExpressions;

namespace CrmFunctions.Notifications.Channels.Email;

/// <summary>One plain address: no name, no list, no quotes, nothing that could end a command or a header.</summary>
/// <param name="User">What stands before the @.</param>
/// <param name="Domain">In ASCII form.</param>
internal sealed partial record EmailAddress(string User, string Domain)
{
    /// <summary>Whether the address needs SMTPUTF8 (RFC 6531) on the whole way.</summary>
    internal bool IsInternational => !User.All(char.IsAscii);

    /// <summary>Reads an address of at most 254 characters; null for anything else.</summary>
    internal static EmailAddress? Read(string? text)
    {
        if (text is not { Length: <= 254 } || Form().Match(text) is not { Success: true } match)
            return null;

        try
        {
            var domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(match.Groups["domain"].Value);
            return new EmailAddress(match.Groups["user"].Value, domain);
        }
        catch (ArgumentException)
        {
            // The only way to ask IdnMapping.
            return null;
        }
    }

    public override string ToString() => $"{User}@{Domain}";

    // RFC 5322 dot-atom, with RFC 6532's letters beyond ASCII; at most 64 characters before the @ (RFC 5321, 4.5.3.1.1).
    [GeneratedRegex(
        @"^(?<user>(?=[^@]{1,64}@)[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*)@(?<domain>[\p{L}\p{M}\p{N}.-]+)\z"
    )]
    private static partial Regex Form();
}
