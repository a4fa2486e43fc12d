using Spectre.Console;

namespace CrmFunctions.Cli.Commands;

/// <summary>What a command has of the world around it: where it writes, what time it is, and the environment's variables.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Complaints; also progress where the results are JSON.</param>
/// <param name="IsInteractive">Whether <paramref name="Out"/> is a terminal that can redraw a line.</param>
/// <param name="Clock">Real time, for waiting and measuring.</param>
/// <param name="Variable">An environment variable, or <c>null</c>.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive, TimeProvider Clock, Func<string, string?> Variable)
{
    // A file or a pipe has no width: nothing is wrapped there.
    private const int PlainWidth = 10_000;

    /// <summary>The texts in the reader's language, as LC_ALL, LC_MESSAGES and LANG say, in this order.</summary>
    public Texts Texts => Texts.In(Texts.LanguageOf(Variable));

    /// <summary>A console that draws tables and bars on <paramref name="writer"/>; plain text unless it is a terminal.</summary>
    public IAnsiConsole Drawing(TextWriter writer)
    {
        var draws = IsInteractive && ReferenceEquals(writer, Out);
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = draws ? AnsiSupport.Detect : AnsiSupport.No,
                Interactive = draws ? InteractionSupport.Detect : InteractionSupport.No,
            }
        );
        if (!draws)
            console.Profile.Width = PlainWidth;
        return console;
    }

    public static Terminal OfProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, TimeProvider.System, Environment.GetEnvironmentVariable);
}
