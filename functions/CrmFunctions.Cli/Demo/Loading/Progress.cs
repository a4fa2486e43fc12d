using System.Globalization;
using CrmFunctions.Cli.Commands;
using Spectre.Console;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>Shows how far a piece of work is: a bar that redraws itself on a terminal, a line for every tenth elsewhere.</summary>
internal sealed class Progress(Terminal terminal, TextWriter writer)
{
    /// <summary>
    /// Runs the work and shows what it reports to have done, out of <paramref name="total"/>; it may report from several threads.
    /// </summary>
    public async Task<T> Run<T>(string text, long total, Func<Action<long>, Task<T>> work)
    {
        var name = terminal.Texts[text];
        if (!terminal.IsInteractive || !ReferenceEquals(writer, terminal.Out))
            return await InLines(name, total, work);

        return await terminal
            .Drawing(writer)
            .Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async drawing =>
            {
                var bar = drawing.AddTask(name.EscapeMarkup(), maxValue: Math.Max(total, 1));
                var result = await work(done => bar.Value = Math.Max(bar.Value, done));
                bar.Value = bar.MaxValue;
                return result;
            });
    }

    private async Task<T> InLines<T>(string name, long total, Func<Action<long>, Task<T>> work)
    {
        var gate = new Lock();
        var shown = -1L;
        void Show(long done)
        {
            var tenth = total == 0 ? 10 : done * 10 / total;
            lock (gate)
            {
                if (tenth <= shown)
                    return;
                shown = tenth;
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {done:N0} / {total:N0} ({tenth * 10} %)"));
            }
        }

        var result = await work(Show);
        Show(total);
        return result;
    }
}
