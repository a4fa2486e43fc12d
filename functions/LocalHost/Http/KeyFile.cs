using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalHost.Http;

/// <summary>The keys of one file, compared in constant time for every length.</summary>
internal sealed class KeyFile
{
    internal const int LongestKey = 512;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly byte[][] master;
    private readonly byte[][] functions;
    private readonly byte[][] system;

    private KeyFile(Content content)
    {
        master = Hashes(content.MasterKey is null ? [] : [content.MasterKey]);
        functions = [.. Hashes(content.FunctionKeys ?? content.Keys ?? []), .. master];
        system = [.. Hashes(content.SystemKeys ?? []), .. master];
    }

    internal static KeyFile Empty { get; } = new(new Content());

    internal bool OpensFunctions(string key) => IsOneOf(functions, key);

    internal bool OpensSystem(string key) => IsOneOf(system, key);

    internal bool OpensAll(string key) => IsOneOf(master, key);

    /// <exception cref="InvalidDataException">The file is not in the host's format.</exception>
    internal static KeyFile Parse(string json)
    {
        try
        {
            return new KeyFile(JsonSerializer.Deserialize<Content>(json, Form) ?? throw new InvalidDataException("It is empty."));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    /// <summary>A new host.json with a random master key and a random host key.</summary>
    internal static string NewHostFile() =>
        JsonSerializer.Serialize(
            new Content
            {
                MasterKey = New("master"),
                FunctionKeys = [New("default")],
                SystemKeys = [],
            },
            Form
        );

    /// <summary>A new file of a function with one random key.</summary>
    internal static string NewFunctionFile() => JsonSerializer.Serialize(new Content { Keys = [New("default")] }, Form);

    /// <exception cref="KeyNotFoundException">There is no key of this name.</exception>
    internal static string Value(string json, string name)
    {
        var content = JsonSerializer.Deserialize<Content>(json, Form)!;
        return (content.Keys ?? content.FunctionKeys ?? []).Append(content.MasterKey).FirstOrDefault(key => key?.Name == name)?.Value
            ?? throw new KeyNotFoundException($"There is no key '{name}'.");
    }

    private static Entry New(string name) =>
        new()
        {
            Name = name,
            Value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).Replace('+', '-').Replace('/', '_'),
            Encrypted = false,
        };

    private static byte[][] Hashes(IEnumerable<Entry> entries) =>
        [
            .. entries.Select(entry =>
                entry switch
                {
                    { Encrypted: true } => throw new InvalidDataException(
                        $"Key '{entry.Name}' is encrypted; the local host reads plain keys only."
                    ),
                    { Value.Length: > 0 and <= LongestKey } => SHA256.HashData(Encoding.UTF8.GetBytes(entry.Value)),
                    _ => throw new InvalidDataException($"Key '{entry.Name}' needs a value of 1 to {LongestKey} characters."),
                }
            ),
        ];

    private static bool IsOneOf(byte[][] hashes, string key)
    {
        Span<byte> utf8 = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        var found = false;
        foreach (var known in hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return found;
    }

    private sealed class Content
    {
        public Entry? MasterKey { get; init; }

        public List<Entry>? FunctionKeys { get; init; }

        public List<Entry>? SystemKeys { get; init; }

        /// <summary>Of a function's file.</summary>
        public List<Entry>? Keys { get; init; }
    }

    private sealed class Entry
    {
        public string? Name { get; init; }

        public string? Value { get; init; }

        public bool Encrypted { get; init; }
    }
}
