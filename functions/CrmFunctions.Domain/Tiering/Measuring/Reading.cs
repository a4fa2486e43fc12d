namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>Whether there is a value.</summary>
internal enum ReadingState
{
    /// <summary>There is one.</summary>
    Known,

    /// <summary>Known to be worse than any value: days since the last order of a customer who never ordered.</summary>
    Worst,

    /// <summary>Not known. Not zero.</summary>
    Unknown,
}

/// <summary>A measured value.</summary>
internal readonly record struct Reading(decimal Value, ReadingState State)
{
    public static Reading Unknown => new(0, ReadingState.Unknown);

    public static Reading Worst => new(0, ReadingState.Worst);

    /// <summary>Of a value in ten-thousandths.</summary>
    public static Reading OfFine(long fine) =>
        new(new decimal(unchecked((int)fine), (int)(fine >> 32), 0, isNegative: false, 4) / 1.0000m, ReadingState.Known);

    public static implicit operator Reading(decimal value) => new(value, ReadingState.Known);
}
