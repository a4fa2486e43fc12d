using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Customers;

/// <summary>The app's customers, and what people decide about them.</summary>
/// <param name="arguments">Of the command.</param>
/// <param name="terminal">Of the command.</param>
/// <param name="role">The least role that the command needs.</param>
internal sealed class CustomersApi(Arguments arguments, Terminal terminal, string role) : IDisposable
{
    /// <summary>Of everything that is put on record: why. Who is known from the key.</summary>
    public static readonly IReadOnlyList<Option> OnRecord =
    [
        new("--reason", "TEXT", "why; stands on record, so name no personal data"),
        .. Connection.Options(RoleNames.Steward),
    ];

    private readonly JsonApi api = new(arguments, terminal, role);

    /// <summary>
    /// The customers with an identifier: an e-mail address, a phone number, <c>source:id</c>, or a handle's key. None: an empty list.
    /// </summary>
    public async Task<JsonArray> Find(string identifier, CancellationToken cancellationToken) =>
        (await api.Post($"customers/find?lang={terminal.Texts.Language}", new JsonObject { ["handle"] = identifier }, cancellationToken))[
            "customers"
        ]!.AsArray();

    /// <summary>The id of the one customer that a word names: the id itself, or an identifier that is one customer's.</summary>
    /// <exception cref="CommandFailedException">It is nobody's, or several customers'.</exception>
    public async Task<string> IdOf(string word, CancellationToken cancellationToken)
    {
        if (Handle.FromKey(word) is not null)
            return word;
        var found = (await Find(word, cancellationToken)).Select(customer => (string)customer!["customerId"]!).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new CommandFailedException(terminal.Texts["customers.none", word]),
            _ => throw new CommandFailedException(terminal.Texts["customers.several", word, string.Join(", ", found)]),
        };
    }

    /// <summary>
    /// What names a word's own events: of two that are one customer already, <c>source:id</c> still names each. Only the suite has the secret
    /// under which it becomes an id, so it is sent as it is.
    /// </summary>
    /// <inheritdoc cref="IdOf"/>
    public async Task<string> OwnIdOf(string word, CancellationToken cancellationToken) =>
        word.Split(':', 2) is [{ Length: > 0 } source, { Length: > 0 } id] ? word : await IdOf(word, cancellationToken);

    public Task<JsonNode> Get(string id, CancellationToken cancellationToken) =>
        api.Get($"customers/{id}?lang={terminal.Texts.Language}", cancellationToken);

    public Task<JsonNode> Receipt(string id, CancellationToken cancellationToken) =>
        api.Get($"customers/{id}/receipt?lang={terminal.Texts.Language}", cancellationToken);

    /// <summary>All shared identifiers, a page after the other.</summary>
    public async Task<JsonArray> Shared(CancellationToken cancellationToken)
    {
        var items = new JsonArray();
        JsonNode page;
        for (string? next = null; ; next = (string?)page["next"])
        {
            page = await api.Get($"customers/shared?next={Uri.EscapeDataString(next ?? "")}", cancellationToken);
            foreach (var item in page["items"]!.AsArray())
                items.Add(item!.DeepClone());
            if (page["next"] is null)
                return items;
        }
    }

    /// <summary>Sends a decision with its reason.</summary>
    public Task<JsonNode> Decide(string path, IEnumerable<KeyValuePair<string, JsonNode?>> what, CancellationToken cancellationToken) =>
        api.Post(path, Signed(what), cancellationToken);

    /// <summary>The same of a decision that cannot be taken back.</summary>
    /// <inheritdoc cref="JsonApi.PostConfirmed"/>
    public Task<JsonNode> DecideConfirmed(string path, Action<JsonArray> shows, CancellationToken cancellationToken) =>
        api.PostConfirmed(path, Signed([]), shows, cancellationToken);

    private JsonObject Signed(IEnumerable<KeyValuePair<string, JsonNode?>> what) =>
        new(what) { ["reason"] = arguments.Required("--reason") };

    public void Dispose() => api.Dispose();
}
