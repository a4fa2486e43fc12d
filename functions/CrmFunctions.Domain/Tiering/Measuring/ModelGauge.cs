using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>Asks a value model about the orders that count at an instant.</summary>
internal abstract class ModelGauge(Subject customer) : OrderGauge(customer.Orders, null)
{
    private CustomerHistorySum? sum;

    protected CustomerModel? Model { get; } =
        customer.Calibration.Model is { } model && model.Currency == customer.Standard.Currency ? model : null;

    /// <summary>Null where there is no order.</summary>
    protected CustomerHistory? History
    {
        get
        {
            if (sum is null)
            {
                sum = NewSum();
                for (var line = 0; line < Lines.Count; line++)
                {
                    if (Counts(line))
                        sum.Add(Lines[line].At, NetOf(line));
                }
            }

            return sum.History;
        }
    }

    protected override void Add(int line)
    {
        // An order later than all others is added; anything else is added up anew when it is asked for.
        if (line > Last)
            sum?.Add(Lines[line].At, NetOf(line));
        else
            sum = null;
        Last = Math.Max(Last, line);
    }

    protected override void Remove(int line) => sum = null;

    protected int Last { get; private set; } = -1;

    private CustomerHistorySum NewSum() => new(customer.Standard.Currency, customer.Standard.Rates);
}

/// <summary>The probability that the customer still buys. It fades.</summary>
internal sealed class AliveGauge(Subject customer) : ModelGauge(customer)
{
    private const int Decimals = 4;

    public override bool Fades => Model is not null && Last >= 0;

    public override Reading At(long now) =>
        History is { } history
        && Model?.ProbabilityAlive(history, new DateTimeOffset(now, TimeSpan.Zero)) is { } probability
        && double.IsFinite(probability)
            ? (decimal)Math.Round(probability, Decimals, MidpointRounding.AwayFromZero)
            : Reading.Unknown;
}

/// <summary>Expected net revenue within a horizon, looked at with every thirty days of silence.</summary>
internal sealed class PredictedValueGauge(Subject customer, TimeSpan horizon) : ModelGauge(customer)
{
    private const long Step = 30 * TimeSpan.TicksPerDay;

    // After ten years nothing changes any more.
    private const long Steps10Years = 122;

    public override Reading At(long now)
    {
        if (Model is null || History is not { } history)
            return Reading.Unknown;
        var steps = Math.Clamp((now - history.LastOrderAt.UtcTicks) / Step, 0, Steps10Years);
        return
            Model.PredictedValue(history, history.LastOrderAt + TimeSpan.FromTicks(steps * Step), horizon.TotalDays) is { } value
            && double.IsFinite(value)
            ? (decimal)Math.Round(Math.Min(value, (double)Money.Max), 2, MidpointRounding.AwayFromZero)
            : Reading.Unknown;
    }

    protected override long Steps(long now)
    {
        if (Model is null || History is not { } history)
            return Never;
        var passed = Math.Max(0, (now - history.LastOrderAt.UtcTicks) / Step);
        return passed >= Steps10Years ? Never : history.LastOrderAt.UtcTicks + ((passed + 1) * Step);
    }
}
