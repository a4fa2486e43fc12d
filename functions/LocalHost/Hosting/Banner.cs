using LocalHost.Functions;
using Microsoft.AspNetCore.Routing.Patterns;

namespace LocalHost.Hosting;

/// <summary>The list of functions at start, as <c>func start</c> writes it.</summary>
internal static class Banner
{
    internal static void Write(TextWriter output, FunctionCatalog functions, Uri address)
    {
        output.WriteLine();
        output.WriteLine("Functions:");
        foreach (var function in functions.All)
        {
            output.WriteLine();
            output.WriteLine($"        {function.Name}: {Describe(function.Trigger, address)}{(function.IsDisabled ? " (disabled)" : "")}");
        }

        output.WriteLine();
        output.WriteLine($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
        output.Flush();
    }

    private static string Describe(Trigger trigger, Uri address) =>
        trigger switch
        {
            HttpTrigger http =>
                $"[{(http.Methods.Count == 0 ? "any" : string.Join(',', http.Methods.Select(method => method.ToUpperInvariant())))}] {address}{Route(http.Route)}",
            TimerTrigger timer => $"timerTrigger {timer.Schedule.Text}",
            QueueTrigger queue => $"serviceBusTrigger {queue.Queue}{(queue.IsBatched ? " (batches)" : "")}",
            _ => trigger.BindingType,
        };

    private static string Route(RoutePattern route) => route.RawText ?? "";
}
