using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>The summaries of types and their properties, as sentences for callers of the API.</summary>
internal static partial class XmlComments
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> files = new();

    /// <summary>A type's or a property's summary. Null: it has none.</summary>
    public static string? Of(MemberInfo member) =>
        member switch
        {
            Type type => Text($"T:{type.FullName}", type.Assembly),
            PropertyInfo property => Text($"P:{property.DeclaringType!.FullName}.{property.Name}", property.DeclaringType.Assembly),
            _ => throw new ArgumentOutOfRangeException(nameof(member), member, "Neither a type nor a property."),
        };

    private static string? Text(string id, Assembly assembly)
    {
        if (!files.GetOrAdd(assembly, Read).TryGetValue(id, out var summary))
            return null;
        var nodes = summary.Nodes().ToList();

        // "As in <see cref="P:…"/>; and more." takes the sentence from there.
        if (nodes is [XText { Value: var before }, XElement see, ..] && before.Trim() == "As in")
        {
            var more = Plain(nodes.Skip(2)).TrimStart(';', '.', ' ');
            return $"{Text((string)see.Attribute("cref")!, assembly)}{(more.Length == 0 ? "" : $" {char.ToUpperInvariant(more[0])}{more[1..]}")}";
        }

        // What is null in the program is left out of the answer.
        return Null().Replace(Plain(nodes), found => found.Value[0] == 'N' ? "Left out" : "left out");
    }

    private static string Plain(IEnumerable<XNode> nodes) => Spaces().Replace(string.Concat(nodes.Select(Word)), " ").Trim();

    private static string Word(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement element when element.Attribute("name") is { } name => JsonNamingPolicy.CamelCase.ConvertName(name.Value),
            XElement element when element.Attribute("cref") is { } member => member.Value.Split('.')[^1],
            XElement element => element.Value,
            _ => "",
        };

    private static Dictionary<string, XElement> Read(Assembly assembly) =>
        XDocument
            .Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);

    [GeneratedRegex(@"\b[Nn]ull(?=:| where| for)")]
    private static partial Regex Null();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
