namespace CrmFunctions.Domain.Standards;

/// <summary>Texts inside the program.</summary>
internal static class EmbeddedText
{
    public static string Read(string name)
    {
        using var stream =
            typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
