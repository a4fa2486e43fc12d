using System.Text;
using CrmFunctions.Domain.Identity;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>An event as it is posted.</summary>
/// <param name="Customer">Key of the customer it is about.</param>
/// <param name="Body">JSON in UTF-8.</param>
internal sealed record Post(string Customer, byte[] Body);

/// <summary>
/// Events of a source about so many customers in turn, each known by an id and an e-mail address: payments, visits and forms.
/// </summary>
internal sealed class Traffic(string source, int customers)
{
    /// <summary>So many events, the first of them at an instant, then one an interval.</summary>
    public Post[] Posts(int count, DateTimeOffset at, TimeSpan interval) =>
        [.. Enumerable.Range(0, count).Select(i => Post(i, at + (i * interval)))];

    public Post Post(int number, DateTimeOffset at)
    {
        var id = $"c{number % customers}";
        var email = $"{source}-{id}@example.com";
        var sent = (((number / customers) + number) % 5) switch
        {
            0 or 2 => Sent.Paid($"o{number}", id, "129.90", email, at: at, source: source),
            3 => Sent.Event("form.submitted", $"f{number}", id, email, at: at, source: source, data: ("form", "contact")),
            _ => Sent.Event("visit", $"v{number}", id, email, at: at, source: source, data: ("page", "/")),
        };
        return new Post(Handle.OfId(source, id).Key, Encoding.UTF8.GetBytes(sent.ToJsonString()));
    }
}
