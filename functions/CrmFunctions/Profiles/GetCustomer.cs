using CrmFunctions.Customers;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Profiles;

/// <summary>Answers who a customer is to us.</summary>
public sealed class GetCustomer(CustomerReader reader, CustomerPage pages)
{
    [Operation(ApiTag.Customers, "Who a customer is to us（客户概况）")]
    [Language]
    [Answers(200, "The customer.", typeof(CustomerAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetCustomer))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Customer)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var page = await pages.Of(customer, CustomerReader.LanguageOf(request), cancellationToken);
        return TypedResults.Json(page, CustomersJson.Default.CustomerAnswer);
    }
}
