using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Events;
using CrmFunctions.Http.Describing;
using CrmFunctions.Profiles;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Answers with everything that is held of a customer.</summary>
public sealed class ExportCustomer(
    PrivacyRequests requests,
    PersonFinder finder,
    RulingStatus rulings,
    CustomerPage page,
    EventLog log,
    IEnumerable<IPersonalData> places
)
{
    [Operation(ApiTag.Privacy, "Everything that is held of a customer（导出个人数据）")]
    [Takes("WhoAndWhy")]
    [Answers(200, "All of it.", typeof(ExportAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound, Refusal.Changing)]
    [Function(nameof(ExportCustomer))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.CustomerExport)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (customer, by, reason, refused) = await rulings.Read(request, id, cancellationToken);
        if (customer is not { Decided: not null })
            return refused ?? CustomerReader.NotFound();

        var asked = await requests.Exported(customer.Id, customer.Handles.Keys.ToHashSet(), by, reason, cancellationToken);
        var person = await finder.Identify([.. customer.Filed], await finder.Own(customer, cancellationToken), cancellationToken);
        var elsewhere = new JsonObject();
        foreach (var place in places)
            elsewhere[place.Place] = await place.Export(person, cancellationToken);
        var rows = await log.ReadRows(customer.Filed, cancellationToken);
        var events = new List<TimelineEvent>();
        foreach (var row in rows.Where(row => row.IsEvent).OrderBy(row => row.OccurredAt))
        {
            var data = await finder.DataFor(customer, row, cancellationToken);
            events.Add(new TimelineEvent(row.Source, row.Id, row.Type, row.OccurredAt, row.ReceivedAt, data));
        }

        return TypedResults.Json(
            new ExportAnswer(
                asked.Id,
                await page.Of(customer, CustomerReader.LanguageOf(request), cancellationToken),
                events,
                [
                    .. rows.Where(row => row.IsRuling)
                        .Select(row => new ExportedRuling(row.Type, row.OccurredAt, row.ToRulingData().By, row.ToRulingData().Reason)),
                ],
                JsonSerializer.SerializeToElement(elsewhere, PrivacyJson.Default.JsonObject)
            ),
            PrivacyJson.Default.ExportAnswer
        );
    }
}

/// <summary>Everything that is held of a customer.</summary>
/// <param name="Request">The audit row of the export.</param>
/// <param name="Customer">What was made of it: profile, tier, history.</param>
/// <param name="Events">All events, as sent, oldest first; claimed ones without identifiers that are another customer's.</param>
/// <param name="Rulings">What people decided about who the customer is.</param>
/// <param name="Elsewhere">What other places hold, by place.</param>
public sealed record ExportAnswer(
    string Request,
    CustomerAnswer Customer,
    IReadOnlyList<TimelineEvent> Events,
    IReadOnlyList<ExportedRuling> Rulings,
    JsonElement Elsewhere
);

/// <summary>A ruling about who is who.</summary>
public sealed record ExportedRuling(string Kind, DateTimeOffset At, string By, string Reason);
