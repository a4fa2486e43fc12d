using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace CrmFunctions.Importing;

/// <summary>Which column of a file is what.</summary>
/// <param name="Source">The source the rows are of: part of every event's name and of every customer id.</param>
/// <param name="Customer">Column of the source's customer id.</param>
/// <param name="Email">Column of the e-mail address.</param>
/// <param name="Phone">Column of the phone number.</param>
/// <param name="Name">Column of the customer's name.</param>
/// <param name="Date">Column of the date or instant.</param>
/// <param name="Amount">Column of the amount.</param>
/// <param name="Order">Column of the order id. Null: each row is an order.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="TimeZone">IANA zone of dates without an offset.</param>
public sealed record ColumnMapping(
    string Source, string? Customer, string? Email, string? Phone, string? Name, string Date, string Amount, string? Order, string Currency, string TimeZone)
{
    /// <summary>Reads the mapping from a query, and holds it against the heading where that is known.</summary>
    public static (ColumnMapping? Mapping, Problem? Problem) Read(IQueryCollection query, string currency, string timeZone)
    {
        string? Value(string name) => query[name] is [{ Length: > 0 and <= 256 } value, ..] ? value : null;
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(Value("source"))) problems.Add(new FieldProblem("source", "is missing: the id of the shop or system the file is from"));
        else if (Value("source")!.Any(char.IsControl)) problems.Add(new FieldProblem("source", "has a control character; send text without control characters"));
        if (Value("date") is null) problems.Add(new FieldProblem("date", "is missing: the column with the order's date"));
        if (Value("amount") is null) problems.Add(new FieldProblem("amount", "is missing: the column with the order's amount"));
        if (Value("customer") is null && Value("email") is null && Value("phone") is null)
        {
            problems.Add(new FieldProblem("customer", "is missing: the column with the customer's id, or else email or phone"));
        }

        if (Currencies.Digits(Value("currency") ?? currency) is null) problems.Add(new FieldProblem("currency", "must be an ISO 4217 code, such as CNY"));
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(Value("timeZone") ?? timeZone) is null) problems.Add(new FieldProblem("timeZone", "must be an IANA zone, such as Asia/Shanghai"));
        return problems.Count > 0
            ? (null, new Problem(ProblemKind.InvalidImport, "Say in the query which column is what: ?source=shop&customer=id&date=day&amount=total.", problems))
            : (new ColumnMapping(
                Value("source")!, Value("customer"), Value("email"), Value("phone"), Value("name"), Value("date")!, Value("amount")!, Value("order"),
                Value("currency") ?? currency, Value("timeZone") ?? timeZone), null);
    }

    /// <summary>The columns named that a heading lacks.</summary>
    public IEnumerable<FieldProblem> MissingIn(string[] header) =>
        new (string Role, string? Column)[]
        {
            ("customer", Customer), ("email", Email), ("phone", Phone), ("name", Name), ("date", Date), ("amount", Amount), ("order", Order),
        }
        .Where(pair => pair.Column is not null && !header.Contains(pair.Column, StringComparer.Ordinal))
        .Select(pair => new FieldProblem(pair.Role, $"column '{pair.Column}' is not in the heading; the file has {string.Join(", ", header.Take(50).Select(Shorten))}"));

    private static string Shorten(string name) => name.Length <= 64 ? name : $"{name[..64]}…";
}
