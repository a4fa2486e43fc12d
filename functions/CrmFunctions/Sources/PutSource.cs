using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;
using CrmFunctions.Sources.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources;

/// <summary>Makes a source, or changes it.</summary>
public sealed class PutSource(SourceStore sources, SourceDirectory directory, SecretKeeper keeper, Clocks clocks)
{
    private const int MostBytes = 64 * 1024;

    // A text in a table has 32,768 characters at the most.
    private const int MostKept = 32_000;

    [Operation(
        ApiTag.Sources,
        "Make a source, or change it（新建或修改来源）",
        "A whole source; secrets, token, aesKey and credentials that are left out stay as they are. A secret is a text, {\"value\"}, {\"keyVault\"} or, to keep a known one, {\"id\"}; each may have until. Secrets are sealed or named in Azure Key Vault, and never shown."
    )]
    [Takes(typeof(SourceBody))]
    [Answers(200, "Changed.", typeof(SourceAnswer))]
    [Answers(201, "Made.", typeof(SourceAnswer))]
    [Refuses(Refusal.BadSource)]
    [Function(nameof(PutSource))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Source)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (bytes, unreadable) = await request.ReadBody(MostBytes, cancellationToken);
        if (unreadable is not null)
            return unreadable.ToResult();
        var (body, notOne) = SourceBody.Read(bytes.Span);
        if (body is null)
            return new Problem(ProblemKind.NotJson, notOne ?? "Send a JSON object with the members of a source.").ToResult();

        var before = SourceDraft.IsId(id) ? await sources.Get(id, cancellationToken) : null;
        var source = new SourceDraft(id, body, before, keeper, clocks.Machine.GetUtcNow()).Make(out var problems);
        if (source is null)
            return new Problem(ProblemKind.InvalidSource, "Send it again when mended; nothing of it was saved.", problems).ToResult();
        if (SourceRow.Of(source).Source.Length > MostKept)
            return new Problem(
                ProblemKind.TooLarge,
                $"The source has more than {MostKept} characters; leave out what is not needed."
            ).ToResult();

        await sources.Put(source, cancellationToken);
        directory.Forget();
        AuditTrail.Note(before is null ? null : SourceAnswer.Of(before), SourceAnswer.Of(source), SourcesJson.Default.SourceAnswer);
        return TypedResults.Json(
            SourceAnswer.Of(source),
            SourcesJson.Default.SourceAnswer,
            statusCode: before is null ? StatusCodes.Status201Created : StatusCodes.Status200OK
        );
    }
}
