using System.Runtime.InteropServices;
using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks;

/// <summary>Runs the sections named and prints one table. Ctrl-C and SIGTERM end it in good order: what it started goes with it.</summary>
internal static class CommandLine
{
    private const int WrongUse = 2;
    private const int Interrupted = 130;

    public static async Task<int> Run(
        IReadOnlyList<(string Name, Func<Options, CancellationToken, Task<IReadOnlyList<Figure>>> Run)> sections,
        IReadOnlyList<string> words
    )
    {
        Options options;
        try
        {
            options = Options.Parse(words);
            if (options.Sections.Except(sections.Select(section => section.Name)).FirstOrDefault() is { } unknown)
                throw new FormatException(
                    $"{unknown} is no section; there are {string.Join(", ", sections.Select(section => section.Name))}."
                );
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongUse;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var chosen = sections
            .Where(section => options.Sections.Count == 0 ? section == sections[0] : options.Sections.Contains(section.Name))
            .ToList();
        var report = new Report(Machine.Now());
        try
        {
            foreach (var section in chosen)
                report.Add(section.Name, await section.Run(options, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Interrupted;
        }

        await report.Print(Console.Out, options.Json);
        return 0;
    }

    /// <summary>Says on the error stream what is being done.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
