using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Keys;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Outcomes;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>
/// <c>crm keys</c>, with a stub in the place of <c>az</c> that writes down how it was called and keeps what it was given.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("keys").FullName;

    public KeysTests()
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
        Directory.CreateDirectory(Path.Combine(folder, "functions", "secrets"));
        File.WriteAllText(
            HostFile,
            """{"masterKey":{"name":"master","value":"m","encrypted":false},"functionKeys":[{"name":"default","value":"d","encrypted":false}],"systemKeys":[]}"""
        );
    }

    private string HostFile => Path.Combine(folder, "functions", "secrets", "host.json");

    private string[] Calls => File.ReadAllLines(Path.Combine(folder, "calls"));

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task A_key_of_the_suite_on_this_machine_is_made_replaced_and_taken_away()
    {
        var made = (await Crm("create", "till", "--data", folder)).Out;
        Assert.Contains($"\"till\",\"value\":\"{made}\"", await File.ReadAllTextAsync(HostFile), StringComparison.Ordinal);
        var replaced = (await Crm("rotate", "till", "--data", folder)).Out;
        Assert.NotEqual(made, replaced);
        Assert.DoesNotContain(made, await File.ReadAllTextAsync(HostFile), StringComparison.Ordinal);
        Assert.Contains("till", (await Crm("list", "--data", folder)).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await Crm("revoke", "till", "--data", folder)).Status);
        Assert.DoesNotContain(replaced, await File.ReadAllTextAsync(HostFile), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(HostFile));

        foreach (
            var (words, complaint) in new[]
            {
                ("create default", "There is a key default already"),
                ("revoke nobody", "There is no key nobody"),
                ("revoke default", "is the last key"),
                ("revoke master", "rotate it"),
            }
        )
        {
            var (status, _, errors) = await Crm([.. words.Split(' '), "--data", folder]);
            Assert.Equal(1, status);
            Assert.Contains(complaint, errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_of_an_app_in_Azure_is_made_by_Azure_and_none_is_an_argument()
    {
        string[] app = ["--group", "crm-dev", "--app", "func-crm"];
        await Crm(["create", "till", .. app]);
        await Crm(["rotate", "master", .. app]);
        await Crm(["revoke", "till", .. app]);
        const string where = "--resource-group crm-dev --name func-crm";
        Assert.Equal(
            [
                $"functionapp keys set {where} --key-type functionKeys --key-name till --output none",
                $"functionapp keys set {where} --key-type masterKey --key-name master --output none",
                $"functionapp keys delete {where} --key-type functionKeys --key-name till",
            ],
            Calls
        );
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_changes_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "vault-unsubscribe-key"), "before");
        var before = await File.ReadAllTextAsync(HostFile);
        Assert.Contains(
            "+ az functionapp keys delete",
            (await Crm("revoke", "till", "--group", "g", "--app", "a", "--dry-run")).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "+ az keyvault secret set --vault-name v --name unsubscribe-old-key",
            (await Crm("rotate", "unsubscribe", "--vault", "v", "--dry-run")).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "+ rotate the key default",
            (await Crm("rotate", "default", "--data", folder, "--dry-run")).Error,
            StringComparison.Ordinal
        );
        Assert.Single(Calls);
        Assert.Equal(before, await File.ReadAllTextAsync(HostFile));
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
        ICommand[] commands = [.. ((string[])["list", "create", "rotate", "revoke"]).Select(verb => new KeysCommand(verb, ""))];
        var terminal = new Terminal(
            output,
            errors,
            false,
            TimeProvider.System,
            name => name == "CRM_AZ" ? Path.Combine(folder, "az") : null
        );
        var status = await CommandLine.Run(commands, ["keys", .. words], terminal, default);
        return (status, output.ToString().Trim(), errors.ToString());
    }
}
