using System.Text.Json;
using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>What a function takes of a message: the message, its body as text or bytes, or an object read from JSON.</summary>
internal static class MessageValues
{
    internal static void CheckType(Type type, bool isBatched, string place)
    {
        if (isBatched != (type.IsArray && type != typeof(byte[])))
        {
            throw new HostStartException(isBatched
                ? $"{place}: with IsBatched = true the trigger stands on an array, such as ServiceBusReceivedMessage[]; it stands on {type.Name}."
                : $"{place}: the trigger stands on {type.Name}; for an array set IsBatched = true.");
        }

        if (type.IsByRef || type.IsPointer || typeof(Delegate).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type))
        {
            throw new HostStartException($"{place}: a message cannot be read as {type.Name}; take ServiceBusReceivedMessage, string, BinaryData or a type read from JSON.");
        }
    }

    /// <exception cref="JsonException">The body is not JSON of that type.</exception>
    internal static object? Convert(ServiceBusReceivedMessage message, Type type, JsonSerializerOptions json) =>
        type == typeof(ServiceBusReceivedMessage) ? message
        : type == typeof(string) ? message.Body.ToString()
        : type == typeof(BinaryData) ? message.Body
        : type == typeof(byte[]) ? message.Body.ToArray()
        : JsonSerializer.Deserialize(message.Body, type, json);

    internal static Array Convert(IReadOnlyList<ServiceBusReceivedMessage> messages, Type elementType, JsonSerializerOptions json)
    {
        var values = Array.CreateInstance(elementType, messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            values.SetValue(Convert(messages[i], elementType, json), i);
        }

        return values;
    }
}
