using System.Collections.Frozen;
using CrmFunctions.Domain.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Security.Keys;

/// <summary>
/// Puts on record every request that changed something, or handed out all that is held of a person: who, what, when and what was answered.
/// Events are not among them; the log is their record.
/// </summary>
public sealed class AuditChanges : IFunctionsWorkerMiddleware
{
    private const int LongestTarget = 500;

    // They have a body and are no changes; of events the log is the record.
    private static readonly FrozenSet<string> changeNothing = FrozenSet.Create(
        StringComparer.Ordinal,
        "FindCustomers",
        "PreviewImport",
        "PreviewTemplate",
        "ReceiveEvents"
    );

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (
            Caller.Current is not { } caller
            || caller.Role == Roles.Ingest
            || context.GetHttpContext() is not { } http
            || HttpMethods.IsGet(http.Request.Method)
            || changeNothing.Contains(context.FunctionDefinition.Name)
            || http.Request.Query["dryRun"].ToString() == "true"
        )
        {
            await next(context);
            return;
        }

        var said = AuditTrail.Begin();
        await next(context);

        // What was refused changed nothing. What was done is put on record, also where its caller has hung up.
        var status = (context.GetInvocationResult().Value as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        if (status >= StatusCodes.Status400BadRequest)
            return;
        var path = http.Request.Path.Value ?? "";
        await context
            .InstanceServices.GetRequiredService<AuditTrail>()
            .Add(
                caller,
                context.FunctionDefinition.Name,
                path.Length <= LongestTarget ? path : path[..LongestTarget],
                status,
                said,
                CancellationToken.None
            );
    }
}
