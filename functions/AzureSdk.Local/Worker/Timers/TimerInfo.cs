namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function is told of its run.</summary>
public class TimerInfo
{
    /// <summary>The schedule's state; null when the timer keeps no monitor.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run is later than scheduled because the host was not running.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>When a timer ran and will run. All UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The last run by schedule; the default value before the first.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next run expected.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
