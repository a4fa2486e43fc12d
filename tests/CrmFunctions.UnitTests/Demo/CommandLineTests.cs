using CrmFunctions.Cli.Commands;

namespace CrmFunctions.UnitTests.Demo;

public sealed class CommandLineTests
{
    private readonly Sample sample = new();

    [Theory]
    [InlineData("--count 3 --dry", 3, true)]
    [InlineData("--count=3", 3, false)]
    [InlineData("", 7, false)]
    public async Task Options_are_read_with_a_space_or_an_equals_sign(string line, long count, bool dry)
    {
        var (code, _, _) = await Run("sample do " + line);
        Assert.Equal(0, code);
        Assert.Equal((count, dry), (sample.Count, sample.Dry));
    }

    [Theory]
    [InlineData("--cuont 3", "--cuont is no option of `crm sample do`; it takes --count, --at, --dry, --fail.")]
    [InlineData("three", "three is no option")]
    [InlineData("--count", "--count needs a value: --count N.")]
    [InlineData("--count --dry", "--count needs a value")]
    [InlineData("--count 3 --count 4", "--count is given twice")]
    [InlineData("--dry=yes", "--dry is a switch")]
    [InlineData("--count 11", "--count 11: a whole number from 1 to 10")]
    [InlineData("--count -1", "--count -1: a whole number from 1 to 10")]
    [InlineData("--at noon", "--at noon: an instant with its offset")]
    [InlineData("--at 2026-06-30T16:00:00", "an instant with its offset")]
    public async Task What_cannot_be_meant_is_refused_by_name_with_status_2(string line, string part)
    {
        var (code, output, error) = await Run("sample do " + line);
        Assert.Equal(2, code);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Contains("crm sample do --help", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Help_lists_the_options_and_does_nothing_else()
    {
        var (code, output, _) = await Run("sample do --count 3 --help");
        Assert.Equal(0, code);
        Assert.Contains("--count N", output, StringComparison.Ordinal);
        Assert.Equal(0, sample.Count);
    }

    [Fact]
    public async Task The_first_words_of_a_command_list_what_could_follow()
    {
        var (code, output, error) = await Run("sample");
        Assert.Equal(2, code);
        Assert.Contains("sample do", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Contains("sample do", (await Run("sample --help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_named_and_all_are_listed()
    {
        var (code, _, error) = await Run("smaple do --count 3");
        Assert.Equal(2, code);
        Assert.Contains("`crm smaple do` is no command.", error, StringComparison.Ordinal);
        Assert.Contains("sample do", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_its_message_and_status_1()
    {
        var (code, _, error) = await Run("sample do --fail");
        Assert.Equal((1, "no luck; try again\n"), (code, error));
    }

    [Fact]
    public async Task Being_stopped_is_status_130()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var (terminal, _, _) = Make.Terminal();
        Assert.Equal(130, await CommandLine.Run([sample], ["sample", "do"], terminal, stopped.Token));
    }

    private async Task<(int Code, string Output, string Error)> Run(string line)
    {
        var (terminal, output, error) = Make.Terminal();
        var code = await CommandLine.Run(
            [sample],
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            terminal,
            CancellationToken.None
        );
        return (code, output.ToString(), error.ToString());
    }

    private sealed class Sample : ICommand
    {
        public string Name => "sample do";

        public string Summary => "Does it.";

        public IReadOnlyList<Option> Options { get; } =
        [
            new("--count", "N", "how many"),
            new("--at", "INSTANT", "when"),
            new("--dry", null, "not really"),
            new("--fail", null, "not at all"),
        ];

        public long Count { get; private set; }

        public bool Dry { get; private set; }

        public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (arguments.Has("--fail"))
                throw new CommandFailedException("no luck; try again");
            (Count, Dry) = (arguments.Number("--count", 7, 1, 10), arguments.Has("--dry"));
            _ = arguments.Moment("--at");
            return Task.FromResult(ExitCode.Ok);
        }
    }
}
