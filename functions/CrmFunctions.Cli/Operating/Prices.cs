using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Operating;

/// <summary>A price.</summary>
/// <param name="Usd">What so many cost.</param>
/// <param name="Per">How many.</param>
/// <param name="FreeAMonth">How many of a month cost nothing.</param>
/// <param name="Region">Where.</param>
/// <param name="Date">When it was so.</param>
/// <param name="Source">Who says it.</param>
internal sealed record Price(decimal Usd, decimal Per, decimal FreeAMonth, string Region, string Date, string Source)
{
    /// <summary>What so many cost.</summary>
    public decimal Of(decimal count) => count * Usd / Per;
}

/// <summary>The price table: <c>prices.json</c> beside this file, or one of the reader's own.</summary>
internal sealed class Prices
{
    private readonly Dictionary<string, Price> prices;

    private Prices(Dictionary<string, Price> prices) => this.prices = prices;

    public Price this[string name] => prices[name];

    public static IReadOnlyList<string> Names { get; } =
    ["table.transaction", "bus.operation", "execution", "gb.second", "telemetry.gb", "stored.gb", "bus.base"];

    /// <exception cref="CommandFailedException">It cannot be read, or lacks a price; the message says which.</exception>
    public static Prices Read(string? file)
    {
        try
        {
            using var stream = file is null ? typeof(Prices).Assembly.GetManifestResourceStream("prices.json")! : File.OpenRead(file);
            using var json = JsonDocument.Parse(stream);
            return new Prices(Names.ToDictionary(name => name, name => Of(json.RootElement, name)));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            throw new CommandFailedException($"The prices {file} cannot be read: {unread.Message}");
        }
    }

    private static Price Of(JsonElement table, string name) =>
        table.TryGetProperty(name, out var json)
        && json.Deserialize(PricesJson.Default.Price) is { Usd: >= 0, Per: > 0, Date.Length: > 0, Source.Length: > 0 } price
            ? price
            : throw new JsonException($"{name} is missing, or has no usd, per, date and source.");
}

/// <summary>JSON of prices.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Price))]
internal sealed partial class PricesJson : JsonSerializerContext;
