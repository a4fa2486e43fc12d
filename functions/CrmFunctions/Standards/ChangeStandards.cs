using System.Collections.Immutable;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Messaging;
using CrmFunctions.Standards.Plans;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Standards;

/// <summary>Puts standards and calibrations into force, and has everybody decided again.</summary>
/// <remarks>Source: Standards/STANDARDS.md.</remarks>
public sealed class ChangeStandards(StandardStore store, TieringEngine engine, Bus bus, Clocks clocks, IOptions<StandardOptions> options)
{
    private const int Races = 8;
    private static readonly TimeSpan margin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Puts a standard with its calibration into force in its scheme: in place of the one that was, or as one more scheme.
    /// </summary>
    /// <param name="standard">On record already.</param>
    /// <param name="calibration">On record already; it serves the standard.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>The revision since which it is in force.</returns>
    public async Task<int> PutInForce(Standard standard, Calibration calibration, CancellationToken cancellationToken)
    {
        if (!Calibrator.Serves(calibration, standard))
            throw new InvalidOperationException($"Calibration {calibration.Version} does not serve {standard.Name}.");
        var names = new SchemeNames(standard.Scheme, standard.Version, calibration.Version);
        for (var race = 0; race < Races; race++)
        {
            var read =
                await store.ReadRow(cancellationToken)
                ?? throw new InvalidOperationException("Nothing is in force yet: the app prepares its tables first.");
            var schemes = StandardStore.NamesOf(read);
            if (schemes.Contains(names))
                return read.Revision;
            if (await Write(read, Replaced(schemes, names), PlanStore.NamesOf(read), read.Seeded, cancellationToken) is { } revision)
                return revision;
        }

        throw new InvalidOperationException($"What is in force was changed by others {Races} times meanwhile; try again.");
    }

    /// <summary>Puts a plan into force in its scheme, or takes it out of force; everybody is decided again.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="version">On record already. Null: the scheme has no plan from now on.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>The revision since which it is in force.</returns>
    public Task<int> PutPlan(string scheme, string? version, CancellationToken cancellationToken) =>
        Again(
            plans => [.. plans.Where(plan => plan.Scheme != scheme), .. version is null ? [] : new[] { new PlanNames(scheme, version) }],
            cancellationToken
        );

    /// <summary>Requests a recalculation of all customers by what is in force, because the owners have changed.</summary>
    /// <returns>The revision that is rolled out.</returns>
    public Task<int> Again(CancellationToken cancellationToken) => Again(plans => plans, cancellationToken);

    private async Task<int> Again(Func<ImmutableArray<PlanNames>, ImmutableArray<PlanNames>> change, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            var read =
                await store.ReadRow(cancellationToken)
                ?? throw new InvalidOperationException("Nothing is in force yet: the app prepares its tables first.");
            if (
                await Write(read, StandardStore.NamesOf(read), change(PlanStore.NamesOf(read)), read.Seeded, cancellationToken) is
                { } revision
            )
                return revision;
        }

        throw new InvalidOperationException($"What is in force was changed by others {Races} times meanwhile; try again.");
    }

    /// <summary>
    /// Before the first request: what the settings bring is in force, unless it was before and something else has been put since.
    /// </summary>
    /// <exception cref="InvalidOperationException">The standard of the settings needs a calibration that is not there.</exception>
    public async Task Seed(Standard standard, string json, CancellationToken cancellationToken)
    {
        await store.Record(standard, json, clocks.Now, cancellationToken);
        var names = new SchemeNames(standard.Scheme, standard.Version, Calibration.None.Version);
        while (await store.ReadRow(cancellationToken) is var read && read?.Seeded != standard.Version)
        {
            var schemes = read is null ? [] : StandardStore.NamesOf(read);
            if (schemes.FirstOrDefault(each => each.Scheme == standard.Scheme) is { } before)
                names = names with { Calibration = before.Calibration };
            var calibration = read is null
                ? Calibration.None
                : (await store.Load(read, engine.InForce, cancellationToken)).Find(standard.Scheme)?.Calibration ?? Calibration.None;
            if (!Calibrator.Serves(calibration, standard))
            {
                throw new InvalidOperationException(
                    $"Setting {StandardStore.FileSetting}: {standard.Name} has bands by percentile and no calibration was made for it. Start with absolute bands, and put this one with PUT /api/standards/{standard.Scheme}, which calibrates first."
                );
            }

            if (
                await Write(
                    read,
                    Replaced(schemes, names),
                    read is null ? [] : PlanStore.NamesOf(read),
                    standard.Version,
                    cancellationToken
                )
                is not null
            )
                break;
        }

        await engine.Follow(cancellationToken);
    }

    // Asked for before it is written, as with events: who dies between has asked for nothing new, which does no harm.
    private async Task<int?> Write(
        ActiveStandardsRow? read,
        ImmutableArray<SchemeNames> schemes,
        ImmutableArray<PlanNames> plans,
        string seeded,
        CancellationToken cancellationToken
    )
    {
        var revision = (read?.Revision ?? 0) + 1;
        var asked = read is null ? (DateTimeOffset?)null : await Ask(revision, "", cancellationToken);
        var row = new ActiveStandardsRow
        {
            Revision = revision,
            ChangedAt = clocks.Now,
            Schemes = StandardStore.Written(schemes),
            Plans = PlanStore.Written(plans),
            Seeded = seeded,
        };
        if (!await store.Write(row, read, cancellationToken))
            return null;
        CrashPoints.Passed(CrashPoints.InForceWritten);
        if (asked is { } visible && clocks.Machine.GetUtcNow() > visible - margin)
            await Ask(revision, ":late", cancellationToken);
        await engine.Follow(cancellationToken);
        return revision;
    }

    // Visible when every instance has had the time to follow: later decisions are made by the new standard.
    private async Task<DateTimeOffset> Ask(int revision, string again, CancellationToken cancellationToken)
    {
        var visible = clocks.Machine.GetUtcNow() + options.Value.FollowEvery + margin + margin;
        var rollout = new RolloutStep(revision, "", 0);
        await bus.Send(
            Flow.Queues.Rollouts,
            [Bus.Message($"rollout:{revision}:{clocks.Machine.GetUtcNow().Ticks}{again}", rollout, visible)],
            cancellationToken
        );
        return visible;
    }

    private static ImmutableArray<SchemeNames> Replaced(ImmutableArray<SchemeNames> schemes, SchemeNames names)
    {
        var at = schemes.Select(each => each.Scheme).ToList().IndexOf(names.Scheme);
        return at < 0 ? schemes.Add(names) : schemes.SetItem(at, names);
    }
}
