namespace CrmFunctions.Customers.People;

/// <summary>Why a customer's events are gathered.</summary>
public enum RecalculationReason
{
    /// <summary>There may be something new in the log.</summary>
    Events,

    /// <summary>Time has come, and nothing else.</summary>
    Review,

    /// <summary>New links between handles were found.</summary>
    News,

    /// <summary>All that follows from the log is computed again; the state is not trusted.</summary>
    Rebuild,

    /// <summary>Read only: what follows from the log. Nothing is written, and the state is not read.</summary>
    Look,
}
