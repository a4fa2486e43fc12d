using System.Text.Json;

namespace CrmFunctions.Cli.Backups;

/// <summary>What a backup holds; written last, so that a folder without it is none.</summary>
/// <param name="Format">1.</param>
/// <param name="Begun">UTC.</param>
/// <param name="Ended">UTC.</param>
/// <param name="Tables">In the order they were copied.</param>
internal sealed record Manifest(int Format, DateTimeOffset Begun, DateTimeOffset Ended, IReadOnlyList<CopiedTable> Tables)
{
    public const int Current = 1;
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string PathIn(string folder) => Path.Combine(folder, "backup.json");

    public async Task Write(string folder, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(PathIn(folder), JsonSerializer.Serialize(this, json), cancellationToken);

    /// <exception cref="FormatException">There is none, or it is of another format.</exception>
    public static async Task<Manifest> Read(string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathIn(folder)))
            throw new FormatException($"{folder} has no backup.json: it is no backup, or one that broke off.");
        try
        {
            var manifest = JsonSerializer.Deserialize<Manifest>(await File.ReadAllTextAsync(PathIn(folder), cancellationToken), json);
            return manifest is { Format: Current, Tables: not null }
                ? manifest
                : throw new FormatException($"{PathIn(folder)} is of format {manifest?.Format}; this program reads {Current}.");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{PathIn(folder)} cannot be read: {wrong.Message}", wrong);
        }
    }
}

/// <summary>One table's copy.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Sha256">Of its file, hexadecimal.</param>
internal sealed record CopiedTable(string Name, long Rows, string Sha256)
{
    public string PathIn(string folder) => Path.Combine(folder, $"{Name}.jsonl.gz");
}
