using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>A transaction was refused as a whole because of one of its operations; nothing of it was done.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    /// <summary>Where the index of the operation travels in the data of a <see cref="RequestFailedException"/>.</summary>
    internal const string IndexKey = "FailedEntity";

    /// <summary>Made from the failure of the one operation.</summary>
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode, requestFailedException.InnerException)
    {
        foreach (var key in requestFailedException.Data.Keys)
            Data[key] = requestFailedException.Data[key];
        if (int.TryParse(Data[IndexKey] as string, CultureInfo.InvariantCulture, out var index))
            FailedTransactionActionIndex = index;
    }

    /// <summary>Made before anything was sent.</summary>
    internal TableTransactionFailedException(RequestFailedException refusal, int index)
        : this(refusal)
    {
        Data[IndexKey] = index.ToString(CultureInfo.InvariantCulture);
        FailedTransactionActionIndex = index;
    }

    /// <summary>The index of the operation that failed, from 0; null when the service did not say.</summary>
    public int? FailedTransactionActionIndex { get; }
}
