using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Telemetry;

/// <summary>What starts functions, in the words of OpenTelemetry's <c>faas.trigger</c>.</summary>
public static class Triggers
{
    public const string Http = "http";
    public const string Queue = "pubsub";
    public const string Timer = "timer";

    /// <summary>What starts a function.</summary>
    public static string Of(FunctionDefinition function)
    {
        foreach (var binding in function.InputBindings.Values)
        {
            if (binding.Type.Equals("serviceBusTrigger", StringComparison.OrdinalIgnoreCase))
                return Queue;
            if (binding.Type.Equals("timerTrigger", StringComparison.OrdinalIgnoreCase))
                return Timer;
            if (binding.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase))
                return Http;
        }

        throw new InvalidOperationException($"Function {function.Name} is started by nothing that is known here.");
    }
}
