using CrmFunctions.Domain.Access;

namespace CrmFunctions.UnitTests.Security;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_key_has_its_prefix_and_a_checksum_that_finds_every_character_that_was_changed()
    {
        var key = ApiKey.New();
        Assert.Matches("^crm_[0-9a-f]{48}$", key);
        Assert.Null(ApiKey.Problem(key));
        for (var i = ApiKey.Prefix.Length; i < key.Length; i++)
        {
            var other = key[i] == '0' ? '1' : '0';
            Assert.NotNull(ApiKey.Problem(key[..i] + other + key[(i + 1)..]));
        }

        Assert.NotNull(ApiKey.Problem(key[..^1]));
        Assert.NotNull(ApiKey.Problem(key + "0"));
        Assert.NotEqual(ApiKey.New(), key);
    }

    [Fact]
    public void The_hash_of_a_key_is_its_SHA_256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ApiKey.Hash("abc"));

    [Theory]
    [InlineData("", false)]
    [InlineData("short", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("Zk3vQ9sT1xW7yB5nM2pL8rC6dF4gH0jA", true)]
    public void A_key_that_was_made_elsewhere_must_be_as_hard_to_guess(string key, bool good) =>
        Assert.Equal(good, ApiKey.Problem(key) is null);
}
