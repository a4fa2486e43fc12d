namespace CrmFunctions.Domain.Service.Voice;

/// <summary>When a customer may be asked again.</summary>
/// <param name="CoolDown">So long after a question, and after an answer that came unasked, nothing is asked; more than zero.</param>
/// <remarks>Source: Service/Voice/Voice.md, section 3.</remarks>
public sealed record SurveyRule(TimeSpan CoolDown)
{
    /// <summary>So long after a question, and after an answer that came unasked, nothing is asked.</summary>
    public TimeSpan CoolDown { get; } = CoolDown > TimeSpan.Zero ? CoolDown : throw new ArgumentOutOfRangeException(nameof(CoolDown), CoolDown, "More than zero.");

    /// <summary>From when on a customer may be asked, if nothing happens until then.</summary>
    /// <param name="voice">What the customer said, to any question.</param>
    /// <param name="lastAsked">When we last asked, whatever; null: never.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Now or later; null while a complaint is open, which is to be answered before anything is asked.</returns>
    public DateTimeOffset? AllowedFrom(CustomerVoice voice, DateTimeOffset? lastAsked, DateTimeOffset now)
    {
        if (voice.Complaints.Any(complaint => complaint.IsOpen)) return null;
        var last = voice.Answers is [.., var answer] && !(answer.At <= lastAsked) ? answer.At : lastAsked;
        return last + CoolDown is { } free && free > now ? free : now;
    }
}
