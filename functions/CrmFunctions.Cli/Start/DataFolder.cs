using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>The folder that holds all state, locked while the suite runs on it, and the key to the suite.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The lock is the kernel's: it goes with the process, however that ends. A file beside it says who holds it.
    private readonly FileStream held;

    private DataFolder(string path, FileStream held, string key) => (Path, this.held, Key) = (path, held, key);

    public string Path { get; }

    public string Key { get; }

    public string Of(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <param name="place">Its folder is made where it is missing.</param>
    /// <param name="key">The key to use from now on; <c>null</c> goes on with the one of the last start, or makes one.</param>
    /// <exception cref="CommandFailedException">Another start runs on this folder; the message names its process.</exception>
    public static DataFolder Open(Installation place, string? key)
    {
        Directory.CreateDirectory(place.Data);
        var held = Lock(place.Data);
        try
        {
            return new DataFolder(place.Data, held, Secret(System.IO.Path.Combine(place.Data, "functions", "secrets", "host.json"), key));
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

    // The file has the shape of the Functions host's own: one master key and the function keys.
    private static string Secret(string path, string? wanted)
    {
        if (string.IsNullOrEmpty(wanted) && File.Exists(path))
            return Read(path);
        var key = string.IsNullOrEmpty(wanted) ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)) : wanted;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
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

        // Written beside and moved over, so that a start that dies here leaves the old file or the new one.
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(beside, options))
            JsonSerializer.Serialize(file, keys, JsonSerializerOptions.Web);
        File.Move(beside, path, overwrite: true);
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
            throw new CommandFailedException($"{path} cannot be read: {problem.Message}. Set CRM_KEY to write it anew.");
        }
    }
}
