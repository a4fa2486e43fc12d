using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.Cli.Models;

/// <summary>A file of transactions, read into a book.</summary>
internal sealed class PurchaseLedger
{
    public static readonly Option Columns = new(
        "--columns",
        "MAP",
        "customer=NAME,date=NAME[,amount=NAME | ,quantity=NAME,price=NAME][,order=NAME]: which columns to read (or columns of these names); rows of one order are one"
    );

    public static readonly Option Dates = new(
        "--dates",
        "ORDER",
        "monthFirst or dayFirst, for dates such as 3/4/2026 where the file does not show it"
    );

    public static readonly Option SkipUnreadable = new(
        "--skip-unreadable",
        null,
        "leave out rows that cannot be read, and say which, instead of ending at the first"
    );

    /// <summary>All of them, for the commands that read a ledger.</summary>
    public static readonly Option[] Options = [Columns, Dates, SkipUnreadable];

    private const int Named = 5;

    // How programs write that there is none.
    private static readonly HashSet<string> Nobody = new(StringComparer.OrdinalIgnoreCase) { "", "na", "n/a", "nan", "null", "none" };

    private readonly CsvTable file;
    private readonly CsvDays days;
    private readonly int customer;
    private readonly int date;
    private readonly int? order;
    private readonly Func<CsvRow, decimal?> amount;

    private PurchaseLedger(string path, Arguments arguments, bool amountNeeded)
    {
        var map = Map(arguments.Text(Columns.Name));
        file = CsvTable.Open(path);
        (customer, date) = (file.Column(map["customer"]), file.Column(map["date"]));
        order = map.TryGetValue("order", out var orderName) ? file.Column(orderName) : null;
        amount = AmountOf(map, arguments, amountNeeded);
        days = CsvDays.Of(
            file,
            date,
            arguments.Text(Dates.Name) switch
            {
                (null or "monthFirst" or "dayFirst") and var said => said,
                var other => throw new UsageException($"{Dates.Name} {other}: monthFirst or dayFirst is wanted."),
            }
        );
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">One row a transaction; refunds and cancellations have negative amounts, or a negative quantity.</param>
    /// <param name="arguments">With <see cref="Options"/>.</param>
    /// <param name="amountNeeded">Whether a file without amounts will not do.</param>
    /// <param name="terminal">Hears of rows that are left out.</param>
    /// <exception cref="CommandFailedException">A column is missing or a row cannot be read; the message names row and column.</exception>
    public static OrderBook Read(string path, Arguments arguments, bool amountNeeded, Terminal terminal)
    {
        var ledger = new PurchaseLedger(path, arguments, amountNeeded);
        var (nameless, unreadable) = (new LeftOut(), new LeftOut());
        var rows = ledger.Rows(nameless, arguments.Has(SkipUnreadable.Name) ? unreadable : null);
        var book = OrderBook.From(ledger.order is null ? rows.Select(row => row.Transaction) : OneForEachOrder(rows));
        if (nameless.Rows > 0)
            terminal.Error.WriteLine(
                $"{path}: {nameless} without a customer in column '{ledger.file.Columns[ledger.customer]}' were left out."
            );
        if (unreadable.Rows > 0)
            terminal.Error.WriteLine($"{path}: {unreadable} that cannot be read were left out. The first: {unreadable.Why}");
        return book.Rows > 0 ? book : throw new CommandFailedException($"{path}: there is no row with a customer.");
    }

    /// <exception cref="UsageException">The option is missing or no date.</exception>
    public static DateOnly Day(Arguments arguments, string option)
    {
        var text = arguments.Required(option);
        return CsvDays.TryClear(text, out var day)
            ? day
            : throw new UsageException($"{option} {text}: a date such as 2026-06-30 is wanted.");
    }

    private IEnumerable<(Transaction Transaction, string Order)> Rows(LeftOut nameless, LeftOut? unreadable)
    {
        foreach (var row in file.Rows())
        {
            var read = default((Transaction, string));
            try
            {
                var who = row.Text(customer);
                if (Nobody.Contains(who))
                {
                    nameless.Add(row.Number, "");
                    continue;
                }

                read = (new(who, row.Day(date, days), amount(row)), order is { } column ? row.Text(column) : "");
            }
            catch (CommandFailedException broken) when (unreadable is not null)
            {
                unreadable.Add(row.Number, broken.Message);
                continue;
            }

            yield return read;
        }
    }

    // Rows of one order, which thousands of lines may share, are one transaction of their sum.
    private static IEnumerable<Transaction> OneForEachOrder(IEnumerable<(Transaction Transaction, string Order)> rows) =>
        rows.GroupBy(row => (row.Transaction.Customer, row.Transaction.Day, row.Order))
            .Select(lines => new Transaction(
                lines.Key.Customer,
                lines.Key.Day,
                lines.All(line => line.Transaction.Amount is null) ? null : lines.Sum(line => line.Transaction.Amount)
            ));

    private Func<CsvRow, decimal?> AmountOf(Dictionary<string, string> map, Arguments arguments, bool needed)
    {
        if (map.TryGetValue("amount", out var name))
        {
            var column = file.Column(name);
            return row => row.Amount(column);
        }

        if (map.TryGetValue("quantity", out var quantityName) && map.TryGetValue("price", out var priceName))
        {
            var (quantity, price) = (file.Column(quantityName), file.Column(priceName));
            return row => row.Amount(quantity) * row.Amount(price);
        }

        int? found =
            needed ? file.Column("amount")
            : arguments.Has(Columns.Name) ? null
            : file.Find("amount");
        return row => found is { } column ? row.Amount(column) : null;
    }

    private static Dictionary<string, string> Map(string? text)
    {
        var map = new Dictionary<string, string> { ["customer"] = "customer", ["date"] = "date" };
        foreach (var pair in text?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts is not [("customer" or "date" or "amount" or "quantity" or "price" or "order") and var what, { Length: > 0 } column])
                throw new UsageException(
                    $"--columns {pair}: write customer=NAME,date=NAME and, where there are amounts, amount=NAME or quantity=NAME,price=NAME; order=NAME where an order has several rows."
                );
            map[what] = column;
        }

        if (map.ContainsKey("quantity") != map.ContainsKey("price"))
            throw new UsageException("--columns: quantity=NAME and price=NAME go together; their product is the amount.");
        if (map.ContainsKey("amount") && map.ContainsKey("price"))
            throw new UsageException("--columns: say amount=NAME, or quantity=NAME and price=NAME, not both.");
        return map;
    }

    /// <summary>Rows left out: how many, and which came first.</summary>
    private sealed class LeftOut
    {
        private readonly List<int> first = [];

        public long Rows { get; private set; }

        public string Why { get; private set; } = "";

        public void Add(int row, string why)
        {
            if (Rows++ == 0)
                Why = why;
            if (first.Count < Named)
                first.Add(row);
        }

        public override string ToString() =>
            $"{Rows} row{(Rows == 1 ? "" : "s")} ({string.Join(", ", first)}{(Rows > first.Count ? ", …" : "")})";
    }
}
