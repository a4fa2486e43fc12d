using System.Globalization;

namespace CrmFunctions.Cli.Commands;

/// <summary>Finds the command that the words name, and runs it.</summary>
internal static class CommandLine
{
    /// <returns>The exit code: 0 done, 1 failed, 2 usage, 130 stopped.</returns>
    public static async Task<int> Run(
        IReadOnlyList<ICommand> commands,
        IReadOnlyList<string> args,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var words = args.TakeWhile(a => !a.StartsWith('-')).ToList();
        var command = commands.Where(c => IsStart(c.Name.Split(' '), words)).MaxBy(c => c.Name.Length);
        var options = args.Skip(command?.Name.Split(' ').Length ?? words.Count).ToList();

        if (options.Contains("--help") || options.Contains("-h"))
        {
            if (command is not null)
                PrintHelp(command, terminal.Out);
            else
                PrintList(Within(commands, words), terminal.Out);
            return ExitCode.Ok;
        }

        if (command is null)
            return Refuse(commands, words, terminal);

        try
        {
            return await command.Run(Arguments.Parse(command, options), terminal, cancellationToken);
        }
        catch (UsageException refused)
        {
            terminal.Error.WriteLine(refused.Message);
            terminal.Error.WriteLine($"See `crm {command.Name} --help`.");
            return ExitCode.Usage;
        }
        catch (CommandFailedException failed)
        {
            terminal.Error.WriteLine(failed.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Stopped;
        }
    }

    private static int Refuse(IReadOnlyList<ICommand> commands, List<string> words, Terminal terminal)
    {
        var near = Within(commands, words);
        if (near.Count == 0)
            terminal.Error.WriteLine($"`crm {string.Join(' ', words)}` is no command.");
        PrintList(near.Count == 0 ? commands : near, terminal.Error);
        return ExitCode.Usage;
    }

    private static List<ICommand> Within(IReadOnlyList<ICommand> commands, List<string> words) =>
        [.. commands.Where(c => IsStart(words, c.Name.Split(' ')))];

    private static bool IsStart(IReadOnlyList<string> start, IReadOnlyList<string> whole) =>
        start.Count <= whole.Count && start.SequenceEqual(whole.Take(start.Count));

    private static void PrintList(IReadOnlyList<ICommand> commands, TextWriter to)
    {
        to.WriteLine("Usage: crm COMMAND [OPTIONS]");
        to.WriteLine();
        foreach (var command in commands)
            to.WriteLine($"  {command.Name, -20} {command.Summary}");
        to.WriteLine();
        to.WriteLine("`crm COMMAND --help` lists a command's options. Exit codes: 0 done, 1 failed, 2 usage, 130 stopped.");
    }

    private static void PrintHelp(ICommand command, TextWriter to)
    {
        to.WriteLine($"Usage: crm {command.Name}{(command.Operand is { } operand ? " " + operand : "")} [OPTIONS]");
        to.WriteLine(command.Summary);
        to.WriteLine();
        foreach (var option in command.Options)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {option.Name + " " + option.Value, -26} {option.Help}"));
    }
}
