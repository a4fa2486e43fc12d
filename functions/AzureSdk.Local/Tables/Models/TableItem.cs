namespace Azure.Data.Tables.Models;

/// <summary>A table of an account.</summary>
/// <param name="name">3 to 63 letters and digits, beginning with a letter.</param>
public class TableItem(string name)
{
    /// <summary>The table's name.</summary>
    public string Name { get; } = name;
}
