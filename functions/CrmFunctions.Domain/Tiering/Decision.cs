using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Tiering;

/// <summary>What a standard says of a customer at an instant.</summary>
public sealed class Decision(Facts facts, Standard standard, Calibration calibration)
{
    private TierExplanation? receipt;
    private Outlook? outlook;

    /// <summary>The instant. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The standard that decided.</summary>
    public Standard By => standard;

    /// <summary>Its scheme and version.</summary>
    public string Standard => standard.Name;

    /// <summary>The tier.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The stage of life.</summary>
    public required Stage Stage { get; init; }

    /// <summary>0 to 100: the sum of the receipt's terms, exactly.</summary>
    public required decimal Score { get; init; }

    /// <summary>Put on by hand or given by rules, in ordinal order.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>What is owed to the customer now.</summary>
    public required ImmutableArray<Obligation> Obligations { get; init; }

    /// <summary>
    /// The first whole second after <see cref="At"/> at which tier, stage, tags or obligations would differ with no new event, or at which
    /// an event dated ahead takes place. Null: never, which is not within a hundred years.
    /// </summary>
    public required DateTimeOffset? NextReview { get; init; }

    /// <summary>When the stage changes by silence alone.</summary>
    public required StageTimes Stages { get; init; }

    /// <summary>When the stage would have changed by silence alone, had only these facts been known.</summary>
    public StageTimes TimesOf(Facts then) => standard.Lifecycle.Times(then, calibration.OutlookOf(then, standard));

    /// <summary>What the value models expect. Asked when it is first asked for: it follows from the same facts.</summary>
    public Outlook Outlook => outlook ??= calibration.OutlookOf(facts, standard);

    /// <summary>Why. Written when it is first asked for: it follows from the same facts.</summary>
    public TierExplanation Receipt => receipt ??= TierExplanations.Write(facts, standard, calibration, At);
}
