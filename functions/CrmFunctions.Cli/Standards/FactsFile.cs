using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Standards;

/// <summary>
/// Events of one customer from a file: a JSON array of canonical events, one event on each line, one event, or the answer of a customer's
/// timeline or export. Everything wrong is named by file, index or line, and field.
/// </summary>
internal static class FactsFile
{
    private const int MostComplaints = 20;
    private const int DeepestList = 4;

    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads the events of one customer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="customer">An id, e-mail or phone of the customer meant; null where the file is about one.</param>
    /// <param name="now">UTC. When an event without a time happened.</param>
    /// <exception cref="CommandFailedException">An event cannot be read, or the file is about several customers.</exception>
    public static IReadOnlyList<CustomerEvent> Read(string path, string? customer, DateTimeOffset now)
    {
        var text = StandardFiles.Text(path);
        var events = new List<CustomerEvent>();
        var wrong = new List<string>();
        foreach (var (place, json) in Items(text, path))
        {
            if (Event(json, now, out var problems) is { } read)
                events.Add(read);
            else
                wrong.AddRange(
                    problems.Select(problem =>
                        $"{path}, {place}{(problem.Field.Length == 0 ? ":" : $", {problem.Field}")} {problem.Message}"
                    )
                );
        }

        if (wrong.Count > 0)
        {
            var more = wrong.Count > MostComplaints ? $"\nand {wrong.Count - MostComplaints} more" : "";
            throw new CommandFailedException(string.Join('\n', wrong.Take(MostComplaints)) + more);
        }

        return OfOne(events, customer, path);
    }

    private static CustomerEvent? Event(JsonElement json, DateTimeOffset now, out IReadOnlyList<FieldProblem> problems)
    {
        var (received, happened) = (Instant(json, "receivedAt"), Instant(json, "time"));
        return EventReader.Read(json, received ?? (happened > now ? happened.Value : now), out problems);
    }

    private static DateTimeOffset? Instant(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? Instants.Parse(member.GetString()!)
            : null;

    private static List<(string Place, JsonElement Json)> Items(string text, string path)
    {
        if (text.AsSpan().Trim().IsEmpty)
            return [];
        try
        {
            using var whole = JsonDocument.Parse(text, strict);
            var root = whole.RootElement.Clone();
            if (List(root, DeepestList) is { } list)
                return [.. list.EnumerateArray().Select((item, i) => ($"[{i}]", item))];
            return [("[0]", root)];
        }
        catch (JsonException) when (Lines(text) is { Count: > 1 } lines)
        {
            return [.. lines.Select(line => ($"line {line.Number}", Line(line.Text, line.Number, path)))];
        }
        catch (JsonException notJson)
        {
            throw new CommandFailedException($"{path}: {notJson.Message}");
        }
    }

    private static List<(int Number, string Text)> Lines(string text) =>
        [.. text.Split('\n').Select((line, i) => (Number: i + 1, Text: line.Trim())).Where(line => line.Text.Length > 0)];

    private static JsonElement Line(string text, int number, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(text, strict);
            return json.RootElement.Clone();
        }
        catch (JsonException notJson)
        {
            throw new CommandFailedException($"{path}, line {number}: {notJson.Message}");
        }
    }

    /// <summary>The list of events: the whole, or the first list inside an answer whose items have a type.</summary>
    private static JsonElement? List(JsonElement json, int depth)
    {
        if (json.ValueKind == JsonValueKind.Array)
            return json;
        if (json.ValueKind != JsonValueKind.Object || depth == 0 || json.TryGetProperty("type", out _))
            return null;
        foreach (var member in json.EnumerateObject())
        {
            if (
                member.Value.ValueKind == JsonValueKind.Array
                && (member.Name is "items" or "events")
                && member.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("type", out _))
            )
                return member.Value;
            if (member.Value.ValueKind == JsonValueKind.Object && List(member.Value, depth - 1) is { } inner)
                return inner;
        }

        return null;
    }

    // Events belong to one customer where a chain of handles joins them. A claimed event joins nobody: where it is told beside what is known,
    // it belongs to the customer who has the strongest handle that is known.
    private static List<CustomerEvent> OfOne(List<CustomerEvent> events, string? customer, string path)
    {
        var people = new List<(HashSet<string> Handles, List<CustomerEvent> Events)>();
        foreach (var happened in events.OrderBy(happened => happened.Customer.Claimed == true))
        {
            var all = Handle.All(happened.Customer, happened.Source).Select(handle => handle.Key).ToList();
            var one = all.Find(key => people.Any(person => person.Handles.Contains(key))) ?? all[0];
            var handles = (happened.Customer.Claimed == true ? [one] : all).ToHashSet(StringComparer.Ordinal);
            var joined = people.Where(person => person.Handles.Overlaps(handles)).ToList();
            people.RemoveAll(joined.Contains);
            people.Add(
                ([.. joined.SelectMany(person => person.Handles), .. handles], [.. joined.SelectMany(person => person.Events), happened])
            );
        }

        if (customer is null)
        {
            return people.Count <= 1
                ? [.. people.SelectMany(person => person.Events)]
                : throw new CommandFailedException(
                    $"{path} holds events of {people.Count} customers; choose one with --customer: {string.Join(", ", people.Take(5).Select(person => NameOf(person.Events[0])))}{(people.Count > 5 ? ", …" : "")}"
                );
        }

        var meant = people.Where(person => person.Events.Any(happened => Names(happened.Customer, customer))).ToList();
        return meant.Count == 1
            ? meant[0].Events
            : throw new CommandFailedException(
                meant.Count == 0
                    ? $"{path} has no event of --customer {customer}."
                    : $"{path}: --customer {customer} means {meant.Count} customers, of different sources; give an e-mail or phone."
            );
    }

    private static string NameOf(CustomerEvent happened) =>
        happened.Customer.Id
        ?? happened.Customer.Email
        ?? happened.Customer.Phone
        ?? happened.Customer.UnionId
        ?? happened.Customer.OpenId
        ?? "";

    private static bool Names(Identifiers customer, string name) =>
        name == customer.Id
        || name == customer.UnionId
        || name == customer.OpenId
        || name == customer.Phone
        || name.Equals(customer.Email, StringComparison.OrdinalIgnoreCase);
}
