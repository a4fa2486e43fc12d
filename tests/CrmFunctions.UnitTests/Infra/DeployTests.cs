using System.Diagnostics;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Infra;

/// <summary>The scripts that deploy and roll back, with a stub in the place of <c>az</c> that writes down how it was called.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DeployTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deploy").FullName;

    public DeployTests()
    {
        Tool(
            "az",
            """
            printf '%s\n' "$*" >>"$STUBS/calls"
            case "$*" in
              *properties.outputs.appName*) echo func-crm ;;
              *properties.outputs.releasesAccount*) echo crmhost ;;
              *properties.outputs.vaultUri*) echo https://kv-crm.vault.azure.net/ ;;
              *'keyvault secret list'*) [[ -z ${VAULT_FAILS:-} ]] && { [[ ! -f $STUBS/handles-key ]] || echo handles-key; } ;;
              *'keyvault secret set'*) [[ $* =~ --file\ ([^ ]+) ]] && cp "${BASH_REMATCH[1]}" "$STUBS/handles-key" ;;
              *properties.outputs.appHostName*) echo func-crm.example.com ;;
              *'blob download'*'--name current'*) cat "$STUBS/current" ;;
              *'blob upload'*'--name current'*) [[ $* =~ --data\ ([^ ]+) ]] && printf '%s' "${BASH_REMATCH[1]}" >"$STUBS/current" ;;
              *'config-zip'*) echo >>"$STUBS/published" ;;
              *'keys list'*) echo master ;;
              *'function list'*) printf 'func-crm/ReceiveEvents\nfunc-crm/Notify\n' ;;
              *"${AZ_FAILS:-nothing}"*) exit 1 ;;
            esac
            """
        );
        Tool(
            "dotnet",
            "printf 'dotnet %s\\n' \"$*\" >>\"$STUBS/calls\"; for word; do [[ $last == --output ]] && mkdir -p \"$word\"; last=$word; done"
        );
        Tool("zip", "echo zipped >\"$2\"");

        // Ready as soon as so many versions were published; a function in error says so, to who has the key.
        Tool(
            "curl",
            """
            case "${*: -1}" in
              */api/health) [[ $(wc -l <"$STUBS/published") -ge ${READY_AFTER:-1} ]] && echo '{"status":"ready"}' ;;
              */admin/functions/*/status)
                for word; do [[ $word == @* && $(cat "${word#@}") == 'x-functions-key: master' ]] && known=1; done
                [[ -n ${known:-} ]] || exit 22
                if [[ ${*: -1} == *"/${IN_ERROR:-none}/"* && $(wc -l <"$STUBS/published") -lt ${MENDED_AFTER:-9} ]]; then echo '{"errors":["binding type(s) '"'serviceBusTrigger'"' are not registered"]}'
                else echo '{"errors": []}'; fi ;;
            esac
            """
        );
        File.WriteAllText(Path.Combine(folder, "calls"), "");
        File.WriteAllText(Path.Combine(folder, "published"), "");
    }

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task A_dry_run_validates_and_shows_and_changes_nothing()
    {
        var (status, said) = await Run("deploy.sh", "dev crm-dev --dry-run");
        Assert.Equal(0, status);
        Assert.Collection(
            Calls,
            call => Assert.StartsWith("deployment group validate", call, StringComparison.Ordinal),
            call => Assert.StartsWith("deployment group what-if", call, StringComparison.Ordinal)
        );
        Assert.Contains("+ az deployment group create --resource-group crm-dev", said, StringComparison.Ordinal);
        Assert.Contains("-p:ServiceBusExtension=package", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_deployed_published_and_marked_once_it_is_ready()
    {
        var (status, said) = await Run("deploy.sh", "prod crm-prod --yes", ("CRM_VERSION", "v2"));
        Assert.True(status == 0, said);
        string[] order =
        [
            "group validate",
            "group what-if",
            "group create",
            "dotnet publish",
            "blob upload --name v2.zip",
            "config-zip --resource-group crm-prod --name func-crm",
            "blob upload --name current --data v2",
        ];
        var at = -1;
        foreach (var step in order)
            Assert.True(
                (at = Calls.FindIndex(at + 1, call => call.Contains(step, StringComparison.Ordinal))) >= 0,
                $"{step} is missing after the step before it in\n{string.Join('\n', Calls)}"
            );
        Assert.Contains(
            "-p:ServiceBusExtension=package",
            Calls.Single(call => call.StartsWith("dotnet", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.All(
            Calls.Where(call => call.Contains("storage blob", StringComparison.Ordinal)),
            call => Assert.Contains("--auth-mode login", call, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_secret_of_handles_is_made_once_before_the_app_is_published_and_is_no_argument()
    {
        var made = Path.Combine(folder, "handles-key");
        Assert.Equal(0, (await Run("deploy.sh", "prod crm-prod --yes")).Status);
        var secret = await File.ReadAllTextAsync(made);
        Assert.Equal(1, HandleKeys.Read(secret)!.Count);
        var set = Calls.FindIndex(call =>
            call.Contains("keyvault secret set --vault-name kv-crm --name handles-key", StringComparison.Ordinal)
        );
        Assert.InRange(set, 0, Calls.FindIndex(call => call.Contains("config-zip", StringComparison.Ordinal)));
        Assert.DoesNotContain(Calls, call => call.Contains(secret, StringComparison.Ordinal));

        Assert.Equal(0, (await Run("deploy.sh", "prod crm-prod --yes")).Status);
        Assert.Equal(secret, await File.ReadAllTextAsync(made));
    }

    [Fact]
    public async Task A_vault_that_cannot_be_asked_ends_the_deployment_and_gets_no_other_secret()
    {
        Assert.NotEqual(0, (await Run("deploy.sh", "prod crm-prod --yes", ("VAULT_FAILS", "1"))).Status);
        Assert.DoesNotContain(Calls, call => call.Contains("secret set", StringComparison.Ordinal));
        Assert.DoesNotContain(Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_new_version_does_not_become_ready_the_one_before_is_published_again()
    {
        File.WriteAllText(Path.Combine(folder, "current"), "v1");
        var (status, said) = await Run("deploy.sh", "prod crm-prod --yes", ("CRM_VERSION", "v2"), ("READY_AFTER", "2"));
        Assert.Equal(1, status);
        Assert.Contains("Version v1 runs", said, StringComparison.Ordinal);
        Assert.Contains(Calls, call => call.Contains("blob download --name v1.zip", StringComparison.Ordinal));
        Assert.Equal("v1", File.ReadAllText(Path.Combine(folder, "current")));
    }

    [Fact]
    public async Task Where_a_function_is_in_error_the_version_before_is_published_again_though_the_app_is_ready()
    {
        File.WriteAllText(Path.Combine(folder, "current"), "v1");
        var (status, said) = await Run(
            "deploy.sh",
            "prod crm-prod --yes",
            ("CRM_VERSION", "v2"),
            ("IN_ERROR", "Notify"),
            ("MENDED_AFTER", "2")
        );
        Assert.Equal(1, status);
        Assert.Contains("Function Notify is in error", said, StringComparison.Ordinal);
        Assert.Contains("serviceBusTrigger", said, StringComparison.Ordinal);
        Assert.Contains("Version v1 runs", said, StringComparison.Ordinal);
        Assert.Equal("v1", File.ReadAllText(Path.Combine(folder, "current")));
        Assert.DoesNotContain("x-functions-key", string.Join('\n', Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_is_refused_deploys_nothing()
    {
        Assert.Equal(1, (await Run("deploy.sh", "dev crm-dev --yes", ("AZ_FAILS", "group validate"))).Status);
        Assert.Single(Calls);
    }

    [Fact]
    public async Task A_rollback_takes_the_version_named_or_the_last_that_was_ready_and_says_where_there_is_none()
    {
        File.WriteAllText(Path.Combine(folder, "current"), "v1");
        Assert.Equal(0, (await Run("rollback.sh", "crm-prod v0")).Status);
        Assert.Contains(Calls, call => call.Contains("blob download --name v0.zip", StringComparison.Ordinal));
        Assert.Equal("v0", File.ReadAllText(Path.Combine(folder, "current")));
        Assert.Contains("Version v0 runs", (await Run("rollback.sh", "crm-prod")).Said, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "current"));
        var (status, said) = await Run("rollback.sh", "crm-prod");
        Assert.Equal(1, status);
        Assert.Contains("No version was ever ready", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy.sh", "--help", 0)]
    [InlineData("rollback.sh", "--help", 0)]
    [InlineData("deploy.sh", "dev", 2)]
    [InlineData("deploy.sh", "nowhere crm-dev", 2)]
    [InlineData("deploy.sh", "dev crm-dev --force", 2)]
    [InlineData("rollback.sh", "", 2)]
    public async Task Help_is_given_and_what_is_not_understood_does_nothing(string script, string words, int status)
    {
        var answer = await Run(script, words);
        Assert.Equal(status, answer.Status);
        Assert.Contains("Usage:", answer.Said, StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    private List<string> Calls => [.. File.ReadAllLines(Path.Combine(folder, "calls"))];

    private void Tool(string name, string script)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Status, string Said)> Run(string script, string words, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Path.Combine(NodeTools.RepositoryRoot, "scripts", script))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            start.ArgumentList.Add(word);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["STUBS"] = folder;
        start.Environment["CRM_SMOKE_TRIES"] = "1";
        start.Environment["CRM_SMOKE_PAUSE"] = "0";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
