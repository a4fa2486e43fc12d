using System.Diagnostics;
using System.Text.Json;
using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks.Importing;

/// <summary>What it takes to read a file in and keep its rows, and how that grows with the file.</summary>
internal static class ImportSection
{
    private const double MiB = 1024 * 1024;

    public static async Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        var smallest = double.NaN;
        foreach (var rows in new[] { 10_000, 100_000, 1_000_000 })
        {
            CommandLine.Say($"A file of {rows:N0} rows …");
            var result = await InProcess(rows, cancellationToken);
            if (double.IsNaN(smallest))
                smallest = result.PeakBytes;
            figures.Add(new Figure($"{rows:N0} rows: peak memory", result.PeakBytes / MiB, "MiB", Budget.UploadPeak));
            figures.Add(new Figure($"{rows:N0} rows: of it above 10,000 rows, a row", (result.PeakBytes - smallest) / rows, "bytes"));
            figures.Add(new Figure($"{rows:N0} rows: read and kept", rows / result.Seconds, "rows/s"));
            figures.Add(new Figure($"{rows:N0} rows: table transactions", result.Requests, "transactions"));
        }

        return figures;
    }

    // One process a size: the peak of a process never falls.
    private static async Task<PeakMemory.Result> InProcess(int rows, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ImportSection).Assembly.Location);
        start.ArgumentList.Add(PeakMemory.Argument);
        start.ArgumentList.Add(rows.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var process = Process.Start(start)!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return JsonSerializer.Deserialize<PeakMemory.Result>(said) ?? throw new InvalidOperationException("The upload said nothing.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
