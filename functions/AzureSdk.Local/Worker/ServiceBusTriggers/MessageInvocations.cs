using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using AzureSdk.Local.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>Runs a function for messages and settles them: completed when it returns, abandoned when it throws.</summary>
internal sealed class MessageInvocations(FunctionInvoker invoker, PumpServices services, IOptions<JsonSerializerOptions> json, IServiceProvider root)
{
    private readonly ConcurrentDictionary<MessageSettlement, byte> unsettled = new();

    internal async Task Run(
        FunctionDescriptor function, QueueDeclaration trigger, ServiceBusReceiver receiver, IReadOnlyList<ServiceBusReceivedMessage> messages, ILogger log)
    {
        var settlement = new MessageSettlement(receiver, messages, log);
        unsettled.TryAdd(settlement, 0);
        using var renewal = new LockRenewal(settlement, services.BrokerClock(trigger.Connection), services.Settings.MaxAutoLockRenewal, log);
        var context = new InvocationContext(function, root, new MessageBindingData(messages, trigger.IsBatched))
        {
            // Read within the invocation: a body that cannot be read is a failure like any other.
            ReadPayload = () => trigger.IsBatched
                ? MessageValues.Convert(messages, trigger.PayloadType.GetElementType()!, json.Value)
                : MessageValues.Convert(messages[0], trigger.PayloadType, json.Value),
            MessageActions = new ServiceBusMessageActions(settlement),
        };

        if (await invoker.Invoke(context) is not null)
        {
            await settlement.AbandonRest();
        }
        else if (trigger.AutoComplete)
        {
            await settlement.CompleteRest();
        }

        unsettled.TryRemove(settlement, out _);
    }

    /// <summary>Gives back what still runs, so that another host gets it at once.</summary>
    internal Task AbandonAll() => Task.WhenAll(unsettled.Keys.Select(settlement => settlement.AbandonRest()));
}
