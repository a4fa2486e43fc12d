using CrmFunctions.Customers;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>Lists what was sent about a customer, and what was not and why.</summary>
public sealed class GetMessages(CustomerReader reader, MessageLedger ledger)
{
    [Operation(
        ApiTag.Customers,
        "What was sent about a customer, and what was not and why（消息台账）",
        "One row for each customer, rule, period and channel. why answers \"why did I not get it\" in Chinese or English."
    )]
    [Language]
    [Answers(200, "The ledger's rows.", typeof(MessagesAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetMessages))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Messages)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var rows = await ledger.Read(customer.Filed, cancellationToken);
        var language = CustomerReader.LanguageOf(request);
        var messages = rows.Select(row => MessageAnswer.Of(row, language));
        return TypedResults.Json(new MessagesAnswer(customer.Id.Key, [.. messages]), MessagesJson.Default.MessagesAnswer);
    }
}
