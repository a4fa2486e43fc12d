using System.Globalization;
using System.Xml;
using CrmFunctions.Cli.Demo.Loading;
using Spectre.Console;

namespace CrmFunctions.Cli.Demo.Reporting;

/// <summary>The report in words and a table. The last lines are for machines: one figure each, always in English.</summary>
internal sealed class ReportPage(IAnsiConsole console, Texts texts)
{
    public void Print(DemoReport report)
    {
        var whole = report.Base;
        console.WriteLine();
        Heading(texts["report.title", whole.AsOf.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)]);
        console.WriteLine(texts["report.base", whole.Customers, whole.Events, whole.Orders]);
        if (whole.Standard is { } standard)
            console.WriteLine(texts["report.standard", standard]);
        if (report is { Loaded: { } loaded, Seconds: { } seconds })
            Loading(loaded, seconds);
        if (report.Operations is { TablesPerEvent: { } tables, ServiceBusPerEvent: { } bus, Events: > 0 } all)
            console.WriteLine(texts["report.operations", tables, bus, all.Tables, all.ServiceBus]);
        else if (report.Operations is { } idle)
            console.WriteLine(texts["report.operations.idle", idle.Tables, idle.ServiceBus]);
        Matrix(whole);
        Receipts(report.Receipts);
        Warnings(report.Warnings);
        Risk(report.Calibration, report.AtRisk);
        Lists(report.Lists);
        Told(report.Messages);
        ForMachines(whole);
    }

    private void Loading(Loaded loaded, double seconds)
    {
        console.WriteLine(texts["report.loaded", loaded.Sent, loaded.Accepted, loaded.Duplicates, seconds]);
        if (loaded.Refused == 0)
            return;
        console.WriteLine(texts["report.refused", loaded.Refused]);
        foreach (var problem in loaded.Problems)
            console.WriteLine("  " + problem);
    }

    private void Matrix(BaseReport whole)
    {
        var counts = whole.Matrix.ToDictionary(c => (c.Tier, c.Stage), c => c.Customers);
        var table = new Table().Border(TableBorder.Ascii2).Title(texts["report.matrix"]);
        table.AddColumn(new TableColumn(texts["report.tier"]));
        foreach (var stage in whole.Stages)
            table.AddColumn(new TableColumn(stage.In(texts.Language).EscapeMarkup()).RightAligned());
        table.AddColumn(new TableColumn(texts["report.all"]).RightAligned());
        foreach (var tier in whole.Tiers)
        {
            var cells = whole.Stages.Select(stage => Figure(counts.GetValueOrDefault((tier.Name, stage.Name))));
            table.AddRow([Named(tier).EscapeMarkup(), .. cells, Figure(tier.Customers)]);
        }

        table.AddRow([texts["report.all"], .. whole.Stages.Select(stage => Figure(stage.Customers)), Figure(whole.Customers)]);
        console.WriteLine();
        console.Write(table);
        console.WriteLine();
    }

    private void Receipts(IReadOnlyList<CustomerReceipt> receipts)
    {
        if (receipts.Count == 0)
            return;
        Heading(texts["report.receipts"]);
        foreach (var receipt in receipts)
        {
            console.WriteLine(texts["report.receipt", receipt.CustomerId]);
            foreach (var line in receipt.Text.Split('\n'))
                console.WriteLine("  " + line);
            console.WriteLine();
        }
    }

    private void Warnings(ChurnWarnings warnings)
    {
        Heading(texts["report.warnings", warnings.Count]);
        foreach (var warning in warnings.Customers)
            console.WriteLine(texts["report.warning", warning.CustomerId, Day(warning.Since), warning.Reason]);
        if (warnings.Count > warnings.Customers.Count)
            console.WriteLine(texts["report.more", warnings.Count - warnings.Customers.Count]);
        console.WriteLine();
    }

    private void Risk(CalibrationRun? run, AtRisk? risk)
    {
        if (run?.Alarm is { } alarm)
            console.WriteLine(texts["report.calibration.held", alarm]);
        if (risk is null)
            return;
        Heading(texts["report.risk"]);
        console.WriteLine(texts["report.model", texts[$"model.{risk.Model}"], risk.HorizonDays]);
        foreach (var customer in risk.Customers)
            console.WriteLine(texts["report.atRisk", customer.CustomerId, customer.Reason]);
        console.WriteLine();
    }

    private void Lists(IReadOnlyList<Duties> lists)
    {
        foreach (var list in lists)
        {
            Heading(texts["report.list", list.Owner, list.Total, XmlConvert.ToTimeSpan(list.Takes).TotalHours]);
            foreach (var line in list.Lines)
                console.WriteLine(texts["report.duty", line.Label, line.Name ?? line.CustomerId, line.Why, line.Worth, line.Currency]);
            if (list.Total > list.Lines.Count)
                console.WriteLine(texts["report.more", list.Total - list.Lines.Count]);
            console.WriteLine();
        }
    }

    private void Told(IReadOnlyList<Messages> messages)
    {
        if (messages.All(customer => customer.Lines.Count == 0))
            return;
        Heading(texts["report.messages"]);
        foreach (var customer in messages)
        {
            foreach (var line in customer.Lines)
                console.WriteLine(texts["report.message", customer.CustomerId, line.Rule, line.Channel, line.Why]);
        }

        console.WriteLine();
    }

    private void ForMachines(BaseReport whole)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Customers: {whole.Customers:N0}"));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Events: {whole.Events:N0}"));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Orders: {whole.Orders:N0}"));
        console.WriteLine($"State hash: {whole.Hash}");
    }

    private void Heading(string text) => console.MarkupLine($"[bold]{text.EscapeMarkup()}[/]");

    private string Named(Group tier) => tier.In(texts.Language) is var label && label == tier.Name ? tier.Name : $"{tier.Name} {label}";

    private static string Day(DateTimeOffset since) => since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Figure(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
