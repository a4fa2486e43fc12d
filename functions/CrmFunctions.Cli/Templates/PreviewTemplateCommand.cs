using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Wording;

namespace CrmFunctions.Cli.Templates;

/// <summary><c>crm templates preview</c>: what a template would say, without the app.</summary>
internal sealed class PreviewTemplateCommand : ICommand
{
    public string Name => "templates preview";

    public string Summary => "Shows what a shipped template, or one in a file, would say; names the variable that is missing.";

    public string Operand => "NAME";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--file", "FILE", "a template of your own as JSON, instead of a shipped one"),
        new("--variables", "JSON", "the variables, such as '{\"name\":\"王芳\"}'"),
        new("--language", "LANG", "zh-CN or en (of the locale)"),
        new("--tier", "TIER", "for a customer of this tier"),
        new("--stage", "STAGE", "for a customer in this stage"),
        new("--channel", "MEDIUM", "email, sms, webhook or robot"),
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var template = Read(arguments);
        var variables = Variables(arguments);
        variables.TryAdd(Template.Unsubscribe, "https://example.com/unsubscribe");
        var (language, channel) = (arguments.Text("--language") ?? Texts.LanguageOf(terminal.Variable), arguments.Text("--channel"));
        var text =
            template.For(language, arguments.Text("--tier"), arguments.Text("--stage"), channel)
            ?? throw new CommandFailedException($"No text of {template.Name} fits this tier, stage and channel.");
        var said =
            text.Render(variables, channel == "robot" ? TextForm.Robot : TextForm.Plain, out var missing)
            ?? throw new CommandFailedException(
                $"{template.Name} wants the variable {missing}: add it to --variables, with a text that is not empty. It wants {string.Join(", ", text.Variables)}."
            );
        terminal.Out.WriteLine(said.Subject);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(said.Text);
        return Task.FromResult(ExitCode.Ok);
    }

    private Template Read(Arguments arguments)
    {
        if (arguments.Text("--file") is not { } file)
        {
            var name =
                arguments.Text(Operand)
                ?? throw new UsageException($"NAME is missing: one of {string.Join(", ", ShippedTemplates.All.Keys)}, or --file.");
            return ShippedTemplates.All.GetValueOrDefault(name)
                ?? throw new UsageException(
                    $"{name} is no shipped template: one of {string.Join(", ", ShippedTemplates.All.Keys)} is wanted."
                );
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return TemplateReader.Read(json.RootElement, out var problems)
                ?? throw new CommandFailedException(
                    $"{file} cannot work:{string.Concat(problems.Select(problem => $"\n  {problem.Field} {problem.Message}"))}"
                );
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file} cannot be read: {unreadable.Message}");
        }
    }

    private static Dictionary<string, string> Variables(Arguments arguments)
    {
        try
        {
            using var json = JsonDocument.Parse(arguments.Text("--variables") ?? "{}");
            return json
                .RootElement.EnumerateObject()
                .ToDictionary(
                    one => one.Name,
                    one => one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : one.Value.GetRawText(),
                    StringComparer.Ordinal
                );
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UsageException("--variables: a JSON object of texts is wanted, such as '{\"name\":\"王芳\"}'.");
        }
    }
}
