namespace AzureSdk.Local.ServiceBusTriggers;

internal sealed class MessagePumps
{
    private bool a;
    internal void Start()
    {
        a = true;
    }

    internal void StopReceiving()
    {
        a = false;
    }

    internal Task Close() => a ? Task.CompletedTask : Task.CompletedTask;
}
