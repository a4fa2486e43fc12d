using CrmFunctions.Customers;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Profiles;

/// <summary>Finds customers by e-mail, phone or shop id: one, or several where it is shared.</summary>
public sealed class FindCustomers(CustomerReader reader, CustomerPage page)
{
    [Operation(ApiTag.Customers, "Find a customer by e-mail, phone or shop id（按邮箱、手机或商店编号查找客户）")]
    [Query("handle", "An e-mail address, a phone number such as %2B8613800138000, or source:id.", Required = true, Example = "shop-eu:42")]
    [Language]
    [Answers(200, "The customer, or none.", typeof(CustomersAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(FindCustomers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Customers)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        // A plus that was not percent-encoded arrives as a blank.
        var identifier = request.Query["handle"].ToString();
        if (identifier.StartsWith(' '))
            identifier = "+" + identifier[1..];
        if (string.IsNullOrWhiteSpace(identifier) || identifier.Length > 600)
        {
            return new Problem(
                ProblemKind.InvalidQuery,
                "Send ?handle= with an e-mail address, a phone number such as %2B8613800138000, or source:id."
            ).ToResult();
        }

        var found = await reader.FindByIdentifier(identifier, cancellationToken);
        var answers = new List<CustomerAnswer>(found.Count);
        foreach (var customer in found)
            answers.Add(await page.Of(customer, CustomerReader.LanguageOf(request), cancellationToken));
        return TypedResults.Json(new CustomersAnswer(answers), CustomersJson.Default.CustomersAnswer);
    }
}
