using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Templates;

namespace CrmFunctions.UnitTests.Wording;

public sealed class PreviewCommandTests
{
    [Theory]
    [InlineData("""win-back --language en --variables {"name":"Ann","offer":"10%"}""", 0, "Ann, it has been a while")]
    [InlineData(
        """win-back --language zh-CN --channel sms --variables {"name":"王芳","offer":"九折"}""",
        0,
        "王芳，我们为您准备了九折。拒收请回复R"
    )]
    [InlineData("""win-back --language en --variables {"name":"Ann"}""", 1, "wants the variable offer")]
    [InlineData("""win-back --variables [1]""", 2, "--variables: a JSON object")]
    [InlineData("""no-such""", 2, "no-such is no shipped template")]
    [InlineData("", 2, "NAME is missing")]
    public async Task A_preview_says_the_text_or_what_is_missing(string words, int status, string says)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string[] all = ["templates", "preview", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        var code = await CommandLine.Run(
            [new PreviewTemplateCommand()],
            all,
            new Terminal(output, errors, false, TimeProvider.System, _ => null),
            CancellationToken.None
        );

        Assert.Equal(status, code);
        Assert.Contains(says, output.ToString() + errors, StringComparison.Ordinal);
    }
}
