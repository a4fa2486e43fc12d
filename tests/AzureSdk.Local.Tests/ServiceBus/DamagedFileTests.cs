using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class DamagedFileTests
{
    [Fact]
    public async Task A_file_that_is_no_database_gives_a_clear_error_that_names_it()
    {
        await using var bus = new LocalBus();
        await File.WriteAllTextAsync(bus.File, string.Concat(Enumerable.Repeat("this is not a database. ", 1000)));

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Send("x"));

        Assert.Contains($"'{bus.File}' is not a SQLite database", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused_and_left_as_it_was()
    {
        await using var bus = new LocalBus();
        RawFile.Scalar(bus.File, "CREATE TABLE other (x); INSERT INTO other VALUES (7)");

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Send("x"));

        Assert.Contains("not one of the local Service Bus broker", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, RawFile.Scalar(bus.File, "SELECT count(*) FROM sqlite_master"));
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_refused()
    {
        await using var bus = await Filled(10);
        RawFile.Scalar(bus.File, "PRAGMA user_version = 99");

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Send("x"));

        Assert.Contains("schema version 99", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    public async Task A_torn_file_is_refused_when_it_is_opened(double kept)
    {
        await using var bus = await Filled(500);
        await using (var file = File.OpenWrite(bus.File)) file.SetLength((long)(file.Length * kept));

        await IsRefusedAsDamaged(bus);
    }

    [Fact]
    public async Task A_file_with_pages_overwritten_is_refused_when_it_is_opened()
    {
        await using var bus = await Filled(500);
        await using (var file = File.OpenWrite(bus.File))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            var garbage = new byte[8192];
            Array.Fill(garbage, (byte)0xA5);
            await file.WriteAsync(garbage);
        }

        await IsRefusedAsDamaged(bus);
    }

    [Fact]
    public async Task A_torn_write_ahead_log_loses_only_its_torn_end()
    {
        await using var bus = new LocalBus();
        for (var i = 0; i < 50; i++) await bus.Send($"{i}");
        var copy = Path.Combine(bus.Folder, "copy.db");
        File.Copy(bus.File, copy);
        File.Copy(bus.File + "-wal", copy + "-wal");
        await using (var wal = File.OpenWrite(copy + "-wal")) wal.SetLength(wal.Length - 100);
        AzureSdk.Local.ServiceBus.LocalBrokers.UseClock(copy, bus.Clock);

        await using var client = new ServiceBusClient(bus.ConnectionString.Replace(bus.File, copy, StringComparison.Ordinal));
        var left = await client.CreateReceiver(LocalBus.Plain).PeekMessagesAsync(100);

        Assert.Equal(Enumerable.Range(0, 49).Select(i => $"{i}"), left.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_that_says_so()
    {
        await using var bus = new LocalBus();
        await File.WriteAllTextAsync(Path.Combine(bus.Folder, "file"), "");
        await using var client = new ServiceBusClient(
            bus.ConnectionString.Replace(bus.File, Path.Combine(bus.Folder, "file", "broker.db"), StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => client.CreateSender(LocalBus.Plain).SendMessageAsync(new("x")));

        Assert.Equal(ServiceBusFailureReason.ServiceCommunicationProblem, refused.Reason);
    }

    private static async Task<LocalBus> Filled(int messages)
    {
        var bus = new LocalBus();
        for (var i = 0; i < messages; i++) await bus.Send(new string('x', 1000));
        await bus.Restart();
        return bus;
    }

    private static async Task IsRefusedAsDamaged(LocalBus bus)
    {
        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Send("x"));
        Assert.Contains($"The broker file '{bus.File}' is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal((ServiceBusFailureReason.GeneralError, false), (refused.Reason, refused.IsTransient));
    }
}
