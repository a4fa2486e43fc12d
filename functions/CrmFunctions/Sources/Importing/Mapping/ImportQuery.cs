using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Importing.Notation;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace CrmFunctions.Sources.Importing.Mapping;

/// <summary>What the query of an import says of its file.</summary>
/// <param name="Source">The source the rows are of.</param>
/// <param name="Kind">What a row is.</param>
/// <param name="Columns">The columns named.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
/// <param name="TimeZone">IANA zone of dates without an offset.</param>
/// <param name="Decimals">The sign before the decimals, where it is said.</param>
/// <param name="Dates">What comes first in 3/4/2026, where it is said.</param>
/// <param name="IsDryRun">Whether the rows are to be checked and nothing written.</param>
/// <param name="IsClaimed">Whether nobody vouches for the identifiers in it.</param>
[Query("source", "Id of the shop or system the file is from.", Required = true, Example = "shop-eu")]
[Query(
    "kind",
    "What a row is: an order, or a customer with all other columns as attributes. orders where it is left out.",
    Values = ["orders", "customers"],
    Example = "orders"
)]
[Query(
    "date",
    "Column of the order's date: 20261101, 2026-11-01, 2026/11/1, 2026年11月1日, 1.11.2026, 01-Nov-2026, 11/1/2026 or 1/11/2026 (see dates), each also with a time, or an instant with its offset. Left out: known by its heading.",
    Example = "day"
)]
[Query(
    "amount",
    "Column of the amount in major units: 1299.90, 1,299.90 or 1.299,90 (see decimals), also with the currency's sign. Left out: known by its heading.",
    Example = "total"
)]
[Query(
    "customer",
    "Column of the source's customer id. One of customer, email and phone is needed; left out: known by its heading.",
    Example = "id"
)]
[Query("email", "Column of the e-mail address.")]
[Query("phone", "Column of the phone number.")]
[Query("name", "Column of the customer's name.")]
[Query("order", "Column of the order id; without it each row is an order. Looked for by its heading only where no column is named at all.")]
[Query("currency", "ISO 4217 code of the amounts; the standard's if left out.", Example = "CNY")]
[Query("timeZone", "IANA zone of dates without an offset; the standard's if left out.", Example = "Asia/Shanghai")]
[Query("currencyColumn", "Column of the ISO 4217 code; where it is empty, and without it, currency holds.")]
[Query(
    "decimals",
    "The sign before the decimals: point (1,234.56) or comma (1.234,56). Left out: as the rows of the file together say; a file that leaves it open is refused.",
    Values = ["point", "comma"]
)]
[Query(
    "dates",
    "What comes first in 3/4/2026. Left out: as the rows of the file together say; a file that leaves it open is refused.",
    Values = ["day", "month"]
)]
[Query(
    "identifiers",
    "How far the file's identifiers are vouched for: verified, those of a shop or a contact system, or claimed, such as the answers to a form. verified where it is left out.",
    Values = [IdentifierTrust.Verified, IdentifierTrust.Claimed]
)]
public sealed record ImportQuery(
    string Source,
    ImportKind Kind,
    IReadOnlyDictionary<ColumnRole, string> Columns,
    string Currency,
    string TimeZone,
    DecimalSign? Decimals,
    DateOrder? Dates,
    bool IsDryRun,
    bool IsClaimed = false
)
{
    /// <summary>Reads a query.</summary>
    /// <returns>The query, or everything that is wrong with it.</returns>
    public static (ImportQuery? Query, Problem? Problem) Read(IQueryCollection query, Standard standard)
    {
        string? Value(string name) => query[name] is [{ Length: > 0 and <= 256 } value, ..] ? value : null;
        var problems = new List<FieldProblem>();

        // The first is what holds where nothing is said.
        T Choice<T>(string name, string? said, params (string Word, T Meaning)[] choices)
        {
            if (said is null)
                return choices[0].Meaning;
            if (choices.Skip(1).FirstOrDefault(choice => choice.Word == said) is { Word: not null } chosen)
                return chosen.Meaning;
            problems.Add(new FieldProblem(name, $"must be {string.Join(" or ", choices.Skip(1).Select(choice => choice.Word))}"));
            return choices[0].Meaning;
        }

        var source = Value("source");
        if (string.IsNullOrWhiteSpace(source))
            problems.Add(new FieldProblem("source", "is missing: the id of the shop or system the file is from"));
        else if (source == CustomerEvent.OwnSource)
            problems.Add(IngestScope.OfTheSuite("source"));
        else if (source.Any(char.IsControl))
            problems.Add(new FieldProblem("source", "has a control character; send text without control characters"));
        var kind = Choice(
            "kind",
            Value("kind"),
            ("", ImportKind.Orders),
            ("orders", ImportKind.Orders),
            ("customers", ImportKind.Customers)
        );
        var columns = new (ColumnRole Role, string? Column)[]
        {
            (ColumnRole.Customer, Value("customer")),
            (ColumnRole.Email, Value("email")),
            (ColumnRole.Phone, Value("phone")),
            (ColumnRole.Name, Value("name")),
            (ColumnRole.Date, Value("date")),
            (ColumnRole.Amount, Value("amount")),
            (ColumnRole.Order, Value("order")),
            (ColumnRole.CurrencyColumn, Value("currencyColumn")),
        };
        var currency = Value("currency") ?? standard.Currency;
        if (Currencies.Digits(currency) is null)
            problems.Add(new FieldProblem("currency", "must be an ISO 4217 code, such as CNY"));
        var zone = Value("timeZone") ?? standard.TimeZone;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            problems.Add(new FieldProblem("timeZone", "must be an IANA zone, such as Asia/Shanghai"));
        var decimals = Choice<DecimalSign?>(
            "decimals",
            Value("decimals"),
            ("", null),
            ("point", DecimalSign.Point),
            ("comma", DecimalSign.Comma)
        );
        var dates = Choice<DateOrder?>("dates", Value("dates"), ("", null), ("day", DateOrder.Day), ("month", DateOrder.Month));
        var claimed = Choice(
            "identifiers",
            Value("identifiers"),
            ("", false),
            (IdentifierTrust.Verified, false),
            (IdentifierTrust.Claimed, true)
        );
        var dryRun = Choice("dryRun", Value("dryRun"), ("", false), ("true", true), ("false", false));

        if (problems.Count > 0)
            return (
                null,
                new Problem(
                    ProblemKind.InvalidImport,
                    "Say in the query what the file is: ?source=shop&customer=id&date=day&amount=total.",
                    problems
                )
            );
        var named = columns.Where(pair => pair.Column is not null).ToDictionary(pair => pair.Role, pair => pair.Column!);
        return (new ImportQuery(source!, kind, named, currency, zone, decimals, dates, dryRun, claimed), null);
    }

    /// <summary>The name that a column has in the query.</summary>
    public static string NameOf(ColumnRole role) =>
        role == ColumnRole.CurrencyColumn ? "currencyColumn" : role.ToString().ToLowerInvariant();
}
