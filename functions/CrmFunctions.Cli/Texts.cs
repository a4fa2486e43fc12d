using System.Globalization;
using System.Text.Json;

namespace CrmFunctions.Cli;

/// <summary>All words of the demo and the start, in Chinese and English, from <c>Texts.json</c>.</summary>
internal sealed class Texts
{
    public const string Chinese = "zh-CN";
    public const string English = "en";

    // As POSIX has it: the first that is set decides.
    private static readonly string[] Locales = ["LC_ALL", "LC_MESSAGES", "LANG"];

    private static readonly Dictionary<string, Dictionary<string, string>> Table = Read();

    private Texts(string language) => Language = language;

    /// <summary><c>zh-CN</c> or <c>en</c>.</summary>
    public string Language { get; }

    public static IReadOnlyDictionary<string, Dictionary<string, string>> All => Table;

    public static Texts In(string language) => new(language == Chinese ? Chinese : English);

    /// <summary>
    /// Chinese where the first of LC_ALL, LC_MESSAGES and LANG that is set starts with <c>zh</c>; English everywhere else.
    /// </summary>
    public static string LanguageOf(Func<string, string?> variable)
    {
        var locale = Locales.Select(variable).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        return locale?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true ? Chinese : English;
    }

    /// <summary>The text of a key with its values put in: numbers with separators of thousands, times in seconds.</summary>
    public string this[string key, params object[] values] => string.Format(CultureInfo.InvariantCulture, Table[key][Language], values);

    private static Dictionary<string, Dictionary<string, string>> Read()
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream("Texts.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(stream)!;
    }
}
