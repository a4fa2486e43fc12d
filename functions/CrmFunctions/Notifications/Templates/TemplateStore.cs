using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Templates;

/// <summary>Templates saved here, over those that are shipped.</summary>
public sealed class TemplateStore(CrmTables tables)
{
    private const string Partition = "templates";

    /// <summary>The template of a name; null where there is none.</summary>
    public async Task<Template?> Find(string name, CancellationToken cancellationToken)
    {
        if (await tables.Templates.Get<TemplateRow>(Partition, name, cancellationToken) is { } row)
            return Read(row);
        return ShippedTemplates.All.GetValueOrDefault(name);
    }

    /// <summary>All templates, by name.</summary>
    public async Task<IReadOnlyDictionary<string, Template>> List(CancellationToken cancellationToken)
    {
        var all = new SortedDictionary<string, Template>(ShippedTemplates.All, StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in tables.Templates.QueryAsync<TemplateRow>(filter, cancellationToken: cancellationToken))
            all[row.RowKey] = Read(row);
        return all;
    }

    /// <summary>Saves a template under its name.</summary>
    public Task Put(Template template, string json, CancellationToken cancellationToken) =>
        tables.Templates.Put(
            new TemplateRow
            {
                PartitionKey = Partition,
                RowKey = template.Name,
                Json = json,
            },
            cancellationToken
        );

    /// <summary>Takes a saved template away: a shipped one of the name is in force again.</summary>
    public Task Remove(string name, CancellationToken cancellationToken) => tables.Templates.Remove(Partition, name, cancellationToken);

    private static Template Read(TemplateRow row)
    {
        using var json = JsonDocument.Parse(row.Json);
        return TemplateReader.Read(json.RootElement, out var problems)
            ?? throw new InvalidOperationException($"Template {row.RowKey} cannot be read: {problems[0].Field} {problems[0].Message}.");
    }
}

/// <summary>A template as a row.</summary>
public sealed class TemplateRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Json { get; set; } = "";
}
