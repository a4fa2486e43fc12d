using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace LocalServiceBus.Tests;

public sealed class NodeClientTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_official_client_for_Node_finds_what_it_finds_in_Azure()
    {
        await using var bus = await LocalBus.Start(systemClock: true);

        var said = await NodeTools.Run(NodeTools.Install("tests/peers/servicebus"), "conformance.mjs", bus.Server.ConnectionString);

        output.WriteLine(said);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
    }
}
