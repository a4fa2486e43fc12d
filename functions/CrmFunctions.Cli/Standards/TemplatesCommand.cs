using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Standards.Templates;

namespace CrmFunctions.Cli.Standards;

/// <summary><c>crm standards templates</c>: the names of the templates, or one of them.</summary>
internal sealed class TemplatesCommand : ICommand
{
    public string Name => "standards templates";

    public string Summary => "Lists the templates of five industries, or prints one: the beginning of a standard of your own.";

    public string Operand => "NAME";

    public IReadOnlyList<Option> Options { get; } = [StandardFiles.Language];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var language = StandardFiles.LanguageOf(arguments, terminal);
        if (arguments.Text(Operand) is { } name)
        {
            terminal.Out.Write(
                IndustryTemplates.Find(name, language)
                    ?? throw new UsageException($"{name} is no template: one of {string.Join(", ", IndustryTemplates.Names)} is wanted.")
            );
            return Task.FromResult(ExitCode.Ok);
        }

        foreach (var each in IndustryTemplates.Names)
        {
            using var template = JsonDocument.Parse(IndustryTemplates.Find(each, language)!);
            terminal.Out.WriteLine(
                $"{each, -14} {template.RootElement.GetProperty("title").GetString()}: {template.RootElement.GetProperty("description").GetString()}"
            );
        }

        return Task.FromResult(ExitCode.Ok);
    }
}

/// <summary><c>crm standards schema</c>: the JSON Schema of standards.</summary>
internal sealed class SchemaCommand : ICommand
{
    public string Name => "standards schema";

    public string Summary => "Prints the JSON Schema of standards, for editors that complete and check while you write.";

    public IReadOnlyList<Option> Options { get; } = [];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Out.Write(StandardSchema.Json);
        return Task.FromResult(ExitCode.Ok);
    }
}
