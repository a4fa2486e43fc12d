using System.Collections.Immutable;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Service.Voice;

/// <summary>客户之声: what one customer answered and complained of.</summary>
/// <param name="Answers">To surveys, by time.</param>
/// <param name="Complaints">When each was first opened, by time. UTC.</param>
/// <remarks>Source: Service/Voice/Voice.md, section 1.</remarks>
public sealed record CustomerVoice(ImmutableArray<SurveyAnswer> Answers, ImmutableArray<DateTimeOffset> Complaints)
{
    /// <summary>Reads a history.</summary>
    /// <param name="history">In order, each event once.</param>
    /// <param name="asOf">UTC. Later events are not known yet.</param>
    /// <returns>Null where the customer was erased.</returns>
    public static CustomerVoice? Of(IEnumerable<CustomerEvent> history, DateTimeOffset asOf)
    {
        var answers = ImmutableArray.CreateBuilder<SurveyAnswer>();
        var complaints = new Dictionary<(string Source, string Id), DateTimeOffset>();
        foreach (var happened in history.Where(happened => happened.OccurredAt <= asOf))
        {
            if (happened.Customer.Erased == true || happened.What is CustomerErased)
                return null;
            switch (happened.What)
            {
                case Feedback { Score: { } score } feedback:
                    answers.Add(new SurveyAnswer(happened.OccurredAt, SurveyOf(feedback), score));
                    break;
                case ComplaintOpened opened:
                    complaints.TryAdd((happened.Source, opened.ComplaintId), happened.OccurredAt);
                    break;
                default:
                    break;
            }
        }

        return new CustomerVoice(answers.ToImmutable(), [.. complaints.Values.Order()]);
    }

    // A score on another scale than the question's is none of its answers, and no other's.
    private static Survey? SurveyOf(Feedback feedback) =>
        (feedback.Asks(Feedback.Csat), feedback.Asks(Feedback.Nps), feedback.OutOf) switch
        {
            (true, _, 5) => Survey.Csat,
            (_, true, 10) => Survey.Nps,
            _ => null,
        };
}

/// <summary>A score that a customer gave.</summary>
/// <param name="At">UTC.</param>
/// <param name="Survey">The question; null where it is none of ours, or the scale is another.</param>
/// <param name="Score">1 to 5 for CSAT, else 0 to 10.</param>
public readonly record struct SurveyAnswer(DateTimeOffset At, Survey? Survey, int Score);

/// <summary>Questions that are asked everywhere in the same words.</summary>
public enum Survey
{
    /// <summary>满意度: how satisfied are you, 1 to 5.</summary>
    Csat,

    /// <summary>净推荐值: how likely would you recommend us, 0 to 10.</summary>
    Nps,
}
