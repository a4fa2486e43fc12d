using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Customers;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Rebuilding;

/// <summary><c>crm rebuild</c>: the state anew from the log, while the suite works.</summary>
internal sealed class RebuildCommand : ICommand
{
    public string Name => "rebuild";

    public string Summary =>
        "Drops what follows from the log and computes it again, of everybody or of one customer; goes on where it was interrupted.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--customer", "CUSTOMER", "this one only: an id, an e-mail address, a phone number, source:id"),
        Output.AsJson,
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        if (arguments.Text("--customer") is { } word)
        {
            using var customers = new CustomersApi(arguments, terminal, RoleNames.Admin);
            var id = await customers.IdOf(word, cancellationToken);
            var one = await api.Send(HttpMethod.Post, $"rebuilds?customer={id}", null, cancellationToken);
            Tell(
                one,
                $"Customer {(string)one["customerId"]!} is rebuilt from {(int)one["handles"]!} handles; digest {(string?)one["digest"] ?? "none: the log has no event of it"}"
            );
            return ExitCode.Ok;
        }

        var run = new RunApi(api, terminal);
        var before = (string)(await api.Get("reports/base", cancellationToken))["hash"]!;
        var answer = await run.Run("rebuilds", "", cancellationToken);
        var hash = await run.Hash(cancellationToken);
        answer["hash"] = hash;
        var same = before == hash ? "as it was" : $"it was {before}";
        Tell(
            answer,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(long)answer["handles"]!:N0} handles are rebuilt, {(long)answer["removed"]!:N0} entries of the index were unfounded and are gone.\nHash {hash}: {same}."
            )
        );
        return ExitCode.Ok;

        void Tell(System.Text.Json.Nodes.JsonNode json, string text) =>
            terminal.Out.WriteLine(arguments.Has(Output.AsJson.Name) ? JsonApi.Write(json) : text);
    }
}
