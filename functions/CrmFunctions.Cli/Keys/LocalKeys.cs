using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Keys;

/// <summary>
/// The keys of the API where the suite runs on this machine: the file of the Functions host. The host reads a changed file at the next
/// request.
/// </summary>
internal sealed class LocalKeys(string data)
{
    public const string Master = "master";

    private const string Keys = "functionKeys";
    private readonly string path = Path.Combine(data, "functions", "secrets", "host.json");

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names() => All(Read()).Select(key => (string)key["name"]!).Prepend(Master);

    /// <returns>The new key.</returns>
    /// <exception cref="CommandFailedException">There is one of this name.</exception>
    public string Create(string name)
    {
        var file = Read();
        if (name == Master || Find(file, name) is not null)
            throw new CommandFailedException($"There is a key {name} already: rotate it, or choose another name.");
        var key = New();
        file[Keys]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["name"] = name,
                    ["value"] = key,
                    ["encrypted"] = false,
                }
            );
        Write(file);
        return key;
    }

    /// <returns>The new key; the one of before opens nothing from now on.</returns>
    /// <exception cref="CommandFailedException">There is none of this name.</exception>
    public string Rotate(string name)
    {
        var file = Read();
        var entry = name == Master ? file["masterKey"]!.AsObject() : Find(file, name) ?? throw None(name);
        var key = New();
        (entry["value"], entry["encrypted"]) = (key, false);
        Write(file);
        return key;
    }

    /// <exception cref="CommandFailedException">There is none of this name, or it is one that must be there.</exception>
    public void Revoke(string name)
    {
        var file = Read();
        if (name == Master)
            throw new CommandFailedException("The master key must be there: rotate it.");
        var entry = Find(file, name) ?? throw None(name);
        if (All(file).Count() == 1)
            throw new CommandFailedException($"{name} is the last key: create another first.");
        file[Keys]!.AsArray().Remove(entry);
        Write(file);
    }

    private JsonObject Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        }
        catch (Exception problem) when (problem is IOException or JsonException or InvalidOperationException)
        {
            throw new CommandFailedException(
                $"{path} cannot be read: {problem.Message} Name the folder of the suite's state with --data, or an app in Azure with --group and --app."
            );
        }
    }

    // Beside and over it, so that the host finds the old file or the new one.
    private void Write(JsonObject file)
    {
        var beside = $"{path}.new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(beside, options))
            writer.Write(file.ToJsonString());
        File.Move(beside, path, overwrite: true);
    }

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    private static IEnumerable<JsonObject> All(JsonObject file) => file[Keys]!.AsArray().Select(key => key!.AsObject());

    private static JsonObject? Find(JsonObject file, string name) => All(file).FirstOrDefault(key => (string?)key["name"] == name);

    private static CommandFailedException None(string name) => new($"There is no key {name}; `crm keys list` names them.");
}
