using System.Globalization;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Keeps the slots of robots.</summary>
public sealed class SlotStore(CrmTables tables)
{
    /// <summary>A slot; null where there is none.</summary>
    public Task<SlotRow?> Get(string robot, string slot, CancellationToken cancellationToken) =>
        tables.Paces.Get<SlotRow>(robot, slot, cancellationToken);

    /// <summary>Which slot takes lines now, and that slot; null where there is none.</summary>
    public async Task<(OpenSlotRow? Sign, SlotRow? Slot)> Open(string robot, CancellationToken cancellationToken)
    {
        var sign = await tables.Paces.Get<OpenSlotRow>(robot, OpenSlotRow.Key, cancellationToken);
        return (sign, sign is null ? null : await Get(robot, sign.Slot, cancellationToken));
    }

    /// <summary>Adds a slot, and has it take lines from now on.</summary>
    /// <returns>
    /// False where another process has begun one since it was read: the slot is gone again, and its lines go with the other.
    /// </returns>
    public async Task<bool> Begin(SlotRow slot, OpenSlotRow? seen, CancellationToken cancellationToken)
    {
        await tables.Paces.Add(slot, cancellationToken);
        var sign = new OpenSlotRow { PartitionKey = slot.PartitionKey, Slot = slot.RowKey };
        if (seen is null ? await tables.Paces.Add(sign, cancellationToken) : await tables.Paces.Replace(sign, seen.ETag, cancellationToken))
            return true;
        await Remove(slot, cancellationToken);
        return false;
    }

    /// <summary>Writes a slot that was read; false where it has changed since.</summary>
    public Task<bool> Replace(SlotRow slot, CancellationToken cancellationToken) =>
        tables.Paces.Replace(slot, slot.ETag, cancellationToken);

    /// <summary>Takes a slot away: everything in it has its end in the ledger.</summary>
    public Task Remove(SlotRow slot, CancellationToken cancellationToken) =>
        tables.Paces.Remove(slot.PartitionKey, slot.RowKey, cancellationToken);

    /// <summary>A new key of a slot.</summary>
    public static string NewKey(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{SlotRow.Prefix}{at.UtcTicks:D19}-{Guid.NewGuid():N}");
}
