using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Intake;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Importing;

/// <summary>Makes events of the rows of a file. A row is an event by what it says, so that the same file again is the same events.</summary>
public sealed class RowReader(ColumnMapping mapping, string[] header)
{
    private static readonly LocalDateTimePattern[] patterns =
    [
        .. new[]
        {
            "uuuuMMdd", "uuuu-MM-dd", "uuuu/M/d", "d.M.uuuu", "uuuu-MM-dd HH:mm", "uuuu-MM-dd HH:mm:ss", "uuuu-MM-dd'T'HH:mm:ss", "uuuu/M/d H:mm",
            "uuuu/M/d H:mm:ss", "d.M.uuuu HH:mm", "d.M.uuuu HH:mm:ss",
        }.Select(LocalDateTimePattern.CreateWithInvariantCulture),
    ];

    private readonly Dictionary<string, int> columns = header.Select((name, index) => (name, index)).DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.index);
    private readonly DateTimeZone zone = DateTimeZoneProviders.Tzdb[mapping.TimeZone];

    /// <summary>The event of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">Its number, for problems.</param>
    /// <param name="receivedAt">When the file was received. UTC.</param>
    /// <param name="problems">What is wrong, by column.</param>
    /// <returns>Null exactly when there is a problem.</returns>
    public Entry? Read(FileRow row, int number, DateTimeOffset receivedAt, out IReadOnlyList<RowProblem> problems)
    {
        if (Time(Field(row, mapping.Date)) is not { } time)
        {
            problems = [new RowProblem(number, mapping.Date, $"'{Shorten(Field(row, mapping.Date))}' is no date; send one such as 2026-11-01, 20261101 or 2026-11-01T09:30:00Z")];
            return null;
        }

        using var json = JsonDocument.Parse(Write(row, time));
        var entry = Entry.Read(json.RootElement, receivedAt, out var fields);
        problems = [.. fields.Select(field => new RowProblem(number, ColumnOf(field.Field), field.Message))];
        return entry;
    }

    private ReadOnlyMemory<byte> Write(FileRow row, Instant time)
    {
        var amount = Field(row, mapping.Amount).Trim();
        var refund = amount.StartsWith('-') && mapping.Order is not null;
        var name = Base32.Hash(string.Join('\u001f', row.F), 26);
        var order = Field(row, mapping.Order).Trim();
        var id = row.N == 0 ? name : $"{name}-{row.N}";
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", mapping.Source);
            json.WriteString("id", id);
            json.WriteString("type", refund ? EventTypes.OrderRefunded : EventTypes.OrderPaid);
            json.WriteString("time", InstantPattern.ExtendedIso.Format(time));
            json.WriteStartObject("data");
            json.WriteStartObject("customer");
            WriteField(json, "id", row, mapping.Customer);
            WriteField(json, "email", row, mapping.Email);
            WriteField(json, "phone", row, mapping.Phone);
            WriteField(json, "name", row, mapping.Name);
            json.WriteEndObject();
            json.WriteString("orderId", mapping.Order is null ? id : order);
            json.WriteString("amount", refund ? amount[1..] : amount);
            json.WriteString("currency", mapping.Currency);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private void WriteField(Utf8JsonWriter json, string name, FileRow row, string? column)
    {
        var value = Field(row, column);
        if (!string.IsNullOrWhiteSpace(value)) json.WriteString(name, value.Trim());
    }

    private string Field(FileRow row, string? column) => column is not null && columns.TryGetValue(column, out var index) && index < row.F.Length ? row.F[index] : "";

    private Instant? Time(string text)
    {
        text = text.Trim();
        if (Instants.Parse(text) is { } instant) return Instant.FromDateTimeOffset(instant);
        foreach (var pattern in patterns)
        {
            // A date without a time is the day's first instant in the file's zone, which clock changes may move off midnight.
            if (pattern.Parse(text).TryGetValue(default, out var local))
            {
                return local.TimeOfDay == LocalTime.Midnight ? zone.AtStartOfDay(local.Date).ToInstant() : zone.AtLeniently(local).ToInstant();
            }
        }

        return null;
    }

    private string ColumnOf(string field) => field switch
    {
        "data.customer" or "data.customer.id" => mapping.Customer ?? mapping.Email ?? mapping.Phone ?? "",
        "data.customer.email" => mapping.Email ?? "",
        "data.customer.phone" => mapping.Phone ?? "",
        "data.customer.name" => mapping.Name ?? "",
        "data.amount" => mapping.Amount,
        "data.orderId" => mapping.Order ?? "",
        "time" => mapping.Date,
        _ => "",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..40]}…");
}
