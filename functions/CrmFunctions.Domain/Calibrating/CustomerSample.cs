using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// Customers picked by the hash of their name: all of them while they fit, else those whose hash begins with a zero bit, then with two, and
/// so on. Which they are follows from the base alone, not from the order in which it is read.
/// </summary>
/// <param name="mostCustomers">How many are kept at most.</param>
/// <param name="mostSize">How much they may weigh together.</param>
internal sealed class CustomerSample<T>(int mostCustomers, long mostSize = long.MaxValue)
{
    private readonly List<(ulong Hash, int Size, T Item)> kept = [];
    private long size;

    /// <summary>Leading zero bits asked for: one customer in 2^level is in it.</summary>
    public int Level { get; private set; }

    /// <summary>What is kept, in the order of the hashes.</summary>
    public IEnumerable<T> Items => kept.OrderBy(each => each.Hash).Select(each => each.Item);

    /// <summary>Whether a customer would be kept now.</summary>
    public bool Takes(ulong hash) => BitOperations.LeadingZeroCount(hash) >= Level;

    public void Add(ulong hash, T item, int itemSize = 1)
    {
        if (!Takes(hash))
            return;
        kept.Add((hash, itemSize, item));
        size += itemSize;
        while (kept.Count > mostCustomers || size > mostSize)
        {
            Level++;
            kept.RemoveAll(each => !Takes(each.Hash));
            size = kept.Sum(each => (long)each.Size);
        }
    }
}

/// <summary>Hashes of customers.</summary>
internal static class CustomerHash
{
    /// <summary>The first 64 bits of the SHA-256 of a name.</summary>
    public static ulong Of(string customer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(customer), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
