namespace LocalHost;

/// <summary>The app cannot start. The message names the file, the setting or the method at fault and says what would be right.</summary>
public sealed class HostStartException : Exception
{
    /// <param name="message">What is wrong, where, and what would be right.</param>
    public HostStartException(string message)
        : base(message) { }

    /// <param name="message">What is wrong, where, and what would be right.</param>
    /// <param name="innerException">What was thrown when it was found.</param>
    public HostStartException(string message, Exception innerException)
        : base(message, innerException) { }
}
