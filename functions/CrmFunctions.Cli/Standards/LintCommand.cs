using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Linting;

namespace CrmFunctions.Cli.Standards;

/// <summary><c>crm standards lint</c>: what is wrong with a standard, and what should be looked at again.</summary>
internal sealed class LintCommand : ICommand
{
    public string Name => "standards lint";

    public string Summary => "Says of a standard what cannot work (exit code 1) and what should be looked at again (exit code 0).";

    public string Operand => "FILE";

    public IReadOnlyList<Option> Options { get; } = [StandardFiles.Calibration, StandardFiles.Language, Output.AsJson];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var language = StandardFiles.LanguageOf(arguments, terminal);
        var file = arguments.Required(Operand);
        var findings = StandardLinter.Lint(StandardFiles.Json(file, language), StandardFiles.CalibrationOf(arguments));
        var errors = findings.Count(finding => finding.Severity == FindingSeverity.Error);
        if (arguments.Has(Output.AsJson.Name))
        {
            Output.Json(
                terminal,
                new
                {
                    Errors = errors,
                    Warnings = findings.Length - errors,
                    Findings = findings.Select(finding => new
                    {
                        Severity = finding.Severity == FindingSeverity.Error ? "error" : "warning",
                        finding.Code,
                        finding.Path,
                        Problem = finding.Problem.In(language),
                        Advice = finding.Advice.In(language),
                    }),
                }
            );
        }
        else
        {
            var texts = Texts.In(language);
            foreach (var finding in findings)
            {
                terminal.Out.WriteLine(
                    texts[
                        finding.Severity == FindingSeverity.Error ? "lint.error" : "lint.warning",
                        file,
                        finding.Path,
                        finding.Problem.In(language),
                        finding.Advice.In(language),
                        finding.Code
                    ]
                );
            }

            terminal.Out.WriteLine(texts["lint.done", errors, findings.Length - errors]);
        }

        return Task.FromResult(errors == 0 ? ExitCode.Ok : ExitCode.Failed);
    }
}
