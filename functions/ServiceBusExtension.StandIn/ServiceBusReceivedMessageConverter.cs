using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Binds what the host sends of a message, 16 bytes of lock token and then the message in AMQP, to the client's type.</summary>
[SupportsDeferredBinding]
[SupportedTargetType(typeof(ServiceBusReceivedMessage))]
[SupportedTargetType(typeof(ServiceBusReceivedMessage[]))]
internal sealed class ServiceBusReceivedMessageConverter : IInputConverter
{
    private const int LockTokenBytes = 16;

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        try
        {
            return new(
                context.Source switch
                {
                    ModelBindingData one => ConversionResult.Success(Message(one)),
                    CollectionModelBindingData many => ConversionResult.Success(many.ModelBindingData.Select(Message).ToArray()),
                    _ => ConversionResult.Unhandled(),
                }
            );
        }
#pragma warning disable CA1031 // As the package's converter: any failure is the result.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new(ConversionResult.Failed(error));
        }
    }

    private static ServiceBusReceivedMessage Message(ModelBindingData data)
    {
        if (data is not { Source: "AzureServiceBusReceivedMessage", ContentType: "application/octet-stream" })
            throw new InvalidOperationException(
                $"Binding data of source '{data.Source}' and content type '{data.ContentType}' are no Service Bus message."
            );
        var bytes = data.Content.ToMemory();
        return ServiceBusReceivedMessage.FromAmqpMessage(
            AmqpAnnotatedMessage.FromBytes(BinaryData.FromBytes(bytes[LockTokenBytes..])),
            BinaryData.FromBytes(bytes[..LockTokenBytes])
        );
    }
}
