using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>The last word on an attribute.</summary>
internal sealed class AttributeGauge : Gauge
{
    private readonly List<AttributeValue> words = [];
    private int entered;

    public AttributeGauge(ImmutableArray<AttributeValue> attributes, string name)
    {
        foreach (var word in attributes)
        {
            if (word.Name == name)
                words.Add(word);
        }
    }

    /// <summary>The value as text at the last move; null where there is none.</summary>
    public string? Text => entered == 0 ? null : words[entered - 1].Text;

    public override void Move(long now)
    {
        while (entered < words.Count && words[entered].At.UtcTicks <= now)
            entered++;
        Next = entered < words.Count ? words[entered].At.UtcTicks : Never;
    }

    public override Reading At(long now) => entered > 0 && words[entered - 1].Number is { } number ? number : Reading.Unknown;

    public override ImmutableArray<string> Events() => entered == 0 ? [] : [words[entered - 1].Event];
}
