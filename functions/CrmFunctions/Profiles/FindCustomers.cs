using CrmFunctions.Customers;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Profiles;

/// <summary>Finds customers by e-mail, phone or shop id: one, or several where it is shared.</summary>
public sealed class FindCustomers(CustomerReader reader, CustomerPage page)
{
    private const int LongestIdentifier = 600;

    [Operation(
        ApiTag.Customers,
        "Find a customer by e-mail, phone or shop id（按邮箱、手机或商店编号查找客户）",
        "By POST, because addresses stand in logs and histories and bodies do not."
    )]
    [Takes("FindBody")]
    [Language]
    [Answers(200, "The customer, or none.", typeof(CustomersAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(FindCustomers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.CustomersFound)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (fields, unreadable) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return unreadable!.ToResult();
        var identifier = fields.Text("handle", LongestIdentifier);
        if (fields.Problem is { } problem)
            return problem.ToResult();

        var found = await reader.FindByIdentifier(identifier, cancellationToken);
        var answers = new List<CustomerAnswer>(found.Count);
        foreach (var customer in found)
            answers.Add(await page.Of(customer, CustomerReader.LanguageOf(request), cancellationToken));
        return TypedResults.Json(new CustomersAnswer(answers), CustomersJson.Default.CustomersAnswer);
    }
}
