using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Customers;

/// <summary>
/// Files what a person of ours decided about a customer as an event, under the customer's own handle: in the log first, like all else, so
/// that a replay knows it.
/// </summary>
public sealed class ManualEventWriter(CustomerReader reader, EventLog log, Clocks clocks)
{
    /// <summary>Files an event with the members of a request's body.</summary>
    /// <param name="request">Its body is one JSON object, or empty where that is allowed.</param>
    /// <param name="id">The customer.</param>
    /// <param name="type">The event's type.</param>
    /// <param name="complete">Completes and checks the members; what it returns is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IResult> File(
        HttpRequest request,
        string id,
        string type,
        Func<JsonObject, FieldProblem?> complete,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var (data, unreadable) = await Read(request, cancellationToken);
        if (data is null)
            return unreadable!.ToResult();

        // Who did it is known from the key; the body does not say it.
        data[type == EventTypes.FollowUpDone ? "by" : "author"] = Caller.CurrentName;
        if (data["reason"] is JsonValue reason && reason.TryGetValue<string>(out var why))
            AuditTrail.Because(why);
        if (complete(data) is { } wrong)
            return Refused([wrong]);

        data["customer"] = new JsonObject { ["id"] = customer.Id.Key };
        var (name, now) = ($"{type}-{Guid.NewGuid():n}", Instants.Milliseconds(clocks.Now));
        var json = JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["specversion"] = "1.0",
                ["source"] = CustomerEvent.OwnSource,
                ["id"] = name,
                ["type"] = type,
                ["time"] = now.ToString("O"),
                ["data"] = data,
            }
        );
        if (LogEntry.Read(json, now, out var problems) is not { } entry)
        {
            return Refused([
                .. problems.Select(problem => new FieldProblem(
                    problem.Field.Replace("data.", "", StringComparison.Ordinal),
                    problem.Message
                )),
            ]);
        }

        AuditTrail.Note(null, data.ToJsonString());
        await log.File([entry with { Filed = customer.Id, Kind = "person" }], cancellationToken);
        return TypedResults.Json(
            new ManualEventAnswer(customer.Id.Key, name, now),
            ManualOverridesJson.Default.ManualEventAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    private static async Task<(JsonObject? Data, Problem? Problem)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        if (HttpMethods.IsDelete(request.Method))
        {
            return (Of(("scheme", request.Query["scheme"]), ("reason", request.Query["reason"])), null);
        }

        var (json, problem) = await request.ReadObject(cancellationToken);
        return problem is null ? (JsonObject.Create(json), null) : (null, problem);
    }

    private static JsonObject Of(params IEnumerable<(string Name, Microsoft.Extensions.Primitives.StringValues Value)> members) =>
        new(
            members
                .Where(member => member.Value is [{ Length: > 0 }, ..])
                .Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, member.Value[0]))
        );

    private static IResult Refused(IReadOnlyList<FieldProblem> problems) =>
        new Problem(ProblemKind.InvalidRequest, "Send it again when mended; nothing was done.", problems).ToResult();
}

/// <summary>What a person decided is in the log; within seconds it counts.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Event">Id of the event in the timeline, of source crm.</param>
/// <param name="At">When. UTC.</param>
public sealed record ManualEventAnswer(string CustomerId, string Event, DateTimeOffset At);

/// <summary>JSON of the answers.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase
)]
[System.Text.Json.Serialization.JsonSerializable(typeof(ManualEventAnswer))]
internal sealed partial class ManualOverridesJson : System.Text.Json.Serialization.JsonSerializerContext;
