using System.Globalization;

namespace CrmFunctions.Benchmarks;

/// <summary>What the command line says. All of it is bounded: a measurement ends by itself.</summary>
/// <param name="Sections">Those named, in their order.</param>
/// <param name="Rate">Events a second of the steady load. 1 to 500.</param>
/// <param name="Seconds">Length of the steady load. 5 to 600.</param>
/// <param name="Customers">Over how many customers the load is spread. 10 to 5000.</param>
/// <param name="InMemory">Azurite keeps its tables in memory, where <c>start.sh</c> has it write them down every five seconds.</param>
/// <param name="Json">The figures as JSON.</param>
internal sealed record Options(
    IReadOnlyList<string> Sections,
    int Rate = 50,
    int Seconds = 60,
    int Customers = 300,
    bool InMemory = false,
    bool Json = false
)
{
    /// <exception cref="FormatException">A word is not understood; the message names it.</exception>
    public static Options Parse(IReadOnlyList<string> words)
    {
        var sections = new List<string>();
        var options = new Options(sections);
        for (var i = 0; i < words.Count; i++)
        {
            options = words[i] switch
            {
                "--in-memory" => options with { InMemory = true },
                "--json" => options with { Json = true },
                "--rate" => options with { Rate = Number(words, ++i, 1, 500) },
                "--seconds" => options with { Seconds = Number(words, ++i, 5, 600) },
                "--customers" => options with { Customers = Number(words, ++i, 10, 5000) },
                ['-', ..] => throw new FormatException($"{words[i]} is no option of bench.sh; --help lists them."),
                var section => options with { Sections = [.. options.Sections, section] },
            };
        }

        return options;
    }

    private static int Number(IReadOnlyList<string> words, int at, int least, int most) =>
        at < words.Count
        && int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : throw new FormatException($"{words[at - 1]} wants a number from {least} to {most}.");
}
