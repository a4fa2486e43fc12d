using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Keys;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Outcomes;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>
/// <c>crm secrets</c>, with a stub in the place of <c>az</c> that writes down how it was called and keeps what it was given.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SecretsCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("keys").FullName;

    public SecretsCommandTests()
    {
        var az = Path.Combine(folder, "az");
        File.WriteAllText(
            az,
            $$"""
            #!/usr/bin/env bash
            cd '{{folder}}'; printf '%s\n' "$*" >>calls
            while (($#)); do case $1 in --name) name=$2 ;; --file) file=$2 ;; show | set | delete) verb=$1 ;; esac; shift; done
            [[ $verb == show ]] && cat "vault-$name"
            [[ $verb == set && -n ${file:-} ]] && cp "$file" "vault-$name"
            exit 0
            """
        );
        File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(folder, "calls"), "");
    }

    private string[] Calls => File.ReadAllLines(Path.Combine(folder, "calls"));

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_changes_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "vault-unsubscribe-key"), "before");
        Assert.Contains(
            "+ az keyvault secret set --vault-name v --name unsubscribe-old-key",
            (await Crm("rotate", "unsubscribe", "--vault", "v", "--dry-run")).Error,
            StringComparison.Ordinal
        );
        Assert.Single(Calls);
        Assert.Equal("before", await File.ReadAllTextAsync(Path.Combine(folder, "vault-unsubscribe-key")));
    }

    [Fact]
    public async Task A_secret_of_the_suite_s_own_is_replaced_while_the_one_of_before_is_taken_on_until_it_is_ended()
    {
        var (now, old) = (Path.Combine(folder, "vault-outcomes-secret"), Path.Combine(folder, "vault-outcomes-old-secret"));
        await File.WriteAllTextAsync(now, "whsec_before");
        Assert.Equal(0, (await Crm("rotate", "outcomes", "--vault", "v")).Status);
        Assert.Equal("whsec_before", await File.ReadAllTextAsync(old));
        var value = await File.ReadAllTextAsync(now);
        Assert.True(WebhookSignature.TryReadSecret(value, out _));
        Assert.True(
            Array.FindIndex(Calls, call => call.Contains("outcomes-old-secret --file", StringComparison.Ordinal))
                < Array.FindIndex(Calls, call => call.Contains("--name outcomes-secret --file", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(Calls, call => call.Contains("whsec_", StringComparison.Ordinal));

        await Crm("revoke", "outcomes", "--vault", "v");
        Assert.Equal(value, await File.ReadAllTextAsync(old));
        Assert.Empty(new OutcomeOptions { Secret = value, OldSecret = value }.Validate(new(new object())));
    }

    private async Task<(int Status, string Out, string Error)> Crm(params string[] words)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        ICommand[] commands = [.. ((string[])["list", "create", "rotate", "revoke"]).Select(verb => new SecretsCommand(verb, ""))];
        var terminal = new Terminal(
            output,
            errors,
            false,
            TimeProvider.System,
            name => name == "CRM_AZ" ? Path.Combine(folder, "az") : null
        );
        var status = await CommandLine.Run(commands, ["secrets", .. words], terminal, default);
        return (status, output.ToString().Trim(), errors.ToString());
    }
}
