using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Lists the templates, shipped and saved, with the variables that each text wants.</summary>
public sealed class ListTemplates(TemplateStore templates)
{
#pragma warning disable CS1591
    [Function(nameof(ListTemplates))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = Flow.Routes.Templates)] HttpRequest request, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var all = await templates.List(cancellationToken);
        return TypedResults.Json(new TemplatesAnswer([.. all.Values.Select(TemplateAnswer.Of)]), TemplateJson.Default.TemplatesAnswer);
    }
}
