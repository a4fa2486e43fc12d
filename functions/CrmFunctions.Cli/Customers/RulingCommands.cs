using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Customers;

/// <summary><c>crm customers merge</c>: two customers are one person. No event moves, and it can be taken back.</summary>
internal sealed class MergeCommand : ICommand
{
    public string Name => "customers merge";

    public string Summary => "Says that two customers are one person; unmerge takes it back.";

    public string Operand => "ONE OTHER";

    public IReadOnlyList<Option> Options { get; } = [Output.AsJson, .. CustomersApi.OnRecord];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken) =>
        Pairs.Rule("merge", arguments, terminal, cancellationToken);
}

/// <summary><c>crm customers unmerge</c>: two ids, though they lead to one customer, are two people.</summary>
internal sealed class UnmergeCommand : ICommand
{
    public string Name => "customers unmerge";

    public string Summary => "Says that two are two people, whatever identifiers they share.";

    public string Operand => "ONE OTHER";

    public IReadOnlyList<Option> Options { get; } = [Output.AsJson, .. CustomersApi.OnRecord];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken) =>
        Pairs.Rule("unmerge", arguments, terminal, cancellationToken);
}

/// <summary>A decision about two.</summary>
file static class Pairs
{
    public static async Task<int> Rule(string route, Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (one, other) = (arguments.Required("ONE"), arguments.Required("OTHER"));
        using var api = new CustomersApi(arguments, terminal, RoleNames.Steward);

        JsonArray customers = [await api.OwnIdOf(one, cancellationToken), await api.OwnIdOf(other, cancellationToken)];
        var ruling = await api.Decide($"customers/{route}", [new("customers", customers)], cancellationToken);
        if (arguments.Has(Output.AsJson.Name))
            terminal.Out.WriteLine(JsonApi.Write(ruling));
        else
            terminal.Out.WriteLine(terminal.Texts[$"customers.{route}", one, other, (string)ruling["ruling"]!]);
        return ExitCode.Ok;
    }
}
