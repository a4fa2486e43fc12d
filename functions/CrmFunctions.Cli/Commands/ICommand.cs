namespace CrmFunctions.Cli.Commands;

/// <summary>One command of <c>crm</c>, in one file: its words, its options, and what it does.</summary>
internal interface ICommand
{
    /// <summary>The words after <c>crm</c>, such as <c>demo load</c>.</summary>
    string Name { get; }

    /// <summary>One line, for the list of commands.</summary>
    string Summary { get; }

    IReadOnlyList<Option> Options { get; }

    /// <summary>
    /// What words without dashes stand for, such as <c>FILE</c>, or <c>ONE OTHER</c>; <c>null</c> where the command takes none.
    /// </summary>
    string? Operand => null;

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The arguments cannot be meant.</exception>
    /// <exception cref="CommandFailedException">The work cannot be done; the message says what would help.</exception>
    Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken);
}

/// <summary>An option of a command.</summary>
/// <param name="Name">With its dashes: <c>--seed</c>.</param>
/// <param name="Value">What stands for the value in the help, such as <c>N</c>; <c>null</c> for a switch.</param>
/// <param name="Help">One line.</param>
internal sealed record Option(string Name, string? Value, string Help);

internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM before the work was done (128 + SIGINT, as shells count).</summary>
    public const int Stopped = 130;
}

/// <summary>The caller wrote something that cannot be meant: exit code 2, with a hint at the help.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command could not do its work: exit code 1, and the message alone, no stack.</summary>
internal class CommandFailedException(string message) : Exception(message);

/// <summary>The app refused a request.</summary>
/// <param name="message">What it said, for people.</param>
/// <param name="problem">Its answer; null where it is no problem document.</param>
internal sealed class RefusedException(string message, System.Text.Json.Nodes.JsonNode? problem) : CommandFailedException(message)
{
    /// <summary>Its answer; null where it is no problem document.</summary>
    public System.Text.Json.Nodes.JsonNode? Problem { get; } = problem;
}
