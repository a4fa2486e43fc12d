namespace CrmFunctions.Domain.Identity;

/// <summary>E-mail addresses as identifiers.</summary>
public static class Emails
{
    /// <summary>The address in lower case without surrounding blanks; null where it has not the form local@domain.</summary>
    public static string? Normalise(string email)
    {
        var trimmed = email.Trim();
        var at = trimmed.LastIndexOf('@');
        var plausible =
            at > 0
            && at < trimmed.Length - 1
            && trimmed.Length <= 320
            && trimmed.IndexOf('@') == at
            && !trimmed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && trimmed[^1] != '.';
        return plausible ? trimmed.ToLowerInvariant() : null;
    }
}
