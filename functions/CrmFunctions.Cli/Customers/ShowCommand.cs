using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Customers;

/// <summary><c>crm customers show</c>: one customer on a page: who it is, which handles it has, which tier and why.</summary>
internal sealed class ShowCommand : ICommand
{
    private static readonly (string Member, string Text)[] attributes =
    [
        ("name", "customers.name"),
        ("email", "customers.email"),
        ("phone", "customers.phone"),
        ("timeZone", "customers.zone"),
    ];

    public string Name => "customers show";

    public string Summary => "Shows a customer: profile with its sources, handles, tier and why.";

    public string Operand => "CUSTOMER";

    public IReadOnlyList<Option> Options { get; } = [Output.AsJson, .. Connection.Options(RoleNames.Viewer)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var word = arguments.Required(Operand);
        using var api = new CustomersApi(arguments, terminal, RoleNames.Viewer);
        var customer = await api.Get(await api.IdOf(word, cancellationToken), cancellationToken);
        if (arguments.Has(Output.AsJson.Name))
        {
            terminal.Out.WriteLine(JsonApi.Write(customer));
            return ExitCode.Ok;
        }

        Print(customer, terminal);
        terminal.Out.WriteLine((string?)(await api.Receipt((string)customer["customerId"]!, cancellationToken))["text"]);
        return ExitCode.Ok;
    }

    private static void Print(JsonNode customer, Terminal terminal)
    {
        var (texts, to) = (terminal.Texts, terminal.Out);
        to.WriteLine((string)customer["customerId"]!);
        to.WriteLine(
            texts[
                "customers.standing",
                (string)customer["tierLabel"]!,
                (string)customer["stageLabel"]!,
                (int)customer["events"]!,
                (int)customer["orders"]!
            ]
        );
        foreach (var (member, text) in attributes)
        {
            if (customer["profile"]![member] is not { } counts)
                continue;
            to.WriteLine(
                texts["customers.word", texts[text], (string)counts["value"]!, (string)counts["source"]!, (DateTimeOffset)counts["at"]!]
            );
            foreach (var other in counts["others"]?.AsArray() ?? [])
            {
                to.WriteLine(
                    texts["customers.otherWord", (string)other!["value"]!, (string)other["source"]!, (DateTimeOffset)other["at"]!]
                );
            }
        }

        foreach (var handle in customer["handles"]!.AsArray())
        {
            var remark =
                (bool)handle!["shared"]! ? texts["customers.handle.shared"]
                : (bool)handle["hasEvents"]! ? texts["customers.handle.events"]
                : "";
            to.WriteLine($"  {(string)handle["kind"]!, -8} {(string)handle["handle"]!} {remark}".TrimEnd());
        }
    }
}
