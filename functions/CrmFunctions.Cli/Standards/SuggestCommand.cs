using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Suggesting;
using Spectre.Console;

namespace CrmFunctions.Cli.Standards;

/// <summary><c>crm standards suggest</c>: cut points from how a base really spreads.</summary>
internal sealed class SuggestCommand : ICommand
{
    private const string Shares = "--shares";

    public string Name => "standards suggest";

    public string Summary =>
        "Proposes thresholds for the shares wanted, and cuts of each dimension, from a calibration; with the sizes they would give.";

    public IReadOnlyList<Option> Options { get; } =
    [
        StandardFiles.Standard,
        StandardFiles.Calibration,
        new(Shares, "LIST", "percent of the base wanted in each tier, the highest first, such as 5,15,30,50"),
        StandardFiles.Language,
        Output.AsJson,
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var language = StandardFiles.LanguageOf(arguments, terminal);
        var standard = StandardFiles.Read(arguments.Required(StandardFiles.Standard.Name), language);
        arguments.Required(StandardFiles.Calibration.Name);
        var calibration = StandardFiles.CalibrationOf(arguments)!;
        var shares = SharesOf(arguments.Text(Shares));
        if (Suggestions.Problem(standard, shares) is { } problem)
            throw new UsageException($"{Shares}: {problem}");
        var suggestions = Suggestions.Of(standard, calibration, shares);

        if (arguments.Has(Output.AsJson.Name))
        {
            Output.Json(terminal, suggestions);
            return Task.FromResult(ExitCode.Ok);
        }

        var (texts, console) = (Texts.In(language), terminal.Drawing(terminal.Out));
        terminal.Out.WriteLine(texts["suggest.base", suggestions.Customers, suggestions.Standard, suggestions.Calibration]);
        if (!suggestions.Tiers.IsEmpty)
            console.Write(Tiers(suggestions, texts));
        console.Write(Dimensions(suggestions, texts));
        return Task.FromResult(ExitCode.Ok);
    }

    private static Table Tiers(Suggestions suggestions, Texts texts)
    {
        var table = new Table().AddColumns(
            texts["suggest.tier"],
            texts["suggest.now"],
            texts["suggest.from"],
            texts["suggest.wanted"],
            texts["suggest.share"],
            texts["suggest.customers"]
        );
        foreach (var tier in suggestions.Tiers)
        {
            table.AddRow(
                Markup.Escape(tier.Tier),
                Number(tier.Now),
                Number(tier.From),
                Percent(tier.Wanted),
                Percent(tier.Share),
                tier.Customers.ToString("N0", CultureInfo.InvariantCulture)
            );
        }

        return table;
    }

    private static Table Dimensions(Suggestions suggestions, Texts texts)
    {
        var table = new Table().AddColumns(texts["suggest.dimension"], texts["suggest.cuts"], texts["suggest.shares"]);
        foreach (var dimension in suggestions.Dimensions)
        {
            table.AddRow(
                Markup.Escape(dimension.Dimension),
                string.Join(", ", dimension.At.Select(Number)),
                string.Join(", ", dimension.Shares.Select(Percent))
            );
        }

        return table;
    }

    private static ImmutableArray<decimal> SharesOf(string? text) =>
        text is null
            ? []
            :
            [
                .. text.Split(',')
                    .Select(part =>
                        decimal.TryParse(
                            part.Trim().TrimEnd('%'),
                            NumberStyles.AllowDecimalPoint,
                            CultureInfo.InvariantCulture,
                            out var percent
                        )
                            ? percent / 100
                            : throw new UsageException($"{Shares} {text}: percentages such as 5,15,30,50 are wanted.")
                    ),
            ];

    private static string Number(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Percent(decimal share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
