using System.Globalization;
using System.Text.Json;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Events;

/// <summary>Reads a canonical event: CloudEvents 1.0 in JSON, or plain JSON with the same members.</summary>
public static class EventReader
{
    /// <summary>Events may claim to happen this much after now: clocks differ, and zones are mistaken.</summary>
    public static readonly TimeSpan LatestAhead = TimeSpan.FromHours(24);

    /// <summary>No shop kept events before this.</summary>
    public static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads one event.</summary>
    /// <param name="json">The event's JSON; its strings need not be valid.</param>
    /// <param name="receivedAt">UTC. Taken for the time of an event that gives none, and the end of the past.</param>
    /// <param name="problems">Everything that is wrong, by field.</param>
    /// <returns>Null exactly when there is a problem.</returns>
    public static CustomerEvent? Read(JsonElement json, DateTimeOffset receivedAt, out IReadOnlyList<FieldProblem> problems)
    {
        problems =
            json.ValueKind != JsonValueKind.Object
                ? [new FieldProblem("", $"An event must be a JSON object, not {JsonFields.Describe(json)}.")]
            : JsonText.FirstBroken(json) is { } broken ? [broken]
            : [];
        if (problems.Count > 0)
            return null;

        receivedAt = Instants.Milliseconds(receivedAt);
        var fields = JsonFields.Of(json, EventFields.Rules);
        if (fields.Text("specversion") is { } version && version != "1.0")
            fields.Refuse("specversion", "must be 1.0");
        var source = fields.Required("source");
        var id = fields.Required("id");
        var type = fields.Required("type");
        var occurredAt = Time(fields, receivedAt);

        var data = fields.Inner("data", required: true);
        var customer = data is null ? null : Customer(data, logged: false);
        var what = data is null || type is null ? null : What(type, data, fields);

        problems = fields.Problems;
        return problems.Count > 0 || source is null || id is null || customer is null || what is null
            ? null
            : new CustomerEvent(source, id, occurredAt, receivedAt, customer, what);
    }

    /// <summary>Reads what the log kept of an event that was once read without a problem.</summary>
    /// <exception cref="FormatException">The log's row is not what was written.</exception>
    public static CustomerEvent ReadLogged(
        string source,
        string id,
        string type,
        DateTimeOffset occurredAt,
        DateTimeOffset receivedAt,
        JsonElement data
    )
    {
        var fields = JsonFields.Of(data, EventFields.Rules, "data");
        var customer = data.ValueKind == JsonValueKind.Object ? Customer(fields, logged: true) : null;
        var what = customer is null ? null : What(type, fields, fields);
        return customer is null || what is null || fields.Problems.Count > 0
            ? throw new FormatException(
                $"Event {source}/{id} of type {type} cannot be read: {string.Join("; ", fields.Problems.Select(p => $"{p.Field} {p.Message}"))}."
            )
            : new CustomerEvent(source, id, occurredAt, receivedAt, customer, what);
    }

    private static DateTimeOffset Time(JsonFields fields, DateTimeOffset receivedAt)
    {
        if (fields.Instant("time") is not { } time)
            return receivedAt;
        if (time > receivedAt + LatestAhead)
        {
            fields.Refuse(
                "time",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"lies in the future: the suite's clock is at {receivedAt:yyyy-MM-ddTHH:mm:ssZ}; send when it happened, or leave it out for now"
                )
            );
        }
        else if (time < Earliest)
        {
            fields.Refuse("time", "lies before 1970; send when it happened");
        }

        return time;
    }

    private static Identifiers? Customer(JsonFields data, bool logged)
    {
        if (data.Inner("customer", required: true) is not { } fields)
            return null;
        var before = fields.Problems.Count;
        var customer = new Identifiers(
            Trim(fields.Text("id", 256)),
            Trim(fields.Text("unionid", 256)),
            Trim(fields.Text("openid", 256)),
            Trim(fields.Text("email", 320)),
            Trim(fields.Text("phone", 64)),
            Trim(fields.Text("name", 512, lineBreaks: true)),
            Trim(fields.Text("timeZone", 64)),
            Region(fields),
            fields.Flag("erased"),
            IsClaimed(fields, logged)
        );

        // A logged event is filed under what it named when it came, also where its phone number would name nobody today.
        if (logged && customer.Phone is not null)
            return customer;
        if (fields.Problems.Count == before && CrmFunctions.Domain.Identity.Handle.Strongest(customer, "any") is null)
        {
            data.Refuse(
                "customer",
                "names nobody: send at least one of id, unionid, openid, email (a@b.c) or phone (international, such as +8613800138000)"
            );
        }

        return customer;
    }

    // Rows from before the member was known may have another one of its name: nothing is said about it.
    private static bool? IsClaimed(JsonFields fields, bool logged) =>
        logged
            ? fields.Json.TryGetProperty("claimed", out var member) && member.ValueKind == JsonValueKind.True
                ? true
                : null
            : fields.Flag("claimed") == true
                ? true
                : null;

    private static string? Region(JsonFields fields)
    {
        if (Trim(fields.Text("region", 64)) is not { } region)
            return null;
        if (region is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            return region;
        fields.Refuse("region", "must be an ISO 3166 code of two capital letters, such as CN");
        return null;
    }

    private static string? Trim(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static Happening? What(string type, JsonFields data, JsonFields root)
    {
        switch (type)
        {
            case EventTypes.OrderPlaced:
                return Order(data, (order, amount) => new OrderPlaced(order, amount));
            case EventTypes.OrderPaid:
                return Order(data, (order, amount) => new OrderPaid(order, amount));
            case EventTypes.OrderRefunded:
                var refunded = data.Required("orderId");
                var refund = data.Text("refundId", 256);
                var amount = data.Money("amount", "currency", required: false);
                return refunded is null ? null : new OrderRefunded(refunded, refund, amount);
            case EventTypes.OrderCancelled:
                return data.Required("orderId") is { } cancelled ? new OrderCancelled(cancelled) : null;
            case EventTypes.CheckoutAbandoned:
                return new CheckoutAbandoned(data.Text("checkoutId", 256));
            case EventTypes.CustomerCreated:
                return new CustomerCreated(data.Attributes("attributes"), data.Tags("tags", "untag"));
            case EventTypes.CustomerUpdated:
                return new CustomerUpdated(data.Attributes("attributes"), data.Tags("tags", "untag"));
            case EventTypes.CustomerErased:
                return new CustomerErased();
            case EventTypes.FormSubmitted:
                return new FormSubmitted(data.Text("form", 256), data.Attributes("attributes"));
            case EventTypes.Visit:
                return new Visit(data.Text("page"));
            case EventTypes.Interaction:
                return Interaction(data);
            case EventTypes.Feedback:
                return Opinion(data);
            case EventTypes.ComplaintOpened:
                return data.Required("complaintId") is { } opened ? new ComplaintOpened(opened) : null;
            case EventTypes.ComplaintClosed:
                return data.Required("complaintId") is { } closed ? new ComplaintClosed(closed) : null;
            case EventTypes.Referral:
                return new Referral(data.Text("referred", 256));
            case EventTypes.FollowUpDone:
                return new FollowUpDone(data.Text("by", 256), data.Text("duty", 256), data.Text("evidence", 2000, lineBreaks: true));
            case EventTypes.ConsentChanged:
                return Consent(data);
            case EventTypes.PotentialRated:
                return Rating(data);
            case EventTypes.TierPinned:
                return Pinned(data);
            case EventTypes.TierUnpinned:
                var (freed, by, why) = (data.Required("scheme", 64), data.Required("author"), data.Text("reason", lineBreaks: true));
                return freed is null || by is null ? null : new TierUnpinned(freed, by, why);
            default:
                root.Refuse("type", $"is not known; the types are {string.Join(", ", EventTypes.All)}");
                return null;
        }
    }

    private static Happening? Order(JsonFields data, Func<string, Money, Happening> make)
    {
        var order = data.Required("orderId");
        var amount = data.Money("amount", "currency", required: true);
        data.CheckLines("lines");
        return order is null || amount is null ? null : make(order, amount.Value);
    }

    private static Interaction Interaction(JsonFields data)
    {
        var direction = data.Text("direction", 16);
        if (direction is not (null or "in" or "out"))
            data.Refuse("direction", "must be in (from the customer) or out (to the customer)");
        return new Interaction(data.Text("channel", 64), direction != "out");
    }

    private static Feedback Opinion(JsonFields data)
    {
        var (score, kind) = ((int?)data.Number("score", 0, 10, required: false, whole: true), data.Text("kind", 64));
        var scale = (int?)data.Number("scale", 5, 10, required: false, whole: true);
        var feedback = new Feedback(score, kind, scale);
        if (scale is not (null or 5 or 10))
            data.Refuse("scale", "must be 5 or 10: the best score there is");
        else if (scale == 5 && score is < 1 or > 5)
            data.Refuse("score", "must be a whole number from 1 to 5 where scale is 5");
        else if (scale == 5 && feedback.Asks(Feedback.Nps))
            data.Refuse("scale", "must be 10 where kind is nps, whose scores are 0 to 10");
        return feedback;
    }

    private static ConsentChanged? Consent(JsonFields data)
    {
        var channel = data.Required("channel", 64);
        var purpose = data.Required("purpose", 64);
        var granted = data.Flag("granted", required: true);
        var (wording, evidence) = (data.Text("wording", 64), data.Text("evidence"));
        return channel is null || purpose is null || granted is null
            ? null
            : new ConsentChanged(channel, purpose, granted.Value, wording, evidence);
    }

    private static PotentialRated? Rating(JsonFields data)
    {
        var score = data.Number("score", 0, 100, required: true);
        var author = data.Required("author");
        var reason = data.Required("reason", 1024, lineBreaks: true);
        var expires = data.Instant("expires");
        return score is null || author is null || reason is null ? null : new PotentialRated(score.Value, author, reason, expires);
    }

    private static TierPinned? Pinned(JsonFields data)
    {
        var (scheme, tier) = (data.Required("scheme", 64), data.Required("tier", 64));
        var (author, reason) = (data.Required("author"), data.Required("reason", 1024, lineBreaks: true));
        var expires = data.Instant("expires");
        return scheme is null || tier is null || author is null || reason is null
            ? null
            : new TierPinned(scheme, tier, author, reason, expires);
    }
}
