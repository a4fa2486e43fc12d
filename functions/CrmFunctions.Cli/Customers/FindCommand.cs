using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;
using Spectre.Console;

namespace CrmFunctions.Cli.Customers;

/// <summary><c>crm customers find</c>: who has an identifier.</summary>
internal sealed class FindCommand : ICommand
{
    public string Name => "customers find";

    public string Summary => "Finds customers by e-mail address, phone number or source:id; exit code 1 where there is none.";

    public string Operand => "IDENTIFIER";

    public IReadOnlyList<Option> Options { get; } = [Output.AsJson, .. Connection.Options(RoleNames.Viewer)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var identifier = arguments.Required(Operand);
        using var api = new CustomersApi(arguments, terminal, RoleNames.Viewer);
        var found = await api.Find(identifier, cancellationToken);
        if (arguments.Has(Output.AsJson.Name))
            terminal.Out.WriteLine(JsonApi.Write(found));
        else if (found.Count > 0)
            terminal.Drawing(terminal.Out).Write(Table(found, terminal.Texts));
        if (found.Count > 0)
            return ExitCode.Ok;
        terminal.Error.WriteLine(terminal.Texts["customers.none", identifier]);
        return ExitCode.Failed;
    }

    private static Table Table(JsonArray found, Texts texts)
    {
        var table = new Table().AddColumns(
            texts["customers.customer"],
            texts["customers.name"],
            texts["report.tier"],
            texts["customers.stage"],
            texts["customers.score"],
            texts["customers.orders"],
            texts["customers.last"]
        );
        foreach (var customer in found)
        {
            table.AddRow(
                (string)customer!["customerId"]!,
                Markup.Escape((string?)customer["profile"]!["name"]?["value"] ?? ""),
                Markup.Escape((string)customer["tierLabel"]!),
                Markup.Escape((string)customer["stageLabel"]!),
                Figure(customer["score"]!),
                Figure(customer["orders"]!),
                Day(customer["lastOrderAt"])
            );
        }

        return table;
    }

    private static string Figure(JsonNode number) => ((decimal)number).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Day(JsonNode? instant) =>
        instant is null ? "" : ((DateTimeOffset)instant).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
