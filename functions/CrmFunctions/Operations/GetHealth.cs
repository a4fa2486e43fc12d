using System.Text.Json.Serialization;
using Azure;
using CrmFunctions.Calibrations;
using CrmFunctions.Standards;
using CrmFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations;

/// <summary>Answers whether the suite is ready, and what it has cost since it started.</summary>
public sealed class GetHealth(CrmTables tables, OperationCount operations, Desk desk, Clocks clocks, CalibrationStore calibrations)
{
#pragma warning disable CS1591
    [Function(nameof(GetHealth))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Health)] HttpRequest request, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var (ready, why) = await Storage(cancellationToken);
        var alarms = ready ? await Alarms(cancellationToken) : [];
        return TypedResults.Json(
            new HealthAnswer(ready ? "ready" : "unavailable", why, clocks.Now, desk.Standard.Name, desk.Calibration.Version, alarms, Counted()),
            OperationsJson.Default.HealthAnswer,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<(bool Ready, string? Why)> Storage(CancellationToken cancellationToken)
    {
        try
        {
            var standard = await tables.Standards.Get<StandardRow>(desk.Standard.Scheme, desk.Standard.Version, cancellationToken, ["RowKey"]);
            return (standard is not null, standard is null ? "The standard in force is not recorded yet." : null);
        }
        catch (RequestFailedException failed)
        {
            return (false, $"Table Storage answers {failed.Status} {failed.ErrorCode}.");
        }
    }

    private async Task<IReadOnlyList<string>> Alarms(CancellationToken cancellationToken)
    {
        var alarms = new List<string>();
        foreach (var scheme in desk.InForce.Schemes.Select(each => each.Standard.Scheme))
        {
            if (await calibrations.ReadRun(scheme, cancellationToken) is { Alarm: { } alarm }) alarms.Add($"calibration of {scheme}: {alarm}");
        }

        return alarms;
    }

    private CountedAnswer Counted()
    {
        var (tables, broker, events) = (operations.Tables, operations.Broker, operations.Events);
        decimal? PerEvent(long count) => events == 0 ? null : Math.Round((decimal)count / events, 2);
        return new CountedAnswer(tables, broker, events, PerEvent(tables), PerEvent(broker));
    }
}

/// <summary>Whether the suite is ready.</summary>
/// <param name="Status">ready or unavailable.</param>
/// <param name="Why">Why it is unavailable.</param>
/// <param name="Clock">The business clock. UTC.</param>
/// <param name="Standard">The primary standard in force.</param>
/// <param name="Calibration">The calibration it uses.</param>
/// <param name="Alarms">What a person must look at, a sentence each.</param>
/// <param name="Operations">What this process has done.</param>
public sealed record HealthAnswer(string Status, string? Why, DateTimeOffset Clock, string Standard, string Calibration, IReadOnlyList<string> Alarms, CountedAnswer Operations);

/// <summary>What this process has done since it started.</summary>
/// <param name="Tables">Table transactions.</param>
/// <param name="ServiceBus">Broker operations.</param>
/// <param name="Events">Events new to the log.</param>
/// <param name="TablesPerEvent">Null where there was no event.</param>
/// <param name="ServiceBusPerEvent">Null where there was no event.</param>
public sealed record CountedAnswer(long Tables, long ServiceBus, long Events, decimal? TablesPerEvent, decimal? ServiceBusPerEvent);

/// <summary>JSON of the answers of operations.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(RecalculateAllAnswer))]
internal sealed partial class OperationsJson : JsonSerializerContext;
