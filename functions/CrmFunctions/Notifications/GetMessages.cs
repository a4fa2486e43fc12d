using CrmFunctions.Customers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications;

/// <summary>Lists what was sent about a customer, and what was not and why.</summary>
public sealed class GetMessages(CustomerReader reader, MessageLedger ledger)
{
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
