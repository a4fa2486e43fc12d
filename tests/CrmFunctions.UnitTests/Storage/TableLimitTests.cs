using System.Text.RegularExpressions;
using Azure.Data.Tables;
using CrmFunctions.Storage;
using CrmFunctions.UnitTests.Project;

namespace CrmFunctions.UnitTests.Storage;

/// <summary>What Table Storage refuses is refused before it is sent, whatever an emulator would take; and all writes go that way.</summary>
public sealed partial class TableLimitTests
{
    private const string Table = "customers";

    public static TheoryData<string?, string, TableEntity> TooMuch =>
        new()
        {
            {
                "Text",
                "32769 characters",
                new TableEntity("p", "r") { ["Text"] = new string('x', (32 * 1024) + 1) }
            },
            {
                "Bytes",
                "65537 bytes",
                new TableEntity("p", "r") { ["Bytes"] = new byte[(64 * 1024) + 1] }
            },
            { null, "253 properties", Row(Enumerable.Range(0, 253).Select(i => ($"P{i}", (object)i))) },
            { null, "at most 1048576", Row(Enumerable.Range(0, 16).Select(i => ($"P{i}", (object)new string('x', 32 * 1024)))) },
            { "PartitionKey", "513 characters", new TableEntity(new string('k', 513), "r") },
            { "RowKey", "513 characters", new TableEntity("p", new string('k', 513)) },
            { "RowKey", "U+002F", new TableEntity("p", "a/b") },
            { "RowKey", "U+005C", new TableEntity("p", "a\\b") },
            { "PartitionKey", "U+0023", new TableEntity("a#b", "r") },
            { "PartitionKey", "U+003F", new TableEntity("a?b", "r") },
            { "RowKey", "U+0009", new TableEntity("p", "a\tb") },
            { "RowKey", "U+0000", new TableEntity("p", "a\0b") },
            { "RowKey", "U+0085", new TableEntity("p", "a\u0085b") },
            { "RowKey", "half a surrogate pair at 1", new TableEntity("p", "a\ud83d") },
            {
                "Text",
                "half a surrogate pair at 2",
                new TableEntity("p", "r") { ["Text"] = "a中\udc00\ud83d" }
            },
            {
                "At",
                "before 1601",
                new TableEntity("p", "r") { ["At"] = new DateTimeOffset(1600, 12, 31, 0, 0, 0, TimeSpan.Zero) }
            },
            { "PartitionKey", "missing", new TableEntity(null!, "r") },
            { "RowKey", "missing", new TableEntity("p", null!) },
        };

    public static TheoryData<TableEntity> JustEnough =>
        new(
            new TableEntity("p", "r") { ["Text"] = new string('x', 32 * 1024) },
            new TableEntity("p", "r") { ["Bytes"] = new byte[64 * 1024] },
            Row(Enumerable.Range(0, 252).Select(i => ($"P{i}", (object)i))),
            // 4 for the row, 4 for its keys, 15 times 8 + 6 + 4 + 65,536 and the rest: 1 MiB to the byte.
            Row([
                .. Enumerable.Range(10, 15).Select(i => ($"P{i}", (object)new string('x', 32 * 1024))),
                ("P25", new string('x', (32 * 1024) - 148)),
            ]),
            new TableEntity(new string('k', 512), new string('k', 512)),
            new TableEntity("p", "|~'%+ &中\ud83d\ude00")
            {
                ["Text"] = "\ud83d\ude00",
                ["At"] = new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
            }
        );

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void An_entity_over_a_limit_is_refused_by_table_property_and_limit_alone_or_in_a_transaction(
        string? property,
        string limit,
        TableEntity row
    )
    {
        var alone = Assert.Throws<TableLimitException>(() => TableLimits.Check(Table, row));
        var within = Assert.Throws<TableLimitException>(() =>
            TableLimits.Check(Table, [new TableTransactionAction(TableTransactionActionType.Add, row)])
        );

        Assert.Equal((Table, property), (alone.Table, alone.Property));
        Assert.Contains(limit, alone.Message, StringComparison.Ordinal);
        Assert.Equal(alone.Message, within.Message);
    }

    [Theory]
    [MemberData(nameof(JustEnough))]
    public void An_entity_at_a_limit_is_not(TableEntity row) => TableLimits.Check(Table, row);

    [Fact]
    public void The_measure_of_an_entity_counts_two_bytes_a_character_and_one_more_is_too_much()
    {
        var row = Row([
            .. Enumerable.Range(10, 15).Select(i => ($"P{i}", (object)new string('x', 32 * 1024))),
            ("P25", new string('x', (32 * 1024) - 147)),
        ]);

        Assert.Contains(
            "1048578 bytes",
            Assert.Throws<TableLimitException>(() => TableLimits.Check(Table, row)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_property_without_a_value_is_none()
    {
        var row = Row(Enumerable.Range(0, 252).Select(i => ($"P{i}", (object)i)));
        row["P252"] = null!;

        TableLimits.Check(Table, row);
    }

    [Fact]
    public void A_transaction_has_one_partition_a_hundred_entities_and_each_of_them_once()
    {
        Assert.Contains(
            "101 entities",
            Refusal(Enumerable.Range(0, 101).Select(i => new TableEntity("p", $"{i}"))),
            StringComparison.Ordinal
        );
        Assert.Contains("q / 2: it is of another partition", Refusal([new("p", "1"), new("q", "2")]), StringComparison.Ordinal);
        Assert.Contains("p / 1: it is twice", Refusal([new("p", "1"), new("p", "2"), new("p", "1")]), StringComparison.Ordinal);
        TableLimits.Check(
            Table,
            [
                .. Enumerable
                    .Range(0, 100)
                    .Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i}"))),
            ]
        );
    }

    [Fact]
    public void A_transaction_over_four_mebibytes_is_refused() =>
        Assert.Contains(
            "at most 4194304",
            Refusal(
                Enumerable
                    .Range(0, 33)
                    .Select(i => Row([.. Enumerable.Range(0, 4).Select(p => ($"P{p}", (object)new string('x', 32 * 1024)))], $"{i}"))
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_long_key_is_cut_where_it_is_told() =>
        Assert.True(
            Assert
                .Throws<TableLimitException>(() => TableLimits.Check(Table, new TableEntity("p", new string('k', 100_000))))
                .Message.Length < 300
        );

    [Fact]
    public void Every_row_of_the_suite_has_only_columns_that_are_stored_as_themselves()
    {
        var rows = typeof(CrmFunctions.Flow)
            .Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(ITableEntity)) && !type.IsAbstract)
            .ToList();
        Type[] stored =
        [
            typeof(string),
            typeof(int),
            typeof(long),
            typeof(double),
            typeof(bool),
            typeof(Guid),
            typeof(DateTimeOffset),
            typeof(byte[]),
        ];

        Assert.NotEmpty(rows);
        foreach (var property in rows.SelectMany(row => row.GetProperties()).Where(property => property.Name != nameof(ITableEntity.ETag)))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.True(
                type.IsEnum || stored.Contains(type),
                $"{property.DeclaringType!.Name}.{property.Name} is of type {type}, which is read back as something else."
            );
        }
    }

    [Fact]
    public void All_writes_of_the_app_go_through_Wire()
    {
        foreach (var file in Source.Files("functions/CrmFunctions").Where(file => Path.GetFileName(file) != "Wire.cs"))
        {
            Assert.False(Writes().IsMatch(File.ReadAllText(file)), $"{Path.GetFileName(file)} writes past Wire, which holds the limits.");
        }
    }

    [GeneratedRegex(@"\b(AddEntity|UpsertEntity|UpdateEntity|DeleteEntity|SubmitTransaction)(Async)?\b")]
    private static partial Regex Writes();

    private static TableEntity Row(IEnumerable<(string Name, object Value)> properties, string rowKey = "r")
    {
        var row = new TableEntity("p", rowKey);
        foreach (var (name, value) in properties)
            row[name] = value;
        return row;
    }

    private static string Refusal(IEnumerable<TableEntity> rows) =>
        Assert
            .Throws<TableLimitException>(() =>
                TableLimits.Check(Table, [.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))])
            )
            .Message;
}
