using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The tables of docs/settings.md, from the options classes and their XML documentation.</summary>
internal static partial class SettingsPage
{
    /// <summary>Every class of options of the function app, in the order of its section: the classes that have a <c>Section</c>.</summary>
    private static IEnumerable<(string Section, Type Type)> Options { get; } =
    [
        .. typeof(CrmFunctions.Flow)
            .Assembly.GetTypes()
            .Where(type => type.GetField("Section") is { IsLiteral: true })
            .Select(type => ((string)type.GetField("Section")!.GetRawConstantValue()!, type))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal),
    ];

    /// <summary>A section for each class of options, with a table of its settings.</summary>
    public static string Generate()
    {
        var comments = XDocument
            .Load(Path.ChangeExtension(typeof(CrmFunctions.Flow).Assembly.Location, ".xml"))
            .Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary"));
        var page = new StringBuilder();
        foreach (var (section, type) in Options)
        {
            var prefix = section.Replace(":", "__", StringComparison.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"## {prefix}\n{Words(comments[$"T:{type.FullName}"])}\n\n");
            page.Append("| setting | default | range | meaning |\n|---|---|---|---|\n");
            foreach (var (name, instance, property) in Settings(prefix, type))
            {
                var meaning = Words(comments[$"P:{property.DeclaringType!.FullName}.{property.Name}"]);
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{name}` | {Default(instance, property)} | {Range(property)} | {meaning} |\n"
                );
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n');
    }

    // Lists count from 0; a dictionary's members stand below the section by their names.
    private static IEnumerable<(string Name, object Instance, PropertyInfo Property)> Settings(string prefix, Type type)
    {
        var instance = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(each => each.MetadataToken))
        {
            // A class with a section of its own has a table of its own.
            if (property.PropertyType.GetField("Section") is { IsLiteral: true })
                continue;
            var element = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : null;
            if (element is null && property.SetMethod is not { IsPublic: true })
                continue;
            if (element is null || property.SetMethod is not null)
                yield return ($"{prefix}__{property.Name}", instance, property);
            else if (property.PropertyType.GetGenericTypeDefinition() == typeof(IDictionary<,>))
                foreach (var setting in Settings($"{prefix}__NAME", element))
                    yield return setting;
            else if (element.IsClass && element != typeof(string))
                foreach (var setting in Settings($"{prefix}__{property.Name}__0", element))
                    yield return setting;
            else
                yield return ($"{prefix}__{property.Name}__0", instance, property);
        }
    }

    private static string Default(object instance, PropertyInfo property) =>
        property.GetCustomAttribute<RequiredAttribute>() is not null
            ? "required"
            : property.GetValue(instance) switch
            {
                null or "" => "none",
                TimeSpan time => $"`{(time.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{time:c}" : $"{time:c}".TrimEnd('0'))}`",
                bool flag => flag ? "`true`" : "`false`",
                string text => $"`{text}`",
                IEnumerable => "none",
                var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
            };

    private static string Range(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            return string.Create(CultureInfo.InvariantCulture, $"`{range.Minimum}` to `{range.Maximum}`");
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
            return string.Join(", ", pattern.Pattern.Split('|').Select(value => $"`{value}`"));
        if (property.GetCustomAttribute<MaxLengthAttribute>() is { } length)
            return $"up to {length.Length} characters";
        if (property.GetCustomAttribute<EmailAddressAttribute>() is not null)
            return "e-mail address";
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(bool) ? "`true`, `false`"
            : type == typeof(Uri) ? "address"
            : type == typeof(DateTimeOffset) ? "instant"
            : type == typeof(string) ? "text"
            : "whole number";
    }

    private static string Words(XElement? summary)
    {
        if (summary is null)
            return "";
        foreach (var element in summary.Descendants().ToList())
        {
            element.ReplaceWith(
                (string?)element.Attribute("cref") is { } reference
                    ? $"`{reference[(reference.LastIndexOf('.') + 1)..]}`"
                    : $"`{element.Value}`"
            );
        }

        return Blanks().Replace(summary.Value, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
