using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Customers;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Rebuilding;

/// <summary><c>crm verify</c>: whether the state is what the log says.</summary>
internal sealed class VerifyCommand : ICommand
{
    public string Name => "verify";

    public string Summary =>
        "Computes everybody, a share or one customer again from the log and compares; exit code 1 where anything differs.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--customer", "CUSTOMER", "this one only: an id, an e-mail address, a phone number, source:id"),
        new("--percent", "N", "so many of a hundred, the same ones each time (100)"),
        Output.AsJson,
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var answer = await Ask(api, arguments, terminal, cancellationToken);
        var differs = (long?)answer["differs"] ?? answer["differences"]!.AsArray().Count;
        if (arguments.Has(Output.AsJson.Name))
        {
            terminal.Out.WriteLine(JsonApi.Write(answer));
        }
        else
        {
            foreach (var line in RunApi.Lines(answer))
                terminal.Out.WriteLine(line);
            if (differs > answer["differences"]!.AsArray().Count)
                terminal.Out.WriteLine("…");
            terminal.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{(long)answer["handles"]!:N0} handles were compared, {differs:N0} differ.")
            );
        }

        return differs == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<JsonNode> Ask(JsonApi api, Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var percent = arguments.Number("--percent", 100, 1, 100);
        if (arguments.Text("--customer") is not { } word)
            return await new RunApi(api, terminal).Run(
                "verifications",
                string.Create(CultureInfo.InvariantCulture, $"?share={percent / 100m}"),
                cancellationToken
            );

        using var customers = new CustomersApi(arguments, terminal, RoleNames.Admin);
        return await api.Send(
            HttpMethod.Post,
            $"verifications?customer={await customers.IdOf(word, cancellationToken)}",
            null,
            cancellationToken
        );
    }
}
