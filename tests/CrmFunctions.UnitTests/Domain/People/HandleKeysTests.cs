using System.Security.Cryptography;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Operations.Rebuilding;
using CrmFunctions.Security;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.UnitTests.Domain.People;

/// <summary>Handles and keys of rows under secrets: their forms, their order, and the settings.</summary>
public sealed class HandleKeysTests
{
    private static readonly byte[] first = RandomNumberGenerator.GetBytes(HandleKeys.SecretBytes);
    private static readonly byte[] second = RandomNumberGenerator.GetBytes(HandleKeys.SecretBytes);

    [Fact]
    public void Without_a_secret_handles_are_what_they_were_since_the_first_event()
    {
        Assert.Equal('e' + Base32.Hash("e\n+8613800138000", 25), Handle.OfPhone("+8613800138000")!.Value.Key);
        Assert.Equal(Handle.OfPhone("+8613800138000"), HandleKeys.None.Of(Handle.OfPhone("+8613800138000")!.Value));
        Assert.Equal(Base32.Hash("shop\n1", 26), KeyedHash.Of("shop\n1", 26));
    }

    [Fact]
    public void Under_a_secret_a_handle_has_its_rank_the_secret_s_id_and_24_characters_that_the_secret_gives()
    {
        var plain = Handle.OfEmail("ada@example.com")!.Value;
        var keyed = new HandleKeys([first]).Of(plain);
        Assert.Equal(26, keyed.Key.Length);
        Assert.Equal("d0", keyed.Key[..2]);
        Assert.Equal("email", keyed.Kind);
        Assert.NotEqual(plain.Key[2..], keyed.Key[2..]);
        Assert.Equal(keyed, Handle.FromKey(keyed.Key));
        Assert.NotEqual(keyed, new HandleKeys([second]).Of(plain));
        Assert.Null(Handle.FromKey("d9" + new string('0', 24)));
        Assert.Null(Handle.FromKey("d." + new string('a', 24)));

        // Strength is the order of keys, whatever the secrets.
        Assert.True(new HandleKeys([first]).Of(Handle.OfId("shop", "1")) < keyed);
        Assert.True(keyed < new HandleKeys([first]).Of(Handle.OfPhone("+8613800138000")!.Value));
    }

    [Fact]
    public void A_new_secret_is_put_over_what_those_before_made_and_over_nothing_twice()
    {
        var plain = Handle.OfId("shop", "42");
        var (one, both) = (new HandleKeys([first]), new HandleKeys([first, second]));
        Assert.Equal(one.Of(plain).Key, one.Renew(plain.Key, 1));
        Assert.Equal(both.Of(plain).Key, both.Renew(plain.Key, 1));
        Assert.Equal(one.Of(plain).Key, HandleKeys.None.Renew(one.Of(plain).Key, 1));
        Assert.Equal(both.Of(plain).Key, both.Renew(one.Of(plain).Key, 1));
        Assert.Equal(both.Of(plain).Key, both.Renew(both.Of(plain).Key, 1));
        Assert.Equal(('0', '1'), (one.Id, both.Id));
        var hash = Base32.Hash("shop\n1001-paid", 26);
        Assert.Equal(both.Of(hash, 0), both.Renew(one.Renew(hash, 0), 0));
        Assert.Equal(one.Check, both.Before.Check);
        Assert.NotEqual(one.Check, both.Check);
        Assert.Null(HandleKeys.None.Id);
    }

    [Fact]
    public void Lanes_of_a_rebuild_are_even_under_a_secret_too_and_every_handle_is_in_one()
    {
        var keys = new HandleKeys([first]);
        var handles = Enumerable.Range(0, 20_000).Select(i => Handle.OfId("shop", $"{i}")).ToList();
        foreach (var (made, evenly) in new[] { (handles.Select(keys.Of), true), (handles, false) })
        {
            var counts = Enumerable
                .Range(0, Lanes.Count)
                .Select(lane => Lanes.Range(lane, keys))
                .Select(lane =>
                    made.Count(one => string.CompareOrdinal(one.Key, lane.From) > 0 && string.CompareOrdinal(one.Key, lane.To) < 0)
                )
                .Where(count => count > 0)
                .ToList();
            Assert.Equal(handles.Count, counts.Sum());
            if (evenly)
                Assert.InRange(counts.Max() / (double)counts.Average(), 1, 1.1);
        }
    }

    [Fact]
    public void The_settings_must_name_a_secret_or_say_that_there_is_none()
    {
        var secret = Convert.ToBase64String(first);
        Assert.Contains("Handles__Key is missing", Problem(new()), StringComparison.Ordinal);
        Assert.Contains("both set", Problem(new() { Key = secret, Unkeyed = true }), StringComparison.Ordinal);
        foreach (var wrong in (string[])["@Microsoft.KeyVault(SecretUri=x)", "c2hvcnQ=", $"{secret},", $"{secret} {secret}"])
        {
            Assert.Contains("must be base64 of 32 bytes", Problem(new() { Key = wrong }), StringComparison.Ordinal);
            Assert.Null(HandleOptions.Of(Settings(("Handles:Key", wrong))));
        }

        Assert.Null(Problem(new() { Key = $"{secret},{Convert.ToBase64String(second)}" }));
        Assert.Null(Problem(new() { Unkeyed = true }));
        Assert.Null(HandleOptions.Of(Settings()));
        Assert.Null(HandleOptions.Of(Settings(("Handles:Unkeyed", "false"))));
        Assert.Equal(0, HandleOptions.Of(Settings(("Handles:Unkeyed", "true")))!.Count);
        Assert.Equal(new HandleKeys([first]).Check, HandleOptions.Of(Settings(("Handles:Key", secret)))!.Check);
    }

    private static string? Problem(HandleOptions options) => options.Validate(new(options)).SingleOrDefault()?.ErrorMessage;

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
            .Build();
}
