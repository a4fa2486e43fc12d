using System.Text.Json;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Notifications.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Shows what a template would say. Nothing is sent or saved.</summary>
public sealed class PreviewTemplate(TemplateStore templates)
{
    [Operation(
        ApiTag.Notifications,
        "What a template would say; nothing is sent（预览模板）",
        "A missing or empty variable is refused by its name: nobody is sent a hole."
    )]
    [Takes("PreviewRequest")]
    [Answers(200, "The text that fits best, with everything in its place.", typeof(PreviewOfTemplate))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(PreviewTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.TemplatePreview)] HttpRequest request,
        string name,
        CancellationToken cancellationToken
    )
    {
        var (json, unreadable) = await TemplateBody.Read(request, cancellationToken);
        if (json is null)
            return unreadable!.ToResult();
        using (json)
        {
            if (await templates.Find(name, cancellationToken) is not { } template)
                return new Problem(ProblemKind.NotFound, "No template has this name; /api/templates lists them.").ToResult();
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new Problem(
                    ProblemKind.InvalidRequest,
                    "Send a JSON object with variables, and perhaps language, tier, stage and channel."
                ).ToResult();
            return Preview(template, root);
        }
    }

    private static IResult Preview(Template template, JsonElement asked)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (asked.TryGetProperty("variables", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var variable in given.EnumerateObject())
                variables[variable.Name] =
                    variable.Value.ValueKind == JsonValueKind.String ? variable.Value.GetString()! : variable.Value.GetRawText();
        }

        variables.TryAdd(Template.Unsubscribe, "https://example.com/unsubscribe");
        var channel = Text(asked, "channel");
        if (template.For(Text(asked, "language") ?? Language.Chinese, Text(asked, "tier"), Text(asked, "stage"), channel) is not { } text)
        {
            return new Problem(ProblemKind.NotFound, "No text of the template fits this tier, stage and channel.").ToResult();
        }

        return text.Render(variables, channel == Medium.Robot ? TextForm.Robot : TextForm.Plain, out var missing) is { } said
            ? TypedResults.Json(new PreviewOfTemplate(text.Language, said.Subject, said.Text), TemplateJson.Default.PreviewOfTemplate)
            : new Problem(
                ProblemKind.InvalidRequest,
                "Send every variable of the text; nothing is said with a hole in it.",
                [new FieldProblem($"variables.{missing}", "is missing or empty")]
            ).ToResult();
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
