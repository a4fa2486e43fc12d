using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.SampleApp;

/// <summary>One function of each kind. They tell what they do on standard output.</summary>
public sealed class SampleFunctions
{
    /// <summary>Answers at once.</summary>
    [Function(nameof(Hello))]
    public static IResult Hello([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name}")] HttpRequest request, string name) =>
        TypedResults.Text($"Hello, {name}.");

    /// <summary>Runs at New Year.</summary>
    [Function(nameof(Yearly))]
    public static void Yearly([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => Console.WriteLine($"yearly, past due: {timer.IsPastDue}");
}
