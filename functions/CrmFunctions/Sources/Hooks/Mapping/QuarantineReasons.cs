namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>The reasons for which deliveries are kept aside.</summary>
public static class QuarantineReasons
{
    /// <summary>The body is not what the provider sends.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Nobody said what the topic means.</summary>
    public const string UnknownTopic = "unknown-topic";

    /// <summary>It names no customer.</summary>
    public const string NamesNobody = "names-nobody";

    /// <summary>It tells of an order that nobody has told of yet, and names no customer itself.</summary>
    public const string OrderUnknown = "order-unknown";

    /// <summary>A value in it cannot be taken.</summary>
    public const string Invalid = "invalid";

    /// <summary>A part of it is covered by no signature.</summary>
    public const string NotSigned = "unsigned";

    /// <summary>It came under another topic before, and only the topic, which is not signed, says what it is.</summary>
    public const string OtherTopic = "other-topic";

    /// <summary>A person must decide.</summary>
    public const string NeedsAPerson = "needs-a-person";

    /// <summary>A mistake of ours.</summary>
    public const string Fault = "fault";

    /// <summary>The signature fits no secret of the source.</summary>
    public const string BadSignature = "bad-signature";

    /// <summary>The log has another event under the source and id.</summary>
    public const string IdReused = "id-reused";
}
