using CrmFunctions.Domain.Wording;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Saves a template; the next message is said with it.</summary>
public sealed class PutTemplate(TemplateStore templates)
{
    [Operation(ApiTag.Notifications, "Save a template; the next message is said with it（保存模板）")]
    [Takes("Template")]
    [Answers(200, "As saved.", typeof(TemplatesAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(PutTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Template)] HttpRequest request,
        string name,
        CancellationToken cancellationToken
    )
    {
        var (json, unreadable) = await TemplateBody.Read(request, cancellationToken);
        if (json is null)
            return unreadable!.ToResult();
        using (json)
        {
            if (TemplateReader.Read(json.RootElement, out var problems) is not { } template)
                return new Problem(
                    ProblemKind.InvalidRequest,
                    "Send the template again when mended; nothing was saved.",
                    problems
                ).ToResult();
            if (TeamTemplates.Problems(template).ToList() is { Count: > 0 } unsaid)
                return new Problem(
                    ProblemKind.InvalidRequest,
                    "Send the template again when mended; nothing was saved.",
                    unsaid
                ).ToResult();
            if (template.Name != name)
                return new Problem(
                    ProblemKind.InvalidRequest,
                    "Send the name that stands in the address.",
                    [new("name", $"must be {name}, as in the address")]
                ).ToResult();
            var before = await templates.Find(name, cancellationToken);
            AuditTrail.Note(
                before is null ? null : TemplateAnswer.Of(before),
                TemplateAnswer.Of(template),
                TemplateJson.Default.TemplateAnswer
            );
            await templates.Put(template, json.RootElement.GetRawText(), cancellationToken);
            return TypedResults.Json(new TemplatesAnswer([TemplateAnswer.Of(template)]), TemplateJson.Default.TemplatesAnswer);
        }
    }
}

/// <summary>Takes a saved template away; a shipped one of its name is in force again.</summary>
public sealed class DeleteTemplate(TemplateStore templates)
{
    [Operation(ApiTag.Notifications, "Take a saved template away; a shipped one of its name is in force again（删除模板）")]
    [Answers(200, "It is gone.")]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(DeleteTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Template)] HttpRequest request,
        string name,
        CancellationToken cancellationToken
    )
    {
        if (await templates.Find(name, cancellationToken) is not { } template)
            return new Problem(ProblemKind.NotFound, "No template has this name; /api/templates lists them.").ToResult();
        AuditTrail.Note(TemplateAnswer.Of(template), null, TemplateJson.Default.TemplateAnswer);
        await templates.Remove(name, cancellationToken);
        return TypedResults.Ok();
    }
}
