using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>The SMTP server of <c>tests/peers/smtp</c>, as a process of its own. It ends when its standard input does.</summary>
internal sealed class SmtpPeer : IAsyncDisposable
{
    private readonly Process _node;

    private SmtpPeer(Process node) => _node = node;

    internal int Port { get; private set; }

    internal static async Task<SmtpPeer> Start(
        X509Certificate2? certificate = null,
        string? user = null,
        string? password = null,
        string[]? ways = null,
        string? token = null,
        bool secure = false
    )
    {
        var folder = await Installed();
        var peer = new SmtpPeer(Run("node", "server.mjs", folder));
        await peer._node.StandardInput.WriteLineAsync(
            JsonSerializer.Serialize(
                new
                {
                    key = certificate?.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem(),
                    cert = certificate?.ExportCertificatePem(),
                    user,
                    password,
                    ways,
                    token,
                    secure,
                }
            )
        );
        await peer._node.StandardInput.FlushAsync();
        peer.Port = (await peer.Next("listening")).GetProperty("port").GetInt32();
        return peer;
    }

    /// <summary>The next thing the server says, which must be of this kind.</summary>
    internal async Task<JsonElement> Next(string what)
    {
        var line =
            await _node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1))
            ?? throw new InvalidOperationException("The SMTP server ended.");
        var said = JsonElement.Parse(line);
        return said.GetProperty("event").GetString() == what ? said : throw new InvalidOperationException(line);
    }

    /// <summary>Ends the server.</summary>
    /// <returns>What it had said and nobody had read.</returns>
    internal async Task<string> End()
    {
        _node.StandardInput.Close();
        var rest = await _node.StandardOutput.ReadToEndAsync();
        await _node.WaitForExitAsync();
        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_node.HasExited)
            await End();
        _node.Dispose();
    }

    private static async Task<string> Installed()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "CrmFunctions.sln")))
            root = root.Parent;
        var folder = Path.Combine(root!.FullName, "tests", "peers", "smtp");

        if (!Directory.Exists(Path.Combine(folder, "node_modules", "smtp-server")))
        {
            using var npm = Run("npm", "ci --no-audit --no-fund --loglevel=error", folder);
            npm.StandardInput.Close();
            var said = await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm ci in tests/peers/smtp ended with {npm.ExitCode}. {said}");
        }

        return folder;
    }

    private static Process Run(string program, string arguments, string folder) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = new UTF8Encoding(false),
            }
        )!;
}
