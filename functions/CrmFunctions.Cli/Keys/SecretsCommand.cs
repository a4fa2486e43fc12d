using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Keys;

/// <summary><c>crm secrets</c>: the secrets that the suite itself holds, as settings or in the key vault.</summary>
internal sealed class SecretsCommand(string verb, string summary) : ICommand
{
    private const string Named = "NAME";

    public string Name => $"secrets {verb}";

    public string Summary => summary;

    public string? Operand => verb == "list" ? null : Named;

    public IReadOnlyList<Option> Options { get; } =
        verb == "list"
            ? []
            : [new("--vault", "VAULT", "the key vault that holds its settings"), new("--dry-run", null, "says what would be done")];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (verb == "list")
        {
            foreach (var secret in OwnSecret.All)
                terminal.Out.WriteLine($"{secret.Name} ({secret.Setting}, {secret.OldSetting})");
            return ExitCode.Ok;
        }

        var name = arguments.Required(Named);
        var own =
            OwnSecret.All.FirstOrDefault(secret => secret.Name == name)
            ?? throw new UsageException($"{name} is no secret of the suite's own; `crm secrets list` names them.");
        var vault = arguments.Text("--vault");
        if (verb == "create" || vault is null)
        {
            if (verb == "revoke")
                throw new UsageException($"--vault is missing: where the settings are not in a vault, empty {own.OldSetting}.");
            terminal.Out.WriteLine($"{own.Setting}={own.New()}");
            if (verb == "rotate")
                terminal.Error.WriteLine(
                    $"Put the value of today into {own.OldSetting} in the same change, and empty it when nobody uses it any more."
                );
            return ExitCode.Ok;
        }

        var az = new Az(terminal, arguments.Has("--dry-run"));
        if (verb == "rotate")
            await own.Rotate(az, vault, cancellationToken);
        else
            await own.EndOld(az, vault, cancellationToken);
        terminal.Error.WriteLine("The app takes it at its next start: az functionapp restart, or within a day.");
        return ExitCode.Ok;
    }
}
