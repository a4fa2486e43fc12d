using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Events;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.Sources.Quarantine;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks;

/// <summary>
/// Takes what was kept aside as if it came now. What it says has a name of its own, so that it counts once, however often it is released.
/// </summary>
public sealed class QuarantineReleaser(
    SourceDirectory sources,
    DeliveryFiling filing,
    EventLog log,
    QuarantineStore quarantine,
    HookLimits limits
)
{
    /// <summary>Tries rows again; those that can be taken now leave the quarantine.</summary>
    public async Task<ReleaseAnswer> Release(IReadOnlyList<QuarantineRow> rows, string? next, CancellationToken cancellationToken)
    {
        var (released, accepted, duplicates, left) = (0, 0, 0, new List<QuarantineItem>());
        sources.Forget();
        foreach (var row in rows)
        {
            var (receipt, aside) =
                row.Provider == QuarantineRow.Api ? (await Event(row, cancellationToken), null) : await Delivered(row, cancellationToken);
            accepted += receipt.Accepted;
            duplicates += receipt.Duplicates;
            if (aside is not null)
            {
                left.Add(QuarantineItem.Of(row) with { Reason = aside.Reason, Detail = aside.Detail });
                continue;
            }

            // Who dies before this finds it again, and its events in the log.
            CrashPoints.Passed(CrashPoints.Released);
            await quarantine.Delete(row, cancellationToken);
            released++;
        }

        return new ReleaseAnswer(released, accepted, duplicates, left, next);
    }

    // It was released as another event: it gets a name that says so, always the same one. Whether its identifiers are claimed was decided
    // when it came, and it says so itself.
    private async Task<DeliveryReceipt> Event(QuarantineRow row, CancellationToken cancellationToken)
    {
        var json = JsonNode.Parse(row.Body())!.AsObject();
        json["id"] = $"{row.EventId}~{row.RowKey[^8..]}";
        using var document = JsonDocument.Parse(json.ToJsonString());
        var entry =
            LogEntry.Read(document.RootElement, row.ReceivedAt, out var problems, claimed: false)
            ?? throw new FormatException(
                $"Row {row.Id} of the quarantine was an event once: {string.Join("; ", problems.Select(problem => problem.Field))}."
            );
        var filing = (await log.File([entry with { Kind = "quarantine" }], cancellationToken))[0];
        return new DeliveryReceipt(filing == FilingResult.Accepted ? 1 : 0, filing == FilingResult.Duplicate ? 1 : 0, 0);
    }

    private async Task<(DeliveryReceipt Receipt, QuarantineCause? Aside)> Delivered(QuarantineRow row, CancellationToken cancellationToken)
    {
        var none = new DeliveryReceipt(0, 0, 0);
        var source = await sources.Find(row.Source, cancellationToken);
        if (SourceDirectory.IsStranger(source))
            return (none, new QuarantineCause(row.Reason, "There is no such source any more; make it again, or discard this."));

        // What was refused for its signature must fit a secret that is in force now, and have been of its time when it came.
        var delivery = Kept(row);
        var verdict = source.Provider.Verify(delivery with { ReceivedAt = limits.Now }, source);
        if (row.RowKey.StartsWith(QuarantineRow.Refused, StringComparison.Ordinal))
        {
            if (!verdict.Authentic || !limits.IsInTime(verdict, row.ReceivedAt))
                return (
                    none,
                    new QuarantineCause(
                        QuarantineReasons.BadSignature,
                        "It fits no secret in force; mend the source's secrets, or discard this."
                    )
                );
        }
        else if (!verdict.Authentic)
        {
            // Found authentic when it came; its secret may have been replaced since.
            verdict = new SignatureCheck("kept");
        }

        var filed = await filing.File(delivery, source, verdict, keeps: false, cancellationToken);
        return (
            filed.Receipt,
            filed.Refused is { } refused ? new QuarantineCause(QuarantineReasons.Invalid, refused.Detail)
            : filed.Asides.Count > 0 ? filed.Asides[0]
            : null
        );
    }

    private static Delivery Kept(QuarantineRow row)
    {
        var headers = new HeaderDictionary();
        foreach (
            var (name, values) in JsonSerializer.Deserialize(
                row.Headers ?? "{}",
                QuarantinedDeliveryJson.Default.DictionaryStringStringArray
            )!
        )
            headers[name] = values;
        return new Delivery("POST", row.Query ?? "", headers, row.Body(), row.ReceivedAt);
    }
}
