using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Sources.Importing.Notation;
using CrmFunctions.Sources.Importing.Reading;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Sources.Importing.Mapping;

/// <summary>
/// Makes events of the rows of a file. A row is an event by what it says, so that the same file again is the same events.
/// </summary>
public sealed partial class RowReader(ColumnMapping mapping, string[] header)
{
    private const string Attribute = "data.attributes.";

    private readonly Dictionary<string, int> columns = header
        .Select((name, index) => (name, index))
        .DistinctBy(pair => pair.name)
        .ToDictionary(pair => pair.name, pair => pair.index);
    private readonly HashSet<string> mapped = [.. mapping.Columns.Values];
    private readonly DateTimeZone zone = DateTimeZoneProviders.Tzdb[mapping.TimeZone];

    /// <summary>The event of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">Its number, for problems.</param>
    /// <param name="receivedAt">When the file was received. UTC.</param>
    /// <param name="problems">What is wrong, by column.</param>
    /// <returns>Null exactly when there is a problem.</returns>
    public LogEntry? Read(FileRow row, int number, DateTimeOffset receivedAt, out IReadOnlyList<RowProblem> problems)
    {
        var found = new List<RowProblem>();
        problems = found;
        var time = Time(row, number, found);
        var amount = Amount(row, number, found);
        if (found.Count > 0)
            return null;

        using var json = JsonDocument.Parse(Write(row, time, amount));
        var entry = LogEntry.Read(json.RootElement, receivedAt, out var fields, claimed: mapping.IsClaimed);
        found.AddRange(fields.Select(field => new RowProblem(number, ColumnOf(field.Field), field.Message)));
        return entry;
    }

    /// <summary>The cell of a row; empty where there is none.</summary>
    public string Cell(FileRow row, string? column) =>
        column is not null && columns.TryGetValue(column, out var index) && index < row.F.Length ? row.F[index] : "";

    /// <summary>The currency of a row's amount.</summary>
    public string CurrencyOf(FileRow row) =>
        Cell(row, mapping.CurrencyColumn).Trim().ToUpperInvariant() is { Length: > 0 } code ? code : mapping.Currency;

    private Instant? Time(FileRow row, int number, List<RowProblem> found)
    {
        if (mapping.Date is null)
            return null;
        var text = Cell(row, mapping.Date);
        if (mapping.Kind == ImportKind.Customers && string.IsNullOrWhiteSpace(text))
            return null;
        if (Dates.Read(text, mapping.Dates ?? DateOrder.Day, zone) is { } time)
            return time;
        found.Add(
            new RowProblem(
                number,
                mapping.Date,
                $"'{Shorten(text)}' is no date; send one such as 2026-11-01, 20261101 or 2026-11-01T09:30:00Z"
            )
        );
        return null;
    }

    private string Amount(FileRow row, int number, List<RowProblem> found)
    {
        if (mapping.Kind != ImportKind.Orders)
            return "";
        var text = Cell(row, mapping.Amount);
        var sign = mapping.Decimals ?? DecimalSign.Point;
        if (Amounts.Read(text, sign, CurrencyOf(row)) is { } amount)
            return amount;
        var right = sign == DecimalSign.Point ? "1299.90 or 1,299.90" : "1299,90 or 1.299,90";
        found.Add(
            new RowProblem(number, mapping.Amount!, $"'{Shorten(text)}' is no amount in {CurrencyOf(row)}; send one such as {right}")
        );
        return "";
    }

    private ReadOnlyMemory<byte> Write(FileRow row, Instant? time, string amount)
    {
        var name = Base32.Hash(string.Join('\u001f', row.F), 26);
        var id = row.N == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{row.N}");
        var refund = amount.StartsWith('-') && mapping.Order is not null;
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", mapping.Source);
            json.WriteString("id", id);
            json.WriteString(
                "type",
                mapping.Kind == ImportKind.Customers ? EventTypes.CustomerUpdated
                    : refund ? EventTypes.OrderRefunded
                    : EventTypes.OrderPaid
            );
            if (time is { } instant)
                json.WriteString("time", InstantPattern.ExtendedIso.Format(instant));
            json.WriteStartObject("data");
            json.WriteStartObject("customer");
            WriteCell(json, "id", row, mapping.Customer);
            WriteCell(json, "email", row, mapping.Email);
            WriteCell(json, "phone", row, mapping.Phone);
            WriteCell(json, "name", row, mapping.Name);
            json.WriteEndObject();
            if (mapping.Kind == ImportKind.Customers)
            {
                WriteAttributes(json, row);
            }
            else
            {
                json.WriteString("orderId", mapping.Order is null ? id : Cell(row, mapping.Order).Trim());
                json.WriteString("amount", refund ? amount[1..] : amount);
                json.WriteString("currency", CurrencyOf(row));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private void WriteCell(Utf8JsonWriter json, string name, FileRow row, string? column)
    {
        var value = Cell(row, column);
        if (!string.IsNullOrWhiteSpace(value))
            json.WriteString(name, value.Trim());
    }

    private void WriteAttributes(Utf8JsonWriter json, FileRow row)
    {
        json.WriteStartObject("attributes");
        foreach (var column in columns.Keys.Where(column => column.Length > 0 && !mapped.Contains(column)))
        {
            var value = Cell(row, column).Trim();
            if (value.Length == 0)
                continue;
            json.WritePropertyName(column);
            if (PlainNumber().IsMatch(value))
                json.WriteRawValue(value);
            else if (value is "true" or "TRUE" or "false" or "FALSE")
                json.WriteBooleanValue(value is "true" or "TRUE");
            else
                json.WriteStringValue(value);
        }

        json.WriteEndObject();
    }

    private string ColumnOf(string field) =>
        field switch
        {
            "data.customer" or "data.customer.id" => mapping.Customer ?? mapping.Email ?? mapping.Phone ?? "",
            "data.customer.email" => mapping.Email ?? "",
            "data.customer.phone" => mapping.Phone ?? "",
            "data.customer.name" => mapping.Name ?? "",
            "data.amount" => mapping.Amount ?? "",
            "data.currency" => mapping.CurrencyColumn ?? "",
            "data.orderId" => mapping.Order ?? "",
            "time" => mapping.Date ?? "",
            _ when field.StartsWith(Attribute, StringComparison.Ordinal) => field[Attribute.Length..],
            _ => "",
        };

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)]}…";

    // A number with a zero before it (a postcode, a card's number) is a text, and so is one that a program would round.
    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();
}
