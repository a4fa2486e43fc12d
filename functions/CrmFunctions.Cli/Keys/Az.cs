using System.Diagnostics;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Keys;

/// <summary>
/// The Azure CLI. Every call is said on standard error first; a dry run only says those that change something. No secret is ever an
/// argument: arguments are seen by everybody on a machine.
/// </summary>
internal sealed class Az(Terminal terminal, bool dry)
{
    /// <summary>Whether nothing is changed.</summary>
    public bool IsDry => dry;

    /// <summary>Reads; a dry run does so too.</summary>
    /// <exception cref="CommandFailedException">It failed, or is not there.</exception>
    public Task<string> Ask(IReadOnlyList<string> words, CancellationToken cancellationToken) => Say('?', words, cancellationToken);

    /// <summary>Changes.</summary>
    /// <inheritdoc cref="Ask"/>
    public async Task Run(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (dry)
            terminal.Error.WriteLine($"+ az {string.Join(' ', words)}");
        else
            await Say('+', words, cancellationToken);
    }

    private async Task<string> Say(char sign, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteLineAsync($"{sign} az {string.Join(' ', words)}");
        var start = new ProcessStartInfo(terminal.Variable("CRM_AZ") is { Length: > 0 } named ? named : "az")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in words)
            start.ArgumentList.Add(word);
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken)
            );
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? (await output).TrimEnd('\n')
                : throw new CommandFailedException(
                    $"az {string.Join(' ', words.Take(3))} ended with {process.ExitCode}: {(await errors).Trim()}"
                );
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new CommandFailedException(
                $"{start.FileName} cannot be started: {missing.Message}. Install the Azure CLI and run `az login`."
            );
        }
    }
}
