using CrmFunctions.Domain.Access;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Security.Keys;

/// <summary>
/// Lets a request through to its function where its key or its sign-in has one of the function's roles. A function that declares none is
/// open to the role admin only.
/// </summary>
public sealed class RequireRole(IReadOnlyDictionary<string, Roles> access) : IFunctionsWorkerMiddleware
{
    private const string Bearer = "Bearer ";

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var roles = access.GetValueOrDefault(context.FunctionDefinition.Name, Roles.Admin);
        if (context.GetHttpContext() is not { } http || roles == Roles.Anonymous)
        {
            await next(context);
            return;
        }

        Caller? caller;
        try
        {
            caller = KeyOf(http.Request) is { } key
                ? await context.InstanceServices.GetRequiredService<KeyDirectory>().Find(key, context.CancellationToken)
                : context.InstanceServices.GetRequiredService<EntraSignIn>().Find(http.Request);
        }
        catch (Azure.RequestFailedException)
        {
            http.Response.Headers.RetryAfter = "5";
            context.GetInvocationResult().Value = new Problem(
                ProblemKind.Unavailable,
                "The keys cannot be read; send it again."
            ).ToResult();
            return;
        }

        if (caller?.May(roles) == true)
        {
            Caller.Current = caller;
            await next(context);
            return;
        }

        if (caller is null)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        context.GetInvocationResult().Value = (
            caller is null
                ? new Problem(
                    ProblemKind.Unauthorized,
                    $"Send a key with the role {roles.Code()} as Authorization: Bearer, or as x-functions-key."
                )
                : new Problem(
                    ProblemKind.Forbidden,
                    $"This needs the role {roles.Code()}; {caller.Name} has the role {caller.Role.Code()}."
                )
        ).ToResult();
    }

    /// <summary>The key of a request: as bearer token, in the header of Azure Functions, or in the address. Two that differ are none.</summary>
    private static string? KeyOf(HttpRequest request)
    {
        string?[] sent =
        [
            request.Headers.Authorization is [{ } bearer] && bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? bearer[Bearer.Length..].Trim()
                : null,
            request.Headers["x-functions-key"] is [{ } header] ? header : null,
            request.Query["code"] is [{ } code] ? code : null,
        ];
        return sent.Where(key => !string.IsNullOrEmpty(key)).Distinct().ToList() is [{ Length: <= 256 } one] ? one : null;
    }
}
