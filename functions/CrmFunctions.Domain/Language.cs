namespace CrmFunctions.Domain;

/// <summary>The two languages the suite speaks.</summary>
public static class Language
{
    /// <summary>Simplified Chinese.</summary>
    public const string Chinese = "zh-CN";

    /// <summary>English.</summary>
    public const string English = "en";

    /// <summary>Whether a language tag asks for Chinese.</summary>
    public static bool IsChinese(string? tag) => tag?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The language to answer in: Chinese for any tag of it, else English.</summary>
    public static string Of(string? tag) => IsChinese(tag) ? Chinese : English;
}
