using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>How much a customer has to do with us, money left aside.</summary>
public static class Engagement
{
    /// <summary>Points of a happening on the day itself, zero or more. Orders move money, not engagement.</summary>
    /// <remarks>Source: Customers/Engagement.md, section 1.</remarks>
    public static double Points(Happening happening) =>
        happening switch
        {
            Visit => 1,
            CheckoutAbandoned => 2,
            Interaction { Inbound: true } => 3,
            Feedback => 3,
            FormSubmitted => 5,
            Referral => 8,
            _ => 0,
        };

    /// <summary>Engagement at an instant: the points of the events, each halved once for every half-life of its age.</summary>
    /// <param name="touches">By time.</param>
    /// <param name="halfLife">More than zero.</param>
    /// <param name="asOf">UTC. Later events count for nothing.</param>
    /// <returns>Points, zero or more.</returns>
    /// <remarks>Source: Customers/Engagement.md, section 2.</remarks>
    public static double At(ReadOnlySpan<EngagementPoint> touches, TimeSpan halfLife, DateTimeOffset asOf)
    {
        var sum = 0.0;
        foreach (var touch in touches)
        {
            if (touch.At > asOf)
                break;
            sum += touch.Points * Math.Pow(0.5, (asOf - touch.At) / halfLife);
        }

        return sum;
    }

    /// <summary>
    /// At each place, the engagement of the touches from there on, at the instant of the last. One place more than touches.
    /// </summary>
    /// <remarks>All fade alike: at any later instant t each sum is worth 0.5^((t - last) / halfLife) of it.</remarks>
    internal static double[] Sums(ReadOnlySpan<EngagementPoint> touches, TimeSpan halfLife)
    {
        var sums = new double[touches.Length + 1];
        for (var i = touches.Length - 1; i >= 0; i--)
        {
            sums[i] = sums[i + 1] + (touches[i].Points * Math.Pow(0.5, (touches[^1].At - touches[i].At) / halfLife));
        }

        return sums;
    }
}
