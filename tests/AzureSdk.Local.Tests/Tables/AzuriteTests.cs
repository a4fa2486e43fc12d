using System.Diagnostics;
using Azure.Data.Tables;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.Tables;

/// <summary>The fixture the tests of storage stand on.</summary>
public sealed class AzuriteTests
{
    [Fact]
    public async Task Emulators_are_apart_from_each_other_and_gone_when_disposed()
    {
        int id;
        using (var one = new Azurite())
        using (var other = new Azurite())
        {
            id = one.ProcessId;
            await new TableClient(one.ConnectionString, "events").CreateAsync();
            await new TableClient(other.ConnectionString, "events").CreateAsync();
            Assert.Equal(one.Endpoint, new TableServiceClient(one.ConnectionString).Uri);
            Assert.NotEqual(one.Port, other.Port);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task A_program_of_Node_ends_when_its_parent_no_longer_holds_its_input()
    {
        using var forever = NodeTools.Start(NodeTools.RepositoryRoot, "--eval", "setInterval(() => {}, 1000); console.log('runs')");
        Assert.Equal("runs", await forever.StandardOutput.ReadLineAsync());

        forever.StandardInput.Close();

        await forever.WaitForExitAsync();
        Assert.Equal(0, forever.ExitCode);
    }

    [Fact]
    public async Task What_a_program_of_Node_says_when_it_fails_is_in_the_exception()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => NodeTools.Run(NodeTools.RepositoryRoot, "--eval", "throw new Error('what went wrong')"));

        Assert.Contains("what went wrong", failure.Message, StringComparison.Ordinal);
    }
}
