using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Privacy;

/// <summary>
/// Refuses to start on tables whose handles were made under another secret: nobody would be found, and each customer would come to be a
/// second time.
/// </summary>
public sealed class HandleKeyCheck(CrmTables tables, EventLog log, ILogger<HandleKeyCheck> logger) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The secret is not the one of the tables; the message says what to do.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var keys = HandleKeys.InForce;
        var noted =
            await tables.Privacy.Get<HandleKeyRow>(HandleKeyRow.Partition, HandleKeyRow.Key, cancellationToken)
            ?? await Note(keys, cancellationToken);
        if (noted is { IsMoving: true })
        {
            throw new InvalidOperationException(
                "A restore under a new Handles__Key has not ended: go on with it by crm restore --continue."
            );
        }

        if ((noted?.Check ?? HandleKeys.None.Check) != keys.Check)
        {
            throw new InvalidOperationException(
                $"Handles__Key is not the one that the tables were written under ({noted?.Keys ?? 0} secrets, here {keys.Count}). "
                    + "Put that one back, or move the tables to this one: crm backup, and crm restore --new-handle-key."
            );
        }

        if (keys.Count == 0)
            logger.HandlesAreUnkeyed();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The first start on empty tables notes its secret. Tables that have events and no note are of before there was a secret.
    private async Task<HandleKeyRow?> Note(HandleKeys keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0 || !await log.IsEmpty(cancellationToken))
            return null;

        // Where another instance was faster, its note is the one that counts.
        await tables.Privacy.Add(HandleKeyRow.Of(keys), cancellationToken);
        return await tables.Privacy.Get<HandleKeyRow>(HandleKeyRow.Partition, HandleKeyRow.Key, cancellationToken);
    }
}

/// <summary>Which secret the tables were written under, and nothing by which it could be found.</summary>
public sealed class HandleKeyRow : ITableEntity
{
    /// <summary>The partition.</summary>
    public const string Partition = "handles";

    /// <summary>The row key.</summary>
    public const string Key = "key";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary><see cref="HandleKeys.Check"/> of the secrets.</summary>
    public string Check { get; set; } = "";

    /// <summary>How many secrets there are.</summary>
    public int Keys { get; set; }

    /// <summary>A restore under a new secret has begun and not ended; <c>crm restore</c> writes it.</summary>
    public bool IsMoving { get; set; }

    /// <summary>The row for secrets.</summary>
    public static HandleKeyRow Of(HandleKeys keys) => new() { Check = keys.Check, Keys = keys.Count };
}
