using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>Rows go in and come back as they were, whatever is in them.</summary>
public sealed class RowTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private readonly TableClient _table = new(azurite.ConnectionString, Azurite.NewTableName());

    public static TheoryData<string> OddKeys => new(
        "plain", "", " ", "a b", "'", "it''s", "100%", "%27", "%2F", "a+b", "a&b=c", "(x)", "a,b", "a;b", "a:b", "a|b", "<a>", "\"q\"", "$batch", "..", ".", "~",
        "{0}", "[1]", "@", "!", "`", "^", "客户", "Ünïcödé", "😀", "e\u0301", new string('k', 511));

    public Task InitializeAsync() => _table.CreateIfNotExistsAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task A_key_of_any_permitted_characters_adds_reads_updates_and_deletes_its_own_row(string key)
    {
        await _table.AddEntityAsync(new TableEntity(key, key) { ["Value"] = 1 });
        await _table.AddEntityAsync(new TableEntity(key, key + "x") { ["Value"] = 2 });

        var row = (await _table.GetEntityAsync<TableEntity>(key, key)).Value;
        await _table.UpdateEntityAsync(new TableEntity(key, key) { ["Value"] = 3 }, row.ETag, TableUpdateMode.Replace);
        var updated = (await _table.GetEntityAsync<TableEntity>(key, key)).Value;
        await _table.DeleteEntityAsync(key, key, updated.ETag);

        Assert.Equal((key, key, 1), (row.PartitionKey, row.RowKey, row.GetInt32("Value")));
        Assert.Equal(3, updated.GetInt32("Value"));
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>(key, key)).HasValue);
        Assert.Equal(2, (await _table.GetEntityAsync<TableEntity>(key, key + "x")).Value.GetInt32("Value"));
    }

    public static TheoryData<object> Values => new(
        "", " ", "text", "it's \"quoted\" \\ / \t\r\n", "客户分层", "😀👩‍👩‍👧", "\0 and \u001f", "<&>", new string('中', 32 * 1024),
        0, int.MinValue, int.MaxValue, 0L, 5L, long.MinValue, long.MaxValue, 12_990L,
        0.0, 5.0, -0.1, 1e-300, double.MaxValue, double.Epsilon, double.NaN, Math.PI,
        true, false, Guid.Empty, new Guid("c9da6455-213d-42c9-9a79-3e9149a57833"),
        new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero).AddTicks(1_234_567), new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
        DateTimeOffset.MaxValue, Array.Empty<byte>(), new byte[] { 0, 1, 254, 255 });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_comes_back_as_it_was_with_its_type(object value)
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });

        var row = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(value, row["Value"]);
        Assert.Equal(value.GetType(), row["Value"].GetType());
        await _table.DeleteAsync();
    }

    [Fact]
    public async Task A_class_comes_back_with_every_property_it_can_store()
    {
        var written = new Everything
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "客户 'x'",
            Int = -1,
            Long = long.MaxValue,
            Unsigned = 7,
            Double = 0.1,
            Flag = true,
            At = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.FromHours(8)),
            Day = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc),
            Id = Guid.NewGuid(),
            Bytes = [1, 2, 3],
            Data = new BinaryData([4, 5]),
            Tier = Tier.Gold,
            MaybeInt = 0,
            MaybeTier = Tier.Silver,
            Renamed = "stored as Other",
            Ignored = "not stored",
            Field = "a field",
        };

        await _table.AddEntityAsync(written);
        var read = (await _table.GetEntityAsync<Everything>("p", "r")).Value;
        var raw = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(written.Data.ToArray(), read.Data!.ToArray());
        Assert.Equal(written.Bytes, read.Bytes);
        Assert.Equivalent(written with { Data = null, Ignored = null, Timestamp = read.Timestamp, ETag = read.ETag }, read with { Data = null });
        Assert.NotEqual(default, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equal("Gold", raw["Tier"]);
        Assert.Equal("stored as Other", raw["Other"]);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 1, 30, 0, TimeSpan.Zero), raw.GetDateTimeOffset("At"));
        Assert.DoesNotContain("Ignored", raw.Keys);
        Assert.DoesNotContain("MaybeLong", raw.Keys);
    }

    [Fact]
    public async Task A_property_that_is_null_is_not_stored_and_reads_as_null()
    {
        await _table.AddEntityAsync(new Everything { PartitionKey = "p", RowKey = "r" });

        var row = (await _table.GetEntityAsync<Everything>("p", "r")).Value;

        Assert.Null(row.Text);
        Assert.Null(row.MaybeLong);
        Assert.Null(row.MaybeTier);
    }

    [Fact]
    public async Task Keys_implemented_explicitly_are_stored_and_read()
    {
        await _table.AddEntityAsync(new Explicit("p", "r") { Value = "v" });

        var row = (await _table.GetEntityAsync<Explicit>("p", "r")).Value;

        Assert.Equal(("p", "r", "v"), (((ITableEntity)row).PartitionKey, ((ITableEntity)row).RowKey, row.Value));
    }

    [Fact]
    public async Task Infinite_doubles_are_refused_as_by_the_official_client() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = double.PositiveInfinity }));

    [Theory]
    [InlineData("", 0xd83d, "")]
    [InlineData("a", 0xde00, "b")]
    [InlineData("😀", 0xd83d, "")]
    [InlineData("", 0xde00, "😀")]
    public async Task Half_a_surrogate_pair_is_refused_by_name_instead_of_stored_as_another_character(string before, int half, string after)
    {
        var value = $"{before}{(char)half}{after}";

        var inValue = await Assert.ThrowsAsync<ArgumentException>(() => _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value }));
        var inKey = await Assert.ThrowsAsync<ArgumentException>(() => _table.AddEntityAsync(new TableEntity("p", value)));
        var inRead = await Assert.ThrowsAsync<ArgumentException>(() => _table.GetEntityAsync<TableEntity>("p", value));

        Assert.Contains("Value has half a surrogate pair", inValue.Message, StringComparison.Ordinal);
        Assert.Contains("RowKey has half a surrogate pair", inKey.Message, StringComparison.Ordinal);
        Assert.Contains("RowKey has half a surrogate pair", inRead.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_that_would_lose_its_value_is_refused()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = 129.90m }));
        await Assert.ThrowsAsync<NotSupportedException>(() => _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = Tier.Gold }));
        await Assert.ThrowsAsync<NotSupportedException>(() => _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = new DateTime(2026, 1, 1) }));
    }

    [Fact]
    public async Task Merging_keeps_the_properties_not_named_and_replacing_does_not()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 1 });

        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 2 }, ETag.All);
        var merged = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value;
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["C"] = 3 }, TableUpdateMode.Replace);
        var replaced = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value;
        await _table.UpsertEntityAsync(new TableEntity("p", "new") { ["D"] = 4 });

        Assert.Equal((1, 2), (merged.GetInt32("A"), merged.GetInt32("B")));
        Assert.Equal((null, null, 3), (replaced.GetInt32("A"), replaced.GetInt32("B"), replaced.GetInt32("C")));
        Assert.Equal(4, (await _table.GetEntityAsync<TableEntity>("p", "new")).Value.GetInt32("D"));
    }

    [Fact]
    public async Task Adding_a_row_that_exists_is_409()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r"));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(409, failure.Status);
        Assert.True(failure.ErrorCode == TableErrorCode.EntityAlreadyExists);
    }

    [Fact]
    public async Task A_row_changed_meanwhile_is_412_and_the_wildcard_overrides_that()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });
        var stale = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value;
        var changed = await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, stale.ETag);

        var update = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpdateEntityAsync(stale, stale.ETag));
        var delete = await Assert.ThrowsAsync<RequestFailedException>(() => _table.DeleteEntityAsync("p", "r", stale.ETag));
        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, ETag.All);

        Assert.Equal((412, "UpdateConditionNotSatisfied"), (update.Status, update.ErrorCode));
        Assert.Equal((412, "UpdateConditionNotSatisfied"), (delete.Status, delete.ErrorCode));
        Assert.NotEqual(stale.ETag, changed.Headers.ETag);
        await Assert.ThrowsAsync<ArgumentException>(() => _table.UpdateEntityAsync(stale, default));
    }

    [Fact]
    public async Task The_etag_of_a_write_is_that_of_the_next_read()
    {
        var added = await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });
        var afterAdd = (await _table.GetEntityAsync<TableEntity>("p", "r")).Value.ETag;
        var updated = await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, afterAdd);

        Assert.Equal(added.Headers.ETag, afterAdd);
        Assert.Equal(updated.Headers.ETag, (await _table.GetEntityAsync<TableEntity>("p", "r")).Value.ETag);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_404_or_no_value()
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _table.GetEntityAsync<TableEntity>("p", "none"));
        var nothing = await _table.GetEntityIfExistsAsync<TableEntity>("p", "none");
        var update = await Assert.ThrowsAsync<RequestFailedException>(() => _table.UpdateEntityAsync(new TableEntity("p", "none"), ETag.All));

        Assert.Equal((404, "ResourceNotFound"), (failure.Status, failure.ErrorCode));
        Assert.False(nothing.HasValue);
        Assert.Equal(404, nothing.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => nothing.Value);
        Assert.Equal(404, update.Status);
        Assert.Equal(404, (await _table.DeleteEntityAsync("p", "none")).Status);
    }

    [Fact]
    public async Task Selecting_reads_only_the_properties_named()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });

        var row = (await _table.GetEntityAsync<TableEntity>("p", "r", ["RowKey", "B"])).Value;

        Assert.Equal(("r", 2), (row.RowKey, row.GetInt32("B")));
        Assert.False(row.ContainsKey("A"));
    }

    [Fact]
    public async Task A_table_is_made_once_and_deleted_once_and_neither_is_an_error_twice()
    {
        var again = await _table.CreateIfNotExistsAsync();
        var conflict = await Assert.ThrowsAsync<RequestFailedException>(() => _table.CreateAsync());
        var deleted = await _table.DeleteAsync();
        var missing = await _table.DeleteAsync();
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((409, _table.Name), (again.GetRawResponse().Status, again.Value.Name));
        Assert.Equal((409, "TableAlreadyExists"), (conflict.Status, conflict.ErrorCode));
        Assert.Equal((204, 404), (deleted.Status, missing.Status));
        Assert.Equal((404, "TableNotFound"), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public void A_number_keeps_the_type_it_had_when_an_int_is_assigned()
    {
        var row = new TableEntity("p", "r") { ["Long"] = 1L, ["Double"] = 1.0, ["Text"] = "t" };

        row["Long"] = 2;
        row["Double"] = 3;

        Assert.Equal((2L, 3.0), (row.GetInt64("Long"), row.GetDouble("Double")));
        Assert.Throws<InvalidOperationException>(() => row.GetInt32("Long"));
        Assert.Null(row.GetString("None"));
        Assert.Null(row["None"]);
        Assert.Equal(default, row.ETag);
    }

    private enum Tier
    {
        Bronze,
        Silver,
        Gold,
    }

    private sealed record Everything : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Text { get; init; }

        public int Int { get; init; }

        public long Long { get; init; }

        public ulong Unsigned { get; init; }

        public double Double { get; init; }

        public bool Flag { get; init; }

        public DateTimeOffset At { get; init; } = DateTimeOffset.UnixEpoch;

        public DateTime Day { get; init; } = DateTime.UnixEpoch;

        public Guid Id { get; init; }

        public byte[]? Bytes { get; init; }

        public BinaryData? Data { get; init; }

        public Tier Tier { get; init; }

        public int? MaybeInt { get; init; }

        public long? MaybeLong { get; init; }

        public Tier? MaybeTier { get; init; }

        [DataMember(Name = "Other")]
        public string? Renamed { get; init; }

        [IgnoreDataMember]
        public string? Ignored { get; init; }

        public string? Field;
    }

    private sealed class Explicit : ITableEntity
    {
        public Explicit()
            : this("", "")
        {
        }

        public Explicit(string partitionKey, string rowKey)
        {
            ((ITableEntity)this).PartitionKey = partitionKey;
            ((ITableEntity)this).RowKey = rowKey;
        }

        public string? Value { get; set; }

        string ITableEntity.PartitionKey { get; set; } = "";

        string ITableEntity.RowKey { get; set; } = "";

        DateTimeOffset? ITableEntity.Timestamp { get; set; }

        ETag ITableEntity.ETag { get; set; }
    }
}
