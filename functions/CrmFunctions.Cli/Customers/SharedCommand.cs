using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;
using Spectre.Console;

namespace CrmFunctions.Cli.Customers;

/// <summary><c>crm customers shared</c>: phones and addresses that stand for several people, and what is decided about one.</summary>
internal sealed class SharedCommand : ICommand
{
    private const string Decision = "--decision";

    public string Name => "customers shared";

    public string Summary => "Lists identifiers of several people; or says of one whose it is.";

    public string Operand => "IDENTIFIER";

    public IReadOnlyList<Option> Options { get; } =
    [
        new(Decision, "WHOSE", "personal (one person's) or shared (several people's), whatever the limits say"),
        Output.AsJson,
        .. CustomersApi.OnRecord,
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (identifier, decision, json) = (arguments.Text(Operand), arguments.Text(Decision), arguments.Has(Output.AsJson.Name));
        if (decision is not (null or "personal" or "shared"))
            throw new UsageException($"{Decision} {decision}: personal or shared is wanted.");
        if (identifier is null != decision is null)
            throw new UsageException($"{Operand} and {Decision} go together: what is decided of which.");
        using var api = new CustomersApi(arguments, terminal, RoleNames.Steward);
        if (identifier is null)
        {
            var shared = await api.Shared(cancellationToken);
            if (json)
                terminal.Out.WriteLine(JsonApi.Write(shared));
            else
                terminal.Drawing(terminal.Out).Write(Table(shared, terminal.Texts));
            return ExitCode.Ok;
        }

        var ruling = await api.Decide("customers/shared", [new("handle", identifier), new("decision", decision)], cancellationToken);
        if (json)
            terminal.Out.WriteLine(JsonApi.Write(ruling));
        else
            terminal.Out.WriteLine(terminal.Texts[$"customers.{decision}", identifier, (string)ruling["ruling"]!]);
        return ExitCode.Ok;
    }

    private static Table Table(System.Text.Json.Nodes.JsonArray shared, Texts texts)
    {
        var table = new Table().AddColumns(
            texts["customers.identifier"],
            texts["customers.kind"],
            texts["customers.since"],
            texts["customers.carriers"],
            texts["customers.firstOf"]
        );
        foreach (var item in shared)
        {
            table.AddRow(
                (string)item!["handle"]!,
                (string)item["kind"]!,
                ((DateTimeOffset)item["since"]!).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ((int)item["carriers"]!).ToString(CultureInfo.InvariantCulture),
                string.Join(' ', item["customers"]!.AsArray().Take(3).Select(customer => (string)customer!))
            );
        }

        return table;
    }
}
