namespace AzureSdk.Local.ServiceBusTriggers;

/// <summary>placeholder</summary>
internal static class MessageValues
{
    internal static void CheckType(Type type, bool isBatched, string place)
    {
    }
}
