using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>
/// The schemas of the document. A record's is what System.Text.Json says of it, with its XML comments as descriptions and its attributes
/// as limits; a body that is read member by member has its schema in an api.json. Each record is a component of its name.
/// </summary>
internal sealed partial class ApiSchemas(Document document, ApiFiles files)
{
    private const string Prefix = "#/components/schemas/";
    private static readonly OpenApiJsonReader reader = new();

    /// <summary>Every record that a serializer context of the app knows; the contexts that are declared for a record come first.</summary>
    public static ILookup<Type, JsonTypeInfo> Known { get; } =
        (
            from type in typeof(CrmFunctions.Flow).Assembly.GetTypes()
            where type.IsSubclassOf(typeof(JsonSerializerContext))
            let context = (JsonSerializerContext)type.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!
            let declared = type.GetCustomAttributesData()
                .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
                .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
                .ToHashSet()
            from property in type.GetProperties()
            where property.PropertyType.IsSubclassOf(typeof(JsonTypeInfo))
            let info = (JsonTypeInfo)property.GetValue(context)!
            orderby declared.Contains(info.Type) descending
            select info
        ).ToLookup(info => info.Type);

    private readonly SortedDictionary<string, IOpenApiSchema> components = new(StringComparer.Ordinal);

    /// <summary>All schemas that were asked for, by name.</summary>
    public IDictionary<string, IOpenApiSchema> Components => components;

    /// <summary>The schema of a body: text, JSON of any kind, JSON of any members, or a reference to a record.</summary>
    public IOpenApiSchema Of(Type type) =>
        type == typeof(object) ? new OpenApiSchema()
        : type == typeof(string) ? new OpenApiSchema { Type = JsonSchemaType.String }
        : type == typeof(JsonObject) ? Parse(AnyObject())
        : Named(Component(type));

    /// <summary>A reference to a schema of an api.json.</summary>
    public IOpenApiSchema Named(string name)
    {
        if (!components.ContainsKey(name))
            Add(name, name == "Standard" ? Standard() : files.Get("schemas", name).AsObject());
        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>A schema as it is written.</summary>
    public IOpenApiSchema Parse(JsonNode json)
    {
        var schema = reader.ReadFragment<OpenApiSchema>(json, OpenApiSpecVersion.OpenApi3_1, document, out var diagnostic);
        return diagnostic.Errors.Count == 0
            ? schema!
            : throw new InvalidDataException($"{string.Join("; ", diagnostic.Errors)} in {json.ToJsonString()}");
    }

    // The name of a record's schema, which is there from then on.
    private string Component(Type type)
    {
        var name = type == typeof(ProblemBody) ? "Problem" : type.Name;
        if (components.ContainsKey(name))
            return name;
        if (files.Find("schemas", name) is { } written)
        {
            Add(name, written.AsObject());
            return name;
        }

        components[name] = new OpenApiSchema();
        var info = Known[type].FirstOrDefault() ?? throw new InvalidOperationException($"No serializer context knows {type}.");
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };
        var schema = info.GetJsonSchemaAsNode(options).AsObject();
        schema["required"] = new JsonArray([.. info.Properties.Where(IsRequired).Select(property => (JsonNode)property.Name)]);
        if (files.Find("examples", name) is { } example)
            schema["examples"] = new JsonArray(example);
        if (type == typeof(ProblemBody))
            schema["properties"]!["type"]!["enum"] = new JsonArray([.. Problems.Keys.Select(code => (JsonNode)$"urn:crm:{code}")]);
        Add(name, schema);
        return name;
    }

    /// <summary>The kinds of problems that the program has, by code.</summary>
    public static IReadOnlyDictionary<string, ProblemKind> Problems { get; } =
        typeof(ProblemKind)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (ProblemKind)field.GetValue(null)!)
            .ToDictionary(kind => kind.Code);

    private void Add(string name, JsonObject schema)
    {
        if (name == "Event")
            schema["properties"]!["type"]!["enum"] = new JsonArray([.. EventTypes.All.Select(type => (JsonNode)type)]);
        components[name] = Parse(schema);
        foreach (var other in Reference().Matches(schema.ToJsonString()).Select(found => found.Groups[1].Value).Distinct())
        {
            if (!components.ContainsKey(other))
                Named(other);
        }
    }

    // One node of a record's schema, from the inside out: another record becomes a reference, a member gets its words and limits.
    private JsonObject Describe(JsonSchemaExporterContext context, JsonNode exported)
    {
        var leftOut = context.TypeInfo.Options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull;
        var schema = Shape(context, exported);
        if (leftOut)
            NeverNull(schema);
        schema.Remove("default");
        if (context.PropertyInfo is not { AttributeProvider: PropertyInfo member })
        {
            if (context.Path.Length == 0 && XmlComments.Of(context.TypeInfo.Type) is { } summary)
                schema.Insert(0, "description", summary);
            return schema;
        }

        if (XmlComments.Of(member) is { } said)
            schema["description"] = said;
        Limit(schema["items"] as JsonObject ?? schema, schema, member);
        return schema;
    }

    private JsonObject Shape(JsonSchemaExporterContext context, JsonNode exported)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && context.Path.Length > 0 || files.Find("schemas", type.Name) is not null)
            return new JsonObject { ["$ref"] = Prefix + Component(type) };
        if (type == typeof(JsonElement))
            return AnyObject();

        // The times of a plan, written by IsoDuration.
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = "string", ["format"] = "duration" };
        if (exported is not JsonObject schema)
            throw new InvalidOperationException($"System.Text.Json says nothing of {type}, which a converter writes.");
        if (type.IsEnum)
            schema.TryAdd("type", "string");
        return schema;
    }

    private static void NeverNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
            schema["type"] = (string)types.Single(type => (string)type! != "null")!;
        if (schema["enum"] is JsonArray values)
            values.Remove(values.FirstOrDefault(value => value is null));
    }

    // Limits of a list's items are the items', but for how many there are.
    private static void Limit(JsonObject value, JsonObject whole, PropertyInfo member)
    {
        foreach (var attribute in member.GetCustomAttributes())
        {
            switch (attribute)
            {
                case AllowedValuesAttribute allowed:
                    value["enum"] = new JsonArray([.. allowed.Values.Select(one => (JsonNode)(string)one!)]);
                    break;
                case ValuesOfAttribute list:
                    var values = (IEnumerable<string>)list.Type.GetProperty(list.Member)!.GetValue(null)!;
                    value["enum"] = new JsonArray([.. values.Select(one => (JsonNode)one)]);
                    break;
                case RangeAttribute range:
                    value["minimum"] = Number(range.Minimum);
                    if (range.Maximum is not int.MaxValue)
                        value["maximum"] = Number(range.Maximum);
                    break;
                case MaxLengthAttribute most:
                    whole["maxItems"] = most.Length;
                    break;
                case RegularExpressionAttribute form:
                    value["pattern"] = form.Pattern;
                    break;
                case ExampleAttribute example:
                    value["examples"] = new JsonArray([.. example.Values.Select(one => (JsonNode)one)]);
                    break;
            }
        }
    }

    private static JsonNode Number(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    // What is null is left out of an answer, and may be left out of a body.
    private static bool IsRequired(JsonPropertyInfo property) =>
        !property.IsGetNullable
        || property.Options.DefaultIgnoreCondition != JsonIgnoreCondition.WhenWritingNull
        || property.AttributeProvider!.IsDefined(typeof(RequiredAttribute), inherit: false);

    private static JsonObject AnyObject() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject() };

    // The schema that editors of standards use, each of its definitions a component.
    private JsonObject Standard()
    {
        var text = Definition().Replace(StandardSchema.Json, found => $"{Prefix}{Defined(found.Groups[1].Value)}");
        var schema = JsonNode.Parse(text)!.AsObject();
        var definitions = schema["$defs"]!.AsObject();
        foreach (var name in new[] { "$schema", "$id", "$defs" })
            schema.Remove(name);

        // The names first: definitions refer to each other.
        foreach (var (name, _) in definitions)
            components[Defined(name)] = new OpenApiSchema();
        foreach (var (name, definition) in definitions)
            components[Defined(name)] = Parse(Whole(definition!.DeepClone().AsObject()));
        return schema;
    }

    // A component is no reference; one with words of its own is made its only part.
    private static JsonObject Whole(JsonObject schema)
    {
        if (schema["$ref"] is { } other)
        {
            schema.Remove("$ref");
            schema["allOf"] = new JsonArray(new JsonObject { ["$ref"] = other });
        }

        return schema;
    }

    private static string Defined(string name) => $"Standard{char.ToUpperInvariant(name[0])}{name[1..]}";

    [GeneratedRegex("#/components/schemas/(\\w+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"#/\$defs/(\w+)")]
    private static partial Regex Definition();
}
