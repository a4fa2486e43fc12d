using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.SampleApp;

/// <summary>One function of each kind. They tell what they do on standard output.</summary>
public sealed class SampleFunctions
{
    /// <summary>Answers at once.</summary>
    [Function(nameof(Hello))]
    public static IResult Hello(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name}")] HttpRequest request,
        string name
    ) => TypedResults.Text($"Hello, {name}.");

    /// <summary>Ends when a line comes on standard input, so that a test decides when.</summary>
    [Function(nameof(Hold))]
    public static async Task Hold(
        [ServiceBusTrigger("held", Connection = "Bus")] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken
    )
    {
        Console.WriteLine($"begins {message.Body} delivery {message.DeliveryCount}");
        await Console.In.ReadLineAsync(cancellationToken);
        Console.WriteLine($"ends {message.Body} delivery {message.DeliveryCount}");
    }

    /// <summary>Runs at New Year.</summary>
    [Function(nameof(Yearly))]
    public static void Yearly([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => Console.WriteLine($"yearly, past due: {timer.IsPastDue}");
}
