using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Keys;

/// <summary><c>crm keys</c>: keys of the API, here or in Azure, and the secrets that the suite itself holds.</summary>
internal sealed class KeysCommand(string verb, string summary) : ICommand
{
    private const string Named = "NAME";

    public string Name => $"keys {verb}";

    public string Summary => summary;

    public string? Operand => verb == "list" ? null : Named;

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--data", "FOLDER", "of a suite on this machine (CRM_DATA, or .data)"),
        new("--group", "GROUP", "of an app in Azure: its resource group"),
        new("--app", "APP", "of an app in Azure: its name"),
        new("--vault", "VAULT", "of the suite's own secrets, unsubscribe and outcomes: the key vault"),
        new("--dry-run", null, "says what would be done"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var az = new Az(terminal, arguments.Has("--dry-run"));
        var name = verb == "list" ? "" : arguments.Required(Named);
        if (OwnSecret.All.FirstOrDefault(secret => secret.Name == name) is { } own)
            await OfItsOwn(own, arguments.Text("--vault"), az, terminal, cancellationToken);
        else if (arguments.Has("--vault"))
            throw new UsageException(
                $"--vault is for {string.Join(" and ", OwnSecret.All.Select(secret => secret.Name))}; a key of the API has --group and --app."
            );
        else if (arguments.Has("--group") || arguments.Has("--app"))
            await InAzure(arguments.Required("--group"), arguments.Required("--app"), name, az, terminal, cancellationToken);
        else
            Here(new LocalKeys(arguments.Text("--data") ?? terminal.Variable("CRM_DATA") ?? ".data"), name, az.IsDry, terminal);
        return ExitCode.Ok;
    }

    private void Here(LocalKeys keys, string name, bool dry, Terminal terminal)
    {
        if (dry && verb != "list")
            terminal.Error.WriteLine($"+ {verb} the key {name}");
        else if (verb == "create")
            terminal.Out.WriteLine(keys.Create(name));
        else if (verb == "rotate")
            terminal.Out.WriteLine(keys.Rotate(name));
        else if (verb == "revoke")
            keys.Revoke(name);
        else
            terminal.Out.WriteLine(
                string.Join(
                    '\n',
                    keys.Names().Concat(OwnSecret.All.Select(own => $"{own.Name} (the suite's own: {own.Setting}, {own.OldSetting})"))
                )
            );
    }

    private async Task InAzure(string group, string app, string name, Az az, Terminal terminal, CancellationToken cancellationToken)
    {
        string[] where = ["--resource-group", group, "--name", app];
        string[] key = ["--key-type", name == LocalKeys.Master ? "masterKey" : "functionKeys", "--key-name", name];
        switch (verb)
        {
            case "list":
                terminal.Out.WriteLine(
                    await az.Ask(
                        ["functionapp", "keys", "list", .. where, "--query", "functionKeys && keys(functionKeys)", "--output", "tsv"],
                        cancellationToken
                    )
                );
                break;
            case "revoke" when name == LocalKeys.Master:
                throw new CommandFailedException("The master key must be there: rotate it.");
            case "revoke":
                await az.Run(["functionapp", "keys", "delete", .. where, .. key], cancellationToken);
                break;
            default:
                // Without a value Azure makes one: none is an argument here, or in anybody's history.
                await az.Run(["functionapp", "keys", "set", .. where, .. key, "--output", "none"], cancellationToken);
                terminal.Error.WriteLine($"To read it: az functionapp keys list {string.Join(' ', where)}");
                break;
        }
    }

    private async Task OfItsOwn(OwnSecret own, string? vault, Az az, Terminal terminal, CancellationToken cancellationToken)
    {
        if (verb == "create" || vault is null)
        {
            if (verb == "revoke")
                throw new UsageException("--vault is missing: where the settings are not in a vault, empty " + own.OldSetting + ".");
            terminal.Out.WriteLine($"{own.Setting}={own.New()}");
            if (verb == "rotate")
                terminal.Error.WriteLine(
                    $"Put the value of today into {own.OldSetting} in the same change, and empty it when nobody uses it any more."
                );
            return;
        }

        if (verb == "rotate")
            await own.Rotate(az, vault, cancellationToken);
        else
            await own.EndOld(az, vault, cancellationToken);
        terminal.Error.WriteLine("The app takes it at its next start: az functionapp restart, or within a day.");
    }
}
