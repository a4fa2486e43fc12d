using System.Globalization;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Keeps the slots of robots.</summary>
public sealed class SlotStore(CrmTables tables)
{
    /// <summary>A slot; null where there is none.</summary>
    public Task<SlotRow?> Get(string robot, string slot, CancellationToken cancellationToken) => tables.Paces.Get<SlotRow>(robot, slot, cancellationToken);

    /// <summary>The slot that takes lines now; null where there is none.</summary>
    public async Task<SlotRow?> Open(string robot, CancellationToken cancellationToken) =>
        await tables.Paces.Get<OpenSlotRow>(robot, OpenSlotRow.Key, cancellationToken) is { } open ? await Get(robot, open.Slot, cancellationToken) : null;

    /// <summary>Adds a slot, and has it take lines from now on.</summary>
    public async Task Add(SlotRow slot, CancellationToken cancellationToken)
    {
        await tables.Paces.Add(slot, cancellationToken);
        await tables.Paces.Put(new OpenSlotRow { PartitionKey = slot.PartitionKey, Slot = slot.RowKey }, cancellationToken);
    }

    /// <summary>Writes a slot that was read; false where it has changed since.</summary>
    public Task<bool> Replace(SlotRow slot, CancellationToken cancellationToken) => tables.Paces.Replace(slot, slot.ETag, cancellationToken);

    /// <summary>Takes a slot away: everything in it has its end in the ledger.</summary>
    public Task Remove(SlotRow slot, CancellationToken cancellationToken) => tables.Paces.Remove(slot.PartitionKey, slot.RowKey, cancellationToken);

    /// <summary>A new key of a slot.</summary>
    public static string NewKey(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{SlotRow.Prefix}{at.UtcTicks:D19}-{Guid.NewGuid():N}");
}
