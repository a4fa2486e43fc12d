using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Service.Voice;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Complaints;

/// <summary>客诉预警: tells the team of a day with more complaints than chance explains, once for each day.</summary>
/// <remarks>Source: CrmFunctions.Domain/Service/Voice/Voice.md, section 3.</remarks>
public sealed class WatchComplaints(
    ComplaintIndex complaints,
    Bus bus,
    Clocks clocks,
    IOptions<BusinessHoursOptions> hours,
    IEnumerable<IChannel> channels
)
{
    /// <summary>Rule of the message in the ledger, and name of its template.</summary>
    public const string Rule = TeamTemplates.ComplaintSpike;

    // Whole days that are looked at: a complaint may come late, and a timer too. The ledger says each day once.
    private const int Days = 3;

    [Function(nameof(WatchComplaints))]
    public async Task Run([TimerTrigger(Flow.Schedules.WatchComplaints)] TimerInfo timer, CancellationToken cancellationToken)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(hours.Value.TimeZone);
        var (today, counts, rule) = (WallClock.DayOf(clocks.Now, zone), await complaints.Count(zone, cancellationToken), new SpikeRule());
        var spikes = Enumerable.Range(1, Days).Select(back => rule.On(today.AddDays(-back), counts)).Where(spike => spike.IsAlarm);
        await bus.Send(Flow.Queues.Notifications, [.. spikes.Select(Alert)], cancellationToken);
        await complaints.Sweep(cancellationToken);
    }

    private ServiceBusMessage Alert(Spike spike)
    {
        var day = spike.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string>
        {
            ["day"] = day,
            ["complaints"] = spike.Complaints.ToString(CultureInfo.InvariantCulture),
            ["usual"] = spike.Usual.ToString("0.#", CultureInfo.InvariantCulture),
        };

        // Where nobody listens, the ledger says so.
        var listening = channels
            .Where(channel => channel.Medium != Medium.Sms)
            .OrderBy(channel =>
                channel.Medium switch
                {
                    Medium.Robot => 0,
                    Medium.Email => 1,
                    _ => 2,
                }
            )
            .Select(channel => channel.Name);
        return MessageRequest.Of(
            Handle.Base,
            Rule,
            day,
            new Touch(Purpose.Transactional.Code(), Rule, variables, [.. listening.DefaultIfEmpty("none")], Audience.OfTeam(), clocks.Now)
        );
    }
}
