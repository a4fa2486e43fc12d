using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Models;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;

namespace CrmFunctions.Cli.Standards;

/// <summary><c>crm decide</c>: what a standard says of one customer, for trying it on paper.</summary>
internal sealed class DecideCommand : ICommand
{
    private const string Facts = "--facts";
    private const string Now = "--now";
    private const string Customer = "--customer";

    public string Name => "decide";

    public string Summary => "Decides about one customer by a standard, and says why: tier, stage, receipt, what would change it and when.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new(Facts, "FILE", "the customer's events: a JSON array, one event on each line, or the answer of a timeline or export"),
        StandardFiles.Standard,
        new(Now, "INSTANT", "when, such as 2026-06-30T16:00:00Z"),
        StandardFiles.Calibration,
        new(Customer, "ID", "whom, where the file holds events of several: an id, e-mail or phone"),
        StandardFiles.Language,
        Output.AsJson,
    ];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var language = StandardFiles.LanguageOf(arguments, terminal);
        var (file, name) = (arguments.Required(Facts), arguments.Required(StandardFiles.Standard.Name));
        arguments.Required(Now);
        var now = arguments.Moment(Now)!.Value.ToDateTimeOffset();
        var standard = StandardFiles.Read(name, language);
        var calibration = StandardFiles.Serving(StandardFiles.CalibrationOf(arguments), standard);
        var facts = Domain.Customers.Facts.From(FactsFile.Read(file, arguments.Text(Customer), now), now);
        var decision = Decisions.Decide(facts, standard, calibration, now);

        if (arguments.Has(Output.AsJson.Name))
        {
            Output.Json(terminal, Answer(decision, standard, facts, language));
            return Task.FromResult(ExitCode.Ok);
        }

        var texts = Texts.In(language);
        terminal.Out.WriteLine(TierExplanationText.Of(decision, standard, language));
        terminal.Out.WriteLine(
            decision.NextReview is { } review
                ? texts["decide.review", review.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)]
                : texts["decide.never"]
        );
        return Task.FromResult(ExitCode.Ok);
    }

    // The members of GET /api/customers/{id}/receipt.
    private static object Answer(Decision decision, Standard standard, Facts facts, string language) =>
        new
        {
            AsOf = decision.At,
            facts.Events,
            Tier = decision.Tier.Name,
            TierLabel = decision.Tier.LabelIn(language),
            Stage = decision.Stage.Code(),
            StageLabel = decision.Stage.LabelIn(language),
            decision.Score,
            decision.Receipt.Standard,
            decision.Receipt.Calibration,
            Terms = decision.Receipt.Terms.Select(term => new
            {
                term.Dimension,
                Measure = Camel(term.Measure),
                term.Value,
                term.Known,
                term.Band,
                term.Points,
                term.Weight,
                term.Cap,
                term.Events,
            }),
            Basis = new
            {
                Kind = Camel(decision.Receipt.Basis.Kind),
                decision.Receipt.Basis.Reached,
                decision.Receipt.Basis.Reason,
                decision.Receipt.Basis.By,
                decision.Receipt.Basis.Until,
                decision.Receipt.Basis.Events,
            },
            decision.Receipt.Up,
            decision.Receipt.Down,
            decision.Receipt.Drop,
            decision.Receipt.Missing,
            decision.Receipt.Certain,
            decision.Tags,
            Owed = decision.Obligations.Select(obligation => new { obligation.Name, obligation.Since }),
            decision.NextReview,
            ChurnProbability = decision.Outlook.ChurnProbability(decision.At),
            PredictedValue = decision.Outlook.PredictedValue(decision.At, TimeSpan.FromDays(365)),
            Text = TierExplanationText.Of(decision, standard, language),
        };

    private static string Camel(Enum value) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
