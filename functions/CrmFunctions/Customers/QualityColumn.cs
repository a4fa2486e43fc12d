using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Quality;

namespace CrmFunctions.Customers;

/// <summary>What is wrong with a customer's data, as a column of its state.</summary>
public static class QualityColumn
{
    /// <summary>The facts as text.</summary>
    public static string Write(QualityFacts facts) => JsonSerializer.Serialize(facts, QualityColumnJson.Default.QualityFacts);

    /// <summary>The facts out of text; none where it is empty.</summary>
    public static QualityFacts Read(string? column) =>
        string.IsNullOrEmpty(column) ? QualityFacts.None : JsonSerializer.Deserialize(column, QualityColumnJson.Default.QualityFacts)!;
}

/// <summary>JSON of the column.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QualityFacts))]
internal sealed partial class QualityColumnJson : JsonSerializerContext;
