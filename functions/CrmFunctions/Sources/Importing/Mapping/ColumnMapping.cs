using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Importing.Notation;

namespace CrmFunctions.Sources.Importing.Mapping;

/// <summary>What the rows of a file are.</summary>
public enum ImportKind
{
    /// <summary>Orders paid, and with a column of order ids also what was given back.</summary>
    Orders,

    /// <summary>Customers, with all other columns as attributes.</summary>
    Customers,
}

/// <summary>Which column of a file is what, and how its values are written.</summary>
/// <param name="Source">The source the rows are of: part of every event's name and of every customer id.</param>
/// <param name="Kind">What a row is.</param>
/// <param name="Customer">Column of the source's customer id.</param>
/// <param name="Email">Column of the e-mail address.</param>
/// <param name="Phone">Column of the phone number.</param>
/// <param name="Name">Column of the customer's name.</param>
/// <param name="Date">Column of the date or instant. Null, of customers only: the time the file came.</param>
/// <param name="Amount">Column of the amount; null for customers.</param>
/// <param name="Order">Column of the order id. Null: each row is an order.</param>
/// <param name="CurrencyColumn">Column of the ISO 4217 code. Null, and where it is empty: <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="TimeZone">IANA zone of dates without an offset.</param>
/// <param name="Decimals">The sign before the decimals. Null: it does not matter, or is not known yet.</param>
/// <param name="Dates">What comes first in 3/4/2026. Null: it does not matter, or is not known yet.</param>
/// <param name="IsClaimed">Whether nobody vouches for the identifiers in it.</param>
public sealed record ColumnMapping(
    string Source,
    ImportKind Kind,
    string? Customer,
    string? Email,
    string? Phone,
    string? Name,
    string? Date,
    string? Amount,
    string? Order,
    string? CurrencyColumn,
    string Currency,
    string TimeZone,
    DecimalSign? Decimals,
    DateOrder? Dates,
    bool IsClaimed = false
)
{
    /// <summary>The columns by what they are, those that are.</summary>
    public IReadOnlyDictionary<ColumnRole, string> Columns =>
        All().Where(pair => pair.Column is not null).ToDictionary(pair => pair.Role, pair => pair.Column!);

    /// <summary>Finds out which column is what: as named in the query, and else by the heading.</summary>
    /// <param name="query">What the query says.</param>
    /// <param name="header">The file's heading.</param>
    /// <param name="problems">Columns that there are not, and what an import needs and nobody named.</param>
    /// <remarks>
    /// Where the query names no column at all, everything is looked for. Where it names some, only what is still missing is: a column
    /// may have been left out on purpose.
    /// </remarks>
    public static ColumnMapping Resolve(ImportQuery query, string[] header, out IReadOnlyList<FieldProblem> problems)
    {
        var found = new Dictionary<ColumnRole, string>(query.Columns);
        var taken = found.Values.ToHashSet(StringComparer.Ordinal);
        var orders = query.Kind == ImportKind.Orders;
        var nobody = !found.Keys.Any(role => role is ColumnRole.Customer or ColumnRole.Email or ColumnRole.Phone);
        ColumnRole[] wanted = (query.Columns.Count == 0, orders) switch
        {
            (true, true) =>
            [
                ColumnRole.Order,
                ColumnRole.Customer,
                ColumnRole.Email,
                ColumnRole.Phone,
                ColumnRole.Name,
                ColumnRole.Date,
                ColumnRole.Amount,
                ColumnRole.CurrencyColumn,
            ],
            // A date in a list of customers is a birthday as often as not: it is one only where the query says so.
            (true, false) => [ColumnRole.Customer, ColumnRole.Email, ColumnRole.Phone, ColumnRole.Name],
            (false, _) =>
            [
                .. nobody ? (ColumnRole[])[ColumnRole.Customer, ColumnRole.Email, ColumnRole.Phone] : [],
                .. orders ? (ColumnRole[])[ColumnRole.Date, ColumnRole.Amount] : [],
            ],
        };
        foreach (var role in wanted.Where(role => !found.ContainsKey(role)))
        {
            if (Headings.Find(role, header, taken) is not { } column)
                continue;
            found[role] = column;
            taken.Add(column);
        }

        var mapping = new ColumnMapping(
            query.Source,
            query.Kind,
            found.GetValueOrDefault(ColumnRole.Customer),
            found.GetValueOrDefault(ColumnRole.Email),
            found.GetValueOrDefault(ColumnRole.Phone),
            found.GetValueOrDefault(ColumnRole.Name),
            found.GetValueOrDefault(ColumnRole.Date),
            found.GetValueOrDefault(ColumnRole.Amount),
            found.GetValueOrDefault(ColumnRole.Order),
            found.GetValueOrDefault(ColumnRole.CurrencyColumn),
            query.Currency,
            query.TimeZone,
            query.Decimals,
            query.Dates,
            query.IsClaimed
        );
        problems = [.. mapping.Missing(header), .. mapping.Unknown(header)];
        return mapping;
    }

    private IEnumerable<FieldProblem> Missing(string[] header)
    {
        var has = $"the file has {string.Join(", ", header.Take(50).Select(Shorten))}";
        if (Kind == ImportKind.Orders && Date is null)
            yield return new FieldProblem("date", $"no column is known as the order's date; name it: {has}");
        if (Kind == ImportKind.Orders && Amount is null)
            yield return new FieldProblem("amount", $"no column is known as the order's amount; name it: {has}");
        if (Customer is null && Email is null && Phone is null)
        {
            yield return new FieldProblem("customer", $"no column is known as the customer's id, nor as email or phone; name one: {has}");
        }
    }

    private IEnumerable<FieldProblem> Unknown(string[] header) =>
        All()
            .Where(pair => pair.Column is not null && !header.Contains(pair.Column, StringComparer.Ordinal))
            .Select(pair => new FieldProblem(
                ImportQuery.NameOf(pair.Role),
                $"column '{Shorten(pair.Column!)}' is not in the heading; the file has {string.Join(", ", header.Take(50).Select(Shorten))}"
            ));

    private IEnumerable<(ColumnRole Role, string? Column)> All() =>
        [
            (ColumnRole.Customer, Customer),
            (ColumnRole.Email, Email),
            (ColumnRole.Phone, Phone),
            (ColumnRole.Name, Name),
            (ColumnRole.Date, Date),
            (ColumnRole.Amount, Amount),
            (ColumnRole.Order, Order),
            (ColumnRole.CurrencyColumn, CurrencyColumn),
        ];

    private static string Shorten(string name) => name.Length <= 64 ? name : $"{name[..64]}…";
}
