using System.Globalization;
using Azure.Data.Tables;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.Sdk;

/// <summary>Inserts and point reads of rows of the log's size, on an Azurite in memory.</summary>
internal static class TablesBenchmark
{
    private const int Many = 16;
    private const int Rows = 1000;
    private static readonly string data = new('x', 400);

    public static async Task<IReadOnlyList<Figure>> Run(CancellationToken cancellationToken)
    {
        using var azurite = new Azurite();
        var table = new TableServiceClient(azurite.ConnectionString).GetTableClient(Azurite.NewTableName());
        await table.CreateIfNotExistsAsync(cancellationToken);
        async Task Insert(string run, int number) => await table.AddEntityAsync(Row(run, number), cancellationToken);
        async Task Read(int number) =>
            await table.GetEntityAsync<TableEntity>(Partition(number % Rows), $"read{number % Rows}", cancellationToken: cancellationToken);
        for (var i = 0; i < Rows; i++)
            await Insert("read", i);

        var figures = new List<Figure>();
        foreach (
            var (name, tasks, work) in ((string, int, Func<int, Task>)[])
                [
                    ("insert", 1, number => Insert("one", number)),
                    ("insert", Many, number => Insert("many", number)),
                    ("point read", 1, Read),
                    ("point read", Many, Read),
                ]
        )
        {
            var rate = await Rate.Of(tasks, work, cancellationToken);
            var title = $"{name}, {tasks} at a time";
            figures.Add(new(title, rate.PerSecond, "/s"));
            figures.AddRange(rate.Each.Figures(title, 50, 99));
            figures.Add(new($"{title}: CPU of this side", rate.CpuMicroseconds, "µs"));
        }

        return figures;
    }

    private static TableEntity Row(string run, int number) =>
        new(Partition(number), $"{run}{number}")
        {
            ["Data"] = data,
            ["BodyHash"] = "0123456789abcdef0123456789abcdef",
            ["OccurredAt"] = Make.Start,
            ["ReceivedAt"] = Make.Start,
        };

    private static string Partition(int number) => (number % 300).ToString(CultureInfo.InvariantCulture);
}
