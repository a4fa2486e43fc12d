using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>Questions about a customer at the ends of what can be asked.</summary>
public sealed class CustomerQueryTests(InputSuite input) : IClassFixture<InputSuite>
{
    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2100-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task A_receipt_as_of_any_instant_is_given_or_refused(string asOf)
    {
        var answer = await input.Get($"customers/{await Customer()}/receipt?asOf={asOf}");

        if (answer.Status == 200)
            OpenApi.Holds(answer.Json, "ReceiptAnswer");
        else
            answer.Problem(400, "invalid-query");
    }

    [Fact]
    public async Task A_page_after_the_last_one_is_empty_and_has_none_after_it()
    {
        var answer = await input.Get($"customers/{await Customer()}/timeline?next={int.MaxValue}");

        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Json["items"]!.AsArray());
        Assert.Null(answer.Json["next"]);
    }

    private async Task<string> Customer()
    {
        var answer = await input.Suite.Post(Sent.Paid("asked", "asked"));
        await input.Suite.Settle();
        return (string)answer["events"]![0]!["customerId"]!;
    }
}
