using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Standards;

/// <content>Rules and the lifecycle.</content>
internal sealed partial class StandardReading
{
    private const int MostRules = 60;

    private ImmutableArray<Rule> Rules(JsonElement json, ImmutableArray<Tier> tiers, bool ladder)
    {
        if (!json.TryGetProperty("rules", out _))
            return [];
        var items = Items(json, "rules");
        if (items.Count > MostRules)
            Refuse("rules", $"must be {MostRules} or fewer");
        return [.. items.Select((item, i) => Rule(item, $"rules[{i}]", tiers, ladder)).OfType<Rule>()];
    }

    private Rule? Rule(JsonElement json, string path, ImmutableArray<Tier> tiers, bool ladder)
    {
        if (!IsObject(json, path))
            return null;
        Know(json, path, "when", "tier", "atLeast", "atMost", "tag", "reason");
        var when = json.TryGetProperty("when", out var condition) ? Condition(condition, $"{path}.when") : null;
        if (!json.TryGetProperty("when", out _))
            Refuse(
                $"{path}.when",
                "is missing; it says whom the rule concerns, such as \"tag:strategic\" or {\"measure\": \"orders\", \"atLeast\": 10}"
            );
        var reason = Text(json, "reason", $"{path}.reason");
        var tag = OptionalText(json, "tag");
        if (json.TryGetProperty("tag", out _) && string.IsNullOrWhiteSpace(tag))
            Refuse($"{path}.tag", "must be a non-empty string");

        var effects = new[] { ("tier", RuleEffect.Is), ("atLeast", RuleEffect.AtLeast), ("atMost", RuleEffect.AtMost) }
            .Where(effect => json.TryGetProperty(effect.Item1, out _))
            .ToList();
        if (effects.Count > 1)
            Refuse(path, "must have one of tier, atLeast and atMost, not several");
        if (effects.Count == 0 && tag is null)
            Refuse(path, "must do something: name a tier, atLeast, atMost or a tag");
        var effect = effects.Count > 0 ? effects[0].Item2 : (RuleEffect?)null;
        if (!ladder && effect is RuleEffect.AtLeast or RuleEffect.AtMost)
        {
            if (!ladder)
                Refuse($"{path}.{effects[0].Item1}", "means nothing in classes, which have no rank; use tier");
        }

        var tier = effects.Count > 0 ? TierNamed(json.GetProperty(effects[0].Item1), $"{path}.{effects[0].Item1}", tiers) : 0;
        return when is null || reason is null ? null : new Rule(when, effect, tier, tag, reason);
    }

    private Condition? Condition(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            if (json.GetString()!.Split(':', 2) is ["tag", { Length: > 0 } tag])
                return new HasTag(tag.Trim());
            Refuse(path, "must be \"tag:\" and a tag's name, or a JSON object");
            return null;
        }

        if (!IsObject(json, path))
            return null;
        if (json.TryGetProperty("all", out _))
            return Several(json, "all", path) is { } all ? new AllOf(all) : null;
        if (json.TryGetProperty("any", out _))
            return Several(json, "any", path) is { } any ? new AnyOf(any) : null;
        if (json.TryGetProperty("not", out var negated))
        {
            Know(json, path, "not");
            return Condition(negated, $"{path}.not") is { } inner ? new Negation(inner) : null;
        }

        return json.TryGetProperty("is", out var texts) ? Textual(json, texts, path) : Numerical(json, path);
    }

    private ImmutableArray<Condition>? Several(JsonElement json, string name, string path)
    {
        Know(json, path, name);
        var conditions = Items(json, name, $"{path}.{name}")
            .Select((item, i) => Condition(item, $"{path}.{name}[{i}]"))
            .OfType<Condition>()
            .ToImmutableArray();
        if (conditions.Length == 0)
            Refuse($"{path}.{name}", "must have one condition or more");
        return conditions.Length == 0 ? null : conditions;
    }

    private HasText? Textual(JsonElement json, JsonElement texts, string path)
    {
        Know(json, path, "attribute", "is");
        var attribute = Text(json, "attribute", $"{path}.attribute");
        ImmutableArray<string> said = texts.ValueKind switch
        {
            JsonValueKind.String => [texts.GetString()!],
            JsonValueKind.Array =>
            [
                .. texts.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!),
            ],
            _ => [],
        };
        if (said.IsEmpty)
            Refuse($"{path}.is", "must be a text or a list of texts");
        return attribute is null || said.IsEmpty ? null : new HasText(attribute, said);
    }

    private InRange? Numerical(JsonElement json, string path)
    {
        Know(json, path, [.. ofQuantity, "atLeast", "below"]);
        var what = Quantity(json, path);
        var from = json.TryGetProperty("atLeast", out var low) ? Number(low) : null;
        var below = json.TryGetProperty("below", out var high) ? Number(high) : null;
        if ((from is null && below is null) || from >= below)
            Refuse(path, "must have a number atLeast, a number below, or both in this order");
        return what is null || (from is null && below is null) ? null : new InRange(what, from, below);
    }

    private LifecycleRules Lifecycle(JsonElement json)
    {
        const string path = "lifecycle";
        if (!json.TryGetProperty(path, out var member) || member.ValueKind != JsonValueKind.Object)
        {
            Refuse(path, "is missing; it says when a customer is new, dormant, about to be lost and lost");
            return new LifecycleRules(default, default, Silence.Of(default), Silence.Of(default), default);
        }

        Know(member, path, "newFor", "intentFor", "dormant", "churnWarning", "churned");
        TimeSpan Needed(string name)
        {
            if (Duration(member, name, path) is { } duration)
                return duration;
            if (Problems.Count == 0)
                Refuse($"{path}.{name}", "is missing; send a duration such as P30D");
            return TimeSpan.Zero;
        }

        var churned = Needed("churned");
        var dormant = SilenceOf(member, "dormant", path, default, churned);
        var warning = SilenceOf(member, "churnWarning", path, dormant.Otherwise, churned);
        var rules = new LifecycleRules(
            Needed("newFor"),
            member.TryGetProperty("intentFor", out _) ? Needed("intentFor") : TimeSpan.FromDays(90),
            dormant,
            warning,
            churned
        );
        if (Problems.Count == 0 && (dormant.Otherwise >= warning.Otherwise || warning.Otherwise >= churned))
            Refuse(path, "must have dormant before churnWarning before churned");
        return rules;
    }

    /// <summary>A duration, or an object that asks the model: {"pAliveBelow": 0.5, "atLeast": "P60D", "otherwise": "P90D"}.</summary>
    private Silence SilenceOf(JsonElement json, string name, string path, TimeSpan after, TimeSpan before)
    {
        path = $"{path}.{name}";
        if (!json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.Object)
        {
            if (!json.TryGetProperty(name, out _))
                Refuse(path, "is missing; send a duration such as P30D");
            return Silence.Of(Duration(json, name, "lifecycle") ?? default);
        }

        Know(member, path, "pAliveBelow", "pNoOrderAbove", "churnAbove", "horizon", "atLeast", "otherwise");
        var least = Duration(member, "atLeast", path) ?? TimeSpan.FromDays(1);

        // Where no model can answer: half-way between what comes before and being lost.
        var halfway = TimeSpan.FromDays(Math.Floor((after + ((before - after) / 2)).TotalDays));
        var otherwise = Duration(member, "otherwise", path) ?? (least > halfway ? least : halfway);
        if (otherwise < least)
            Refuse($"{path}.otherwise", "must not be shorter than atLeast");
        return new Silence(least, otherwise, Asked(member, path));
    }

    private SilenceCondition? Asked(JsonElement json, string path)
    {
        string[] known = ["pAliveBelow", "pNoOrderAbove", "churnAbove"];
        var asked = known.Where(name => json.TryGetProperty(name, out _)).ToList();
        if (asked.Count != 1)
        {
            Refuse(path, $"must have one of {string.Join(", ", known)}, or be a duration");
            return null;
        }

        if (Number(json.GetProperty(asked[0])) is not (> 0 and < 1 and var level))
        {
            Refuse($"{path}.{asked[0]}", "must be a probability above 0 and below 1");
            return null;
        }

        if (asked[0] != "pNoOrderAbove")
            return asked[0] == "pAliveBelow" ? new AliveBelow((double)level) : new ChurnAbove((double)level);
        if (Duration(json, "horizon", path) is { } horizon)
            return new NoOrderAbove((double)level, horizon.TotalDays);
        if (!json.TryGetProperty("horizon", out _))
            Refuse($"{path}.horizon", "is missing; it says within how long no order would come, such as P90D");
        return null;
    }
}
