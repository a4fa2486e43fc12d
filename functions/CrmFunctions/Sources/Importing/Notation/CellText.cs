namespace CrmFunctions.Sources.Importing.Notation;

/// <summary>Characters that mean the same in a cell.</summary>
internal static class CellText
{
    /// <summary>Full-width forms (１２，５) and blanks of other widths as their ASCII ones.</summary>
    public static string Narrow(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('\0', '\x7e') < 0
            ? text
            : string.Create(
                text.Length,
                text,
                static (narrow, wide) =>
                {
                    for (var i = 0; i < narrow.Length; i++)
                        narrow[i] = Narrow(wide[i]);
                }
            );

    private static char Narrow(char c) =>
        c switch
        {
            >= '\uff01' and <= '\uff5e' => (char)(c - 0xfee0),
            '\u00a0' or '\u2009' or '\u202f' or '\u3000' => ' ',
            '\uffe5' => '¥',
            _ => c,
        };
}
