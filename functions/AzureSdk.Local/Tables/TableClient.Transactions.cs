namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <summary>Does all of the operations, or none of them.</summary>
    /// <param name="transactionActions">1 to 100 operations on different rows of one partition, 4 MiB together.</param>
    /// <param name="cancellationToken">Gives up; the transaction may have happened.</param>
    /// <returns>The answer to each operation, in their order; its headers have the row's ETag.</returns>
    /// <exception cref="InvalidOperationException">There is no operation.</exception>
    /// <exception cref="TableTransactionFailedException">An operation was refused: which, and why.</exception>
    /// <exception cref="RequestFailedException">413 RequestBodyTooLarge; or the request failed as a whole.</exception>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        var changeset = Build(transactionActions);
        var response = await _account.Batch(changeset.ContentType, changeset.Finish(), cancellationToken).ConfigureAwait(false);
        var answers = ChangesetResponse.Parse(response);
        if (answers.Find(answer => answer.IsError) is { } failed)
            throw new TableTransactionFailedException(new RequestFailedException(failed, null, TableErrorParser.Shared));
        return Response.FromValue<IReadOnlyList<Response>>(answers, response);
    }

    private Changeset Build(IEnumerable<TableTransactionAction> actions)
    {
        var changeset = new Changeset();
        var rows = new HashSet<string>(StringComparer.Ordinal);
        string? partition = null;
        var index = -1;
        foreach (var action in actions)
        {
            index++;
            try
            {
                if (index == EntityLimits.Operations)
                    throw EntityLimits.TooManyOperations.ToException();
                if ((partition ??= action.Entity.PartitionKey) != action.Entity.PartitionKey)
                    throw EntityLimits.DifferentPartitions.ToException();
                if (!rows.Add(action.Entity.RowKey))
                    throw EntityLimits.DuplicateRow.ToException();
                changeset.Add(Operation(action));
            }
            catch (RequestFailedException refusal)
            {
                throw new TableTransactionFailedException(refusal, index);
            }
        }

        if (index < 0)
            throw new InvalidOperationException("Transactional batch must contain at least one action.");
        if (changeset.Bytes > EntityLimits.TransactionBytes)
            throw EntityLimits.TransactionTooLarge.ToException($"{changeset.Bytes} bytes");
        return changeset;
    }

    private RowWrite Operation(TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Add => RowWrite.Add(_account, Name, action.Entity),
        TableTransactionActionType.UpdateMerge => RowWrite.Update(_account, Name, action.Entity, TableUpdateMode.Merge, action.ETag),
        TableTransactionActionType.UpdateReplace => RowWrite.Update(_account, Name, action.Entity, TableUpdateMode.Replace, action.ETag),
        TableTransactionActionType.UpsertMerge => RowWrite.Update(_account, Name, action.Entity, TableUpdateMode.Merge, default),
        TableTransactionActionType.UpsertReplace => RowWrite.Update(_account, Name, action.Entity, TableUpdateMode.Replace, default),
        TableTransactionActionType.Delete => RowWrite.Delete(_account, Name, action.Entity.PartitionKey, action.Entity.RowKey, action.ETag),
        _ => throw new InvalidOperationException("Unknown request type."),
    };
}
