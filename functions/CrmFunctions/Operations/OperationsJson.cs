using System.Text.Json.Serialization;

namespace CrmFunctions.Operations;

/// <summary>JSON of the answers of operations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RecalculateAllAnswer))]
internal sealed partial class OperationsJson : JsonSerializerContext;
