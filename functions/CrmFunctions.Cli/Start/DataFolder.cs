using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Keys;

namespace CrmFunctions.Cli.Start;

/// <summary>The folder that holds all state, locked while the suite runs on it, and the keys to the suite.</summary>
internal sealed class DataFolder : IDisposable
{
    // The lock is the kernel's: it goes with the process, however that ends. A file beside it says who holds it.
    private readonly FileStream held;

    private DataFolder(string path, FileStream held, string hostKey, LocalKeys keys) =>
        (Path, this.held, HostKey, Keys) = (path, held, hostKey, keys);

    public string Path { get; }

    /// <summary>Opens the Functions host's own routes, and is what further secrets of this folder are made of.</summary>
    public string HostKey { get; }

    /// <summary>Keys of the API.</summary>
    public LocalKeys Keys { get; }

    public string Of(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <param name="place">Its folder is made where it is missing.</param>
    /// <param name="admin">The key of the role admin from now on; null: the one of the last start, or a new one.</param>
    /// <exception cref="CommandFailedException">
    /// Another start runs on this folder, and the message names its process; or the key could be guessed.
    /// </exception>
    public static DataFolder Open(Installation place, string? admin)
    {
        PrivateFile.MakeFolder(place.Data);
        var held = Lock(place.Data);
        try
        {
            var host = System.IO.Path.Combine(place.Data, "functions", "secrets", "host.json");
            return new DataFolder(place.Data, held, ReadHostKey(host), LocalKeys.Open(place.Data, admin));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => held.Dispose();

    private static FileStream Lock(string folder)
    {
        var holder = System.IO.Path.Combine(folder, "start.pid");
        try
        {
            var file = new FileStream(
                System.IO.Path.Combine(folder, "start.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return file;
        }
        catch (IOException)
        {
            var who = File.Exists(holder) ? File.ReadAllText(holder) : "?";
            throw new CommandFailedException(
                $"The suite already runs on {folder} as process {who}. Stop it first (kill {who}), or name another folder with CRM_DATA."
            );
        }
    }

    // The file has the shape of the Functions host's own: one master key and the function keys, which open the host's own routes.
    private static string ReadHostKey(string path)
    {
        if (File.Exists(path))
            return Read(path);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        JsonObject Named(string name) =>
            new()
            {
                ["name"] = name,
                ["value"] = key,
                ["encrypted"] = false,
            };
        var keys = new JsonObject
        {
            ["masterKey"] = Named("master"),
            ["functionKeys"] = new JsonArray(Named("default")),
            ["systemKeys"] = new JsonArray(),
        };
        PrivateFile.Write(path, keys.ToJsonString());
        return key;
    }

    private static string Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))?["functionKeys"]?[0]?["value"]?.GetValue<string>()
                ?? throw new JsonException("there is no function key in it");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new CommandFailedException($"{path} cannot be read: {problem.Message}. Remove it, and the next start writes it anew.");
        }
    }
}
