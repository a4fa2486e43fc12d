namespace Microsoft.Azure.Functions.Worker;

/// <summary>placeholder</summary>
public class ServiceBusMessageActions
{
}
