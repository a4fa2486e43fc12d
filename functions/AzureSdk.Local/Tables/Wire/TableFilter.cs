using System.Globalization;
using System.Text;
using System.Xml;

namespace Azure.Data.Tables;

/// <summary>OData literals.</summary>
internal static class TableFilter
{
    public static string Create(FormattableString filter)
    {
        var literals = new string[filter.ArgumentCount];
        for (var i = 0; i < literals.Length; i++)
            literals[i] = Literal(filter.GetArgument(i));
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }

    /// <summary>A quote within a text is doubled.</summary>
    public static string Escape(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static string Literal(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long or ulong => string.Create(CultureInfo.InvariantCulture, $"{value}L"),
        sbyte or byte or short or ushort or int or uint or decimal or float or double => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        Guid guid => $"guid'{guid}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        BinaryData bytes => $"X'{Convert.ToHexString(bytes.ToMemory().Span)}'",
        DateTimeOffset date => Date(date.UtcDateTime),
        DateTime date => Date(date.ToUniversalTime()),
        string text => $"'{Escape(text)}'",
        char character => $"'{Escape(character.ToString())}'",
        StringBuilder text => $"'{Escape(text.ToString())}'",
        _ => throw new ArgumentException($"Unable to convert a value of type {value.GetType()} to an OData literal."),
    };

    private static string Date(DateTime utc) => $"datetime'{XmlConvert.ToString(utc, XmlDateTimeSerializationMode.RoundtripKind)}'";
}
