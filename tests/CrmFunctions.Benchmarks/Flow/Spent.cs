using System.Globalization;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>What a process has taken from the machine so far, as <c>/proc</c> has it.</summary>
/// <param name="Cpu">Processor time of all its threads; zero where the system has no <c>/proc</c>.</param>
/// <param name="PeakMebibytes">The most memory it ever had resident.</param>
internal readonly record struct Spent(TimeSpan Cpu, double PeakMebibytes)
{
    // Fields 14 and 15 of stat, in ticks of 1/100 s; the name before them may hold blanks, and ends with the last parenthesis.
    private const int TicksPerSecond = 100;

    public static Spent By(int process)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        if (!Directory.Exists(folder))
            return default;
        var stat = File.ReadAllText(Path.Combine(folder, "stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var peak = File.ReadLines(Path.Combine(folder, "status")).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var kibibytes = peak.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        return new Spent(
            TimeSpan.FromSeconds((double)ticks / TicksPerSecond),
            double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024
        );
    }
}
