using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>All orders that ever counted, by time, and every change of what they were worth.</summary>
internal sealed class OrderLines
{
    private readonly (long At, int Line, Money? Net)[]? changes;

    public OrderLines(Facts facts)
    {
        var orders = facts.Orders;
        var simple = facts.Undone.IsEmpty;
        foreach (var order in orders)
            simple &= order.Changes.IsEmpty;
        Lines = facts.Undone.IsEmpty
            ? [.. orders]
            : [.. orders.Concat(facts.Undone).OrderBy(static order => order.At).ThenBy(static order => order.Id, StringComparer.Ordinal)];
        if (simple)
            return;

        var all = new List<(long At, int Line, Money? Net)>(Lines.Length + 8);
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].Changes.IsEmpty)
                all.Add((Lines[i].At.UtcTicks, i, Lines[i].Net));
            foreach (var worth in Lines[i].Changes)
                all.Add((worth.From.UtcTicks, i, worth.Net));
        }

        // One instant has one change of a line: the order within an instant makes no difference to sums.
        all.Sort(static (left, right) => left.At.CompareTo(right.At) is not 0 and var byTime ? byTime : left.Line.CompareTo(right.Line));
        changes = [.. all];
    }

    public Order[] Lines { get; }

    /// <summary>Lines never change once they are there.</summary>
    public bool Simple => changes is null;

    public int Changes => changes?.Length ?? Lines.Length;

    /// <summary>A change, where lines are not simple.</summary>
    public (int Line, Money? Net) Change(int index) => (changes![index].Line, changes[index].Net);

    public long ChangeAt(int index) => changes is null ? Lines[index].At.UtcTicks : changes[index].At;
}
