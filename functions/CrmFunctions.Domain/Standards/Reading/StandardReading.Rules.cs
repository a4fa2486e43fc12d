using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Standards;

/// <content>Rules and the lifecycle.</content>
internal static partial class StandardReading
{
    private const int MostRules = 60;

    private static ImmutableArray<Rule> Rules(JsonFields fields, ImmutableArray<Tier> tiers, bool ladder)
    {
        if (!fields.Has("rules"))
            return [];
        var items = fields.Items("rules");
        if (items.Count > MostRules)
            fields.Refuse("rules", $"must be {MostRules} or fewer");
        return [.. fields.Objects("rules", items).Select(rule => Rule(rule, tiers, ladder)).OfType<Rule>()];
    }

    private static Rule? Rule(JsonFields fields, ImmutableArray<Tier> tiers, bool ladder)
    {
        fields.Know("when", "tier", "atLeast", "atMost", "tag", "reason");
        var when = fields.Member("when") is { } condition ? Condition(fields, "when", condition) : null;
        if (!fields.Has("when"))
            fields.Refuse(
                "when",
                "is missing; it says whom the rule concerns, such as \"tag:strategic\" or {\"measure\": \"orders\", \"atLeast\": 10}"
            );
        var reason = fields.Words("reason");
        var tag = fields.TextIfAny("tag");
        if (fields.Has("tag") && string.IsNullOrWhiteSpace(tag))
            fields.Refuse("tag", "must be a non-empty string");

        var effects = new[] { ("tier", RuleEffect.Is), ("atLeast", RuleEffect.AtLeast), ("atMost", RuleEffect.AtMost) }
            .Where(effect => fields.Has(effect.Item1))
            .ToList();
        if (effects.Count > 1)
            fields.Refuse("must have one of tier, atLeast and atMost, not several");
        if (effects.Count == 0 && tag is null)
            fields.Refuse("must do something: name a tier, atLeast, atMost or a tag");
        var effect = effects.Count > 0 ? effects[0].Item2 : (RuleEffect?)null;
        if (!ladder && effect is RuleEffect.AtLeast or RuleEffect.AtMost)
            fields.Refuse(effects[0].Item1, "means nothing in classes, which have no rank; use tier");

        var tier = effects.Count > 0 ? TierNamed(fields, effects[0].Item1, fields.Json.GetProperty(effects[0].Item1), tiers) : 0;
        return when is null || reason is null ? null : new Rule(when, effect, tier, tag, reason);
    }

    private static Condition? Condition(JsonFields around, string place, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            if (json.GetString()!.Split(':', 2) is ["tag", { Length: > 0 } tag])
                return new HasTag(tag.Trim());
            around.Refuse(place, "must be \"tag:\" and a tag's name, or a JSON object");
            return null;
        }

        if (around.Inner(place, json) is not { } fields)
            return null;
        if (fields.Has("all"))
            return Several(fields, "all") is { } all ? new AllOf(all) : null;
        if (fields.Has("any"))
            return Several(fields, "any") is { } any ? new AnyOf(any) : null;
        if (fields.Member("not") is { } negated)
        {
            fields.Know("not");
            return Condition(fields, "not", negated) is { } inner ? new Negation(inner) : null;
        }

        return fields.Member("is") is { } texts ? Textual(fields, texts) : Numerical(fields);
    }

    private static ImmutableArray<Condition>? Several(JsonFields fields, string name)
    {
        fields.Know(name);
        var conditions = fields
            .Items(name)
            .Select((item, i) => Condition(fields, $"{name}[{i}]", item))
            .OfType<Condition>()
            .ToImmutableArray();
        if (conditions.Length == 0)
            fields.Refuse(name, "must have one condition or more");
        return conditions.Length == 0 ? null : conditions;
    }

    private static HasText? Textual(JsonFields fields, JsonElement texts)
    {
        fields.Know("attribute", "is");
        var attribute = fields.Words("attribute");
        ImmutableArray<string> said = texts.ValueKind switch
        {
            JsonValueKind.String => [texts.GetString()!],
            JsonValueKind.Array =>
            [
                .. texts.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!),
            ],
            _ => [],
        };
        if (texts.ValueKind == JsonValueKind.Array && said.Length < texts.GetArrayLength())
            fields.Ignore("is", "has items that are no texts and mean nothing");
        if (said.IsEmpty)
            fields.Refuse("is", "must be a text or a list of texts");
        return attribute is null || said.IsEmpty ? null : new HasText(attribute, said);
    }

    private static InRange? Numerical(JsonFields fields)
    {
        fields.Know([.. ofQuantity, "atLeast", "below"]);
        var what = Quantity(fields);
        foreach (var end in new[] { "atLeast", "below" })
        {
            if (fields.Has(end) && fields.NumberIfAny(end) is null)
                fields.Ignore(end, "is no number and means nothing");
        }

        var from = fields.NumberIfAny("atLeast");
        var below = fields.NumberIfAny("below");
        if ((from is null && below is null) || from >= below)
            fields.Refuse("must have a number atLeast, a number below, or both in this order");
        return what is null || (from is null && below is null) ? null : new InRange(what, from, below);
    }

    private static LifecycleRules Lifecycle(JsonFields standard)
    {
        if (standard.InnerIfAny("lifecycle") is not { } fields)
        {
            standard.Refuse("lifecycle", "is missing; it says when a customer is new, dormant, about to be lost and lost");
            return new LifecycleRules(default, default, Silence.Of(default), Silence.Of(default), default);
        }

        fields.Know("newFor", "intentFor", "dormant", "churnWarning", "churned");
        TimeSpan Needed(string name)
        {
            if (fields.Duration(name) is { } duration)
                return duration;
            if (fields.Problems.Count == 0)
                fields.Refuse(name, "is missing; send a duration such as P30D");
            return TimeSpan.Zero;
        }

        var churned = Needed("churned");
        var dormant = SilenceOf(fields, "dormant", default, churned);
        var warning = SilenceOf(fields, "churnWarning", dormant.Otherwise, churned);
        var rules = new LifecycleRules(
            Needed("newFor"),
            fields.Has("intentFor") ? Needed("intentFor") : TimeSpan.FromDays(90),
            dormant,
            warning,
            churned
        );
        if (fields.Problems.Count == 0 && (dormant.Otherwise >= warning.Otherwise || warning.Otherwise >= churned))
            fields.Refuse("must have dormant before churnWarning before churned");
        return rules;
    }

    /// <summary>A duration, or an object that asks the model: {"pAliveBelow": 0.5, "atLeast": "P60D", "otherwise": "P90D"}.</summary>
    private static Silence SilenceOf(JsonFields lifecycle, string name, TimeSpan after, TimeSpan before)
    {
        if (lifecycle.InnerIfAny(name) is not { } fields)
        {
            if (!lifecycle.Has(name))
                lifecycle.Refuse(name, "is missing; send a duration such as P30D");
            return Silence.Of(lifecycle.Duration(name) ?? default);
        }

        fields.Know("pAliveBelow", "pNoOrderAbove", "churnAbove", "horizon", "atLeast", "otherwise");
        var least = fields.Duration("atLeast") ?? TimeSpan.FromDays(1);

        // Where no model can answer: half-way between what comes before and being lost.
        var halfway = TimeSpan.FromDays(Math.Floor((after + ((before - after) / 2)).TotalDays));
        var otherwise = fields.Duration("otherwise") ?? (least > halfway ? least : halfway);
        if (otherwise < least)
            fields.Refuse("otherwise", "must not be shorter than atLeast");
        return new Silence(least, otherwise, Asked(fields));
    }

    private static SilenceCondition? Asked(JsonFields fields)
    {
        string[] known = ["pAliveBelow", "pNoOrderAbove", "churnAbove"];
        var asked = known.Where(fields.Has).ToList();
        if (asked.Count != 1)
        {
            fields.Refuse($"must have one of {string.Join(", ", known)}, or be a duration");
            return null;
        }

        if (fields.NumberIfAny(asked[0]) is not (> 0 and < 1 and var level))
        {
            fields.Refuse(asked[0], "must be a probability above 0 and below 1");
            return null;
        }

        if (asked[0] != "pNoOrderAbove" && fields.Has("horizon"))
            fields.Ignore("horizon", "means something with pNoOrderAbove only");
        if (asked[0] != "pNoOrderAbove")
            return asked[0] == "pAliveBelow" ? new AliveBelow((double)level) : new ChurnAbove((double)level);
        if (fields.Duration("horizon") is { } horizon)
            return new NoOrderAbove((double)level, horizon.TotalDays);
        if (!fields.Has("horizon"))
            fields.Refuse("horizon", "is missing; it says within how long no order would come, such as P90D");
        return null;
    }
}
