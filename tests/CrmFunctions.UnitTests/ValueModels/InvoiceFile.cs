using System.Globalization;
using System.Text;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>
/// A year of a wholesaler, as shops export it: many lines an invoice, cancellations with a C before the number and a negative quantity, a
/// quarter of the lines without a customer. Customers buy at very different rates and do not leave, so that a model with leaving finds
/// nothing to fit.
/// </summary>
internal static class InvoiceFile
{
    public static readonly DateTime First = new(2025, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    public const int Days = 373;

    /// <param name="customers">How many.</param>
    /// <param name="seed">The same seed gives the same file.</param>
    /// <param name="date">How dates are written: <c>M/d/yyyy H:mm</c>, or <c>yyyy-MM-dd HH:mm:ss</c>.</param>
    /// <param name="amount">Whether a column has quantity times price.</param>
    public static string Of(int customers, int seed, string date, bool amount)
    {
        var random = new Random(seed);
        var lines = new List<(DateTime At, string Text)>();
        for (var i = 0; i < customers; i++)
        {
            var gap = 8 / PurchaseSimulation.Gamma(random, 1.3) * 4;
            for (var day = random.NextDouble() * Math.Min(gap, 200); day < Days; day += gap * PurchaseSimulation.Gamma(random, 1))
                Invoice(
                    random.Next(4) == 0 && random.Next(2) == 0 ? "" : (12346 + i).ToString(CultureInfo.InvariantCulture),
                    First.AddDays(day)
                );
        }

        // Shoppers nobody knows.
        for (var i = 0; i < customers * 2; i++)
            Invoice("", First.AddDays(random.NextDouble() * Days));
        var text = new StringBuilder(
            amount
                ? "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country,Amount\n"
                : "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        );
        foreach (var line in lines.OrderBy(line => line.At))
            text.Append(line.Text);
        return text.ToString();

        void Invoice(string customer, DateTime at)
        {
            var number = (536365 + lines.Count).ToString(CultureInfo.InvariantCulture);
            var count = 1 + random.Next(random.Next(30) == 0 ? 120 : 6);
            for (var line = 0; line < count; line++)
            {
                var (quantity, price) = (1 + random.Next(24), (1 + random.Next(1200)) / 100m);
                Line(number, quantity, at, price, customer);
                if (random.Next(40) == 0)
                    Line("C" + number, -quantity, at.AddDays(random.Next(12)), price, customer);
            }
        }

        void Line(string invoice, int quantity, DateTime at, decimal price, string customer)
        {
            var when = at.ToString(date, CultureInfo.InvariantCulture);
            var sum = amount ? string.Create(CultureInfo.InvariantCulture, $",{quantity * price}") : "";
            lines.Add(
                (
                    at,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{invoice},{random.Next(90000)},\"HEART T-LIGHT, \"\"WHITE\"\"\",{quantity},{when},{price},{customer},United Kingdom{sum}\n"
                    )
                )
            );
        }
    }
}
