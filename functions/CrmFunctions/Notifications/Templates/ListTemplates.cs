using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Lists the templates, shipped and saved, with the variables that each text wants.</summary>
public sealed class ListTemplates(TemplateStore templates)
{
    [Operation(ApiTag.Notifications, "The templates, shipped and saved, with the variables they want（模板列表）")]
    [Answers(200, "By name.", typeof(TemplatesAnswer))]
    [Function(nameof(ListTemplates))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Templates)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var all = await templates.List(cancellationToken);
        return TypedResults.Json(new TemplatesAnswer([.. all.Values.Select(TemplateAnswer.Of)]), TemplateJson.Default.TemplatesAnswer);
    }
}
