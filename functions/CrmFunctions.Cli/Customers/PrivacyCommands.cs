using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Customers;

/// <summary><c>crm customers export</c>: all that is held of a person, for that person.</summary>
internal sealed class ExportCommand : ICommand
{
    private const string To = "--out";

    public string Name => "customers export";

    public string Summary => "Gives out all that is held of a customer, as JSON; the request stands on record.";

    public string Operand => "CUSTOMER";

    public IReadOnlyList<Option> Options { get; } =
    [new(To, "FILE", "writes it there, for nobody but you to read (standard output)"), .. CustomersApi.OnRecord];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var word = arguments.Required(Operand);
        using var api = new CustomersApi(arguments, terminal, RoleNames.Steward);

        // Before anything is put on record: a file that cannot be written would be an export that nobody has.
        using var file = arguments.Text(To) is { } path ? Create(path) : null;
        var export = await api.Decide($"customers/{await api.IdOf(word, cancellationToken)}/export", [], cancellationToken);
        (file ?? terminal.Out).WriteLine(JsonApi.Write(export));
        terminal.Error.WriteLine(terminal.Texts["customers.exported", (string)export["request"]!]);
        return ExitCode.Ok;
    }

    private static StreamWriter Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new StreamWriter(path, options);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be written: {problem.Message}");
        }
    }
}

/// <summary><c>crm customers erase</c>: forgets a person, and keeps the totals.</summary>
internal sealed class EraseCommand : ICommand
{
    private const string Sure = "--yes";

    public string Name => "customers erase";

    public string Summary => "Erases a customer's personal data and keeps the totals; it cannot be taken back.";

    public string Operand => "CUSTOMER";

    public IReadOnlyList<Option> Options { get; } = [new(Sure, null, "it is meant"), Output.AsJson, .. CustomersApi.OnRecord];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var word = arguments.Required(Operand);
        if (!arguments.Has(Sure))
            throw new UsageException($"{Sure} is missing: an erasure cannot be taken back.");
        using var api = new CustomersApi(arguments, terminal, RoleNames.Steward);
        var id = await api.IdOf(word, cancellationToken);
        var request = await api.DecideConfirmed(
            $"customers/{id}/erase",
            touched =>
            {
                foreach (var one in touched)
                    terminal.Error.WriteLine($"{(string)one!["id"]!}  {(string?)one["name"]}  {(string?)one["detail"]}");
            },
            cancellationToken
        );
        if (arguments.Has(Output.AsJson.Name))
            terminal.Out.WriteLine(JsonApi.Write(request));
        else
            terminal.Out.WriteLine(terminal.Texts["customers.erased", (string)request["id"]!]);
        return ExitCode.Ok;
    }
}
