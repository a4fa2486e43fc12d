using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;
using Spectre.Console;

namespace CrmFunctions.Cli.Operating;

/// <summary><c>crm cost</c>: what was counted at list prices: a million events, line by line, and the bill of a month.</summary>
internal sealed class CostCommand : ICommand
{
    private const string MonthForm = "yyyy-MM";

    public string Name => "cost";

    public string Summary => "Prices what the suite counted: a million events, line by line, and the bill of a month.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--month", "YYYY-MM", "this month (the last one; this one so far where that had no events)"),
        new("--memory", "MB", "memory of an instance: 512, 2048 or 4096 (2048)"),
        new("--stored-mb", "N", "what the tables hold (what was written within the month)"),
        new("--prices", "FILE", "a price table of your own"),
        new("--json", null, "JSON instead of text"),
        .. Connection.Options(RoleNames.Admin),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var memory = (int)arguments.Number("--memory", 2048, 512, 4096);
        if (memory is not (512 or 2048 or 4096))
            throw new UsageException($"--memory {memory}: 512, 2048 or 4096 is wanted.");
        var stored = arguments.Has("--stored-mb") ? arguments.Number("--stored-mb", 0, 0, long.MaxValue) / 1000m : (decimal?)null;
        var prices = Prices.Read(arguments.Text("--prices"));
        using var api = new JsonApi(arguments, terminal, RoleNames.Admin);
        var counted = await Counted(api, arguments.Text("--month"), terminal.Clock.GetUtcNow(), cancellationToken);
        var bill = Bill.Of(counted["lines"]!.AsObject().ToDictionary(line => line.Key, line => (long)line.Value!), prices, memory, stored);
        if (arguments.Has("--json"))
            terminal.Out.WriteLine(JsonApi.Write(Json(counted, bill, prices)));
        else
            Write(counted, bill, prices, memory, terminal);
        return ExitCode.Ok;
    }

    private static async Task<JsonNode> Counted(JsonApi api, string? month, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (month is not null)
            return await api.Get($"operations?month={Uri.EscapeDataString(month)}", cancellationToken);
        var last = await api.Get(
            $"operations?month={now.AddMonths(-1).ToString(MonthForm, CultureInfo.InvariantCulture)}",
            cancellationToken
        );
        return (long?)last["lines"]!["events"] > 0 ? last : await api.Get("operations", cancellationToken);
    }

    private static JsonObject Json(JsonNode counted, Bill bill, Prices prices) =>
        new()
        {
            ["month"] = (string)counted["month"]!,
            ["at"] = counted["at"]!.DeepClone(),
            ["instances"] = (int)counted["instances"]!,
            ["events"] = bill.Events,
            ["perMillionEvents"] = bill.PerMillionEvents,
            ["bill"] = bill.Month,
            ["free"] = bill.Free,
            ["lines"] = new JsonArray([
                .. bill.Lines.Select(line => new JsonObject
                {
                    ["name"] = line.Name,
                    ["count"] = line.Count,
                    ["usd"] = prices[line.Price].Usd,
                    ["per"] = prices[line.Price].Per,
                    ["perMillionEvents"] = line.PerMillionEvents,
                    ["month"] = line.Month,
                    ["date"] = prices[line.Price].Date,
                    ["source"] = prices[line.Price].Source,
                }),
            ]),
        };

    private static void Write(JsonNode counted, Bill bill, Prices prices, int memory, Terminal terminal)
    {
        var texts = terminal.Texts;
        terminal.Out.WriteLine(texts["cost.title", (string)counted["month"]!, bill.Events, (int)counted["instances"]!, memory]);
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in (string[])["cost.line", "cost.count", "cost.perEvent", "cost.price", "cost.million", "cost.month"])
            table.AddColumn(texts[column]);
        foreach (var line in bill.Lines)
        {
            var price = prices[line.Price];
            table.AddRow(
                line.Name,
                Number(line.Count),
                bill.Events > 0 ? Number(line.Count / bill.Events) : "",
                $"{Number(price.Usd)} / {Number(price.Per)} ({price.Date})",
                line.PerMillionEvents is { } million ? Money(million) : "",
                Money(line.Month)
            );
        }

        table.AddRow(texts["cost.free"], "", "", "", "", Money(-bill.Free));
        table.AddRow(texts["cost.all"], "", "", "", bill.PerMillionEvents is { } all ? Money(all) : "", Money(bill.Month));
        terminal.Drawing(terminal.Out).Write(table);
        terminal.Out.WriteLine(texts["cost.note"]);
        foreach (var name in bill.Lines.Select(line => line.Price).Distinct())
            terminal.Out.WriteLine($"  {name}: {prices[name].Source} ({prices[name].Region}, {prices[name].Date})");
    }

    private static string Money(decimal money) => money.ToString("N4", CultureInfo.InvariantCulture);

    private static string Number(decimal number) =>
        number.ToString(Math.Abs(number) >= 100 ? "N0" : "#,0.######", CultureInfo.InvariantCulture);
}
