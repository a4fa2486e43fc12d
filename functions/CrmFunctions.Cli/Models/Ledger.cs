using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.Cli.Models;

/// <summary>A file of transactions, read into a book.</summary>
internal static class Ledger
{
    public static readonly Option Columns = new("--columns", "MAP", "customer=NAME,date=NAME[,amount=NAME]: which columns to read (or columns of these names)");

    /// <param name="path">One row a transaction; refunds and cancellations have negative amounts.</param>
    /// <param name="arguments">With <see cref="Columns"/>.</param>
    /// <param name="amountNeeded">Whether a file without amounts will not do.</param>
    /// <param name="terminal">Hears of rows that are left out.</param>
    public static OrderBook Read(string path, Arguments arguments, bool amountNeeded, Terminal terminal)
    {
        var map = Map(arguments.Text(Columns.Name));
        var file = CsvFile.Open(path);
        var (customer, date) = (file.Column(map["customer"]), file.Column(map["date"]));
        int? amount = map.TryGetValue("amount", out var name) ? file.Column(name) : amountNeeded ? file.Column("amount") : arguments.Has(Columns.Name) ? null : file.Find("amount");
        var book = new OrderBook();
        var nameless = 0L;
        foreach (var row in file.Rows())
        {
            if (row.Text(customer) is not { Length: > 0 } who) nameless++;
            else book.Add(new(who, row.Day(date), amount is { } column ? row.Amount(column) : null));
        }

        if (nameless > 0) terminal.Error.WriteLine($"{path}: {nameless} rows without a customer were left out.");
        return book.Rows > 0 ? book : throw new CommandFailedException($"{path}: there is no row with a customer.");
    }

    /// <exception cref="UsageException">The option is missing or no date.</exception>
    public static DateOnly Day(Arguments arguments, string option)
    {
        var text = arguments.Required(option);
        return CsvRow.TryDay(text, out var day) ? day : throw new UsageException($"{option} {text}: a date such as 2026-06-30 is wanted.");
    }

    private static Dictionary<string, string> Map(string? text)
    {
        var map = new Dictionary<string, string> { ["customer"] = "customer", ["date"] = "date" };
        foreach (var pair in text?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts is not [("customer" or "date" or "amount") and var what, { Length: > 0 } column])
                throw new UsageException($"--columns {pair}: write customer=NAME,date=NAME and, where there are amounts, amount=NAME.");
            map[what] = column;
        }

        return map;
    }
}
