using System.Globalization;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class ValueLaws
{
    private static readonly int Cases = Any.Cases(3000);
    private const string Codes = "CNY EUR JPY KRW KWD TND USD XCG";

    [Fact]
    public void Money_reads_back_as_it_was_written() =>
        Any.Always(
            Gen.Choose(0, int.MaxValue).SelectMany(_ => Gen.Elements(Codes.Split(' ')), (minor, code) => (minor, code)),
            Cases,
            pair =>
            {
                var money = new Money(pair.minor * 465_661L, pair.code);
                Assert.Equal(money, Money.Parse(money.ToString().Split(' ')[0], pair.code, out var problem));
                Assert.Null(problem);
                Assert.Equal(money, Money.Parse(money.Amount.ToString(CultureInfo.InvariantCulture), pair.code, out _));
            }
        );

    [Theory]
    [InlineData("10000000000000", "CNY", 1_000_000_000_000_000)]
    [InlineData("1000000000000000", "JPY", 1_000_000_000_000_000)]
    [InlineData("129.9", "CNY", 12990)]
    [InlineData("129.9000000000000000000000000000000000000", "CNY", 12990)]
    [InlineData("+0.001", "KWD", 1)]
    [InlineData("-0.00", "CNY", 0)]
    [InlineData(".5", "CNY", 50)]
    [InlineData("5.", "CNY", 500)]
    [InlineData("007", "JPY", 7)]
    public void Amounts_are_read_without_rounding(string text, string currency, long minor) =>
        Assert.Equal(new Money(minor, currency), Money.Parse(text, currency, out _));

    [Fact]
    public void Instants_read_back_to_the_millisecond_in_any_zone() =>
        Any.Always(
            Gen.Choose(0, int.MaxValue).SelectMany(_ => Gen.Choose(-14 * 60, 14 * 60), (s, zone) => (s, zone)),
            Cases,
            pair =>
            {
                var instant = DateTimeOffset.UnixEpoch.AddSeconds(pair.s).AddMilliseconds(pair.s % 1000);
                var local = instant.ToOffset(TimeSpan.FromMinutes(pair.zone));
                foreach (
                    var format in new[]
                    {
                        "yyyy-MM-ddTHH:mm:ss.fffzzz",
                        "yyyy-MM-dd HH:mm:ss.fffffffzzz",
                        "yyyy-MM-dd't'HH:mm:ss.fff'000000'zzz",
                    }
                )
                {
                    var parsed = Instants.Parse(local.ToString(format, CultureInfo.InvariantCulture));
                    Assert.Equal((instant, TimeSpan.Zero), (parsed!.Value, parsed.Value.Offset));
                }
            }
        );

    [Theory]
    [InlineData("2026-11-01T09:30:00Z", 0)]
    [InlineData("2026-11-01t09:30:00z", 0)]
    [InlineData("2026-11-01 17:30:00+08:00", 0)]
    [InlineData("2026-11-01T09:30:00.1Z", 100)]
    [InlineData("2026-11-01T09:30:00.9999999Z", 999)]
    [InlineData("2026-11-01T09:30:00.123456789Z", 123)]
    [InlineData("2026-11-01T17:30:00.123456789012345678+08:00", 123)]
    public void Instants_of_RFC_3339_are_read(string text, int milliseconds) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 9, 30, 0, milliseconds, TimeSpan.Zero), Instants.Parse(text));

    [Theory]
    [InlineData("a@b.c", " A@B.C ", true)]
    [InlineData("a@b.c", "a@b.d", false)]
    public void Emails_are_compared_without_case_and_blanks(string one, string other, bool same) =>
        Assert.Equal(same, Handle.OfEmail(one) == Handle.OfEmail(other));

    [Theory]
    [InlineData("nobody")]
    [InlineData("@b.c")]
    [InlineData("a@")]
    [InlineData("a@b@c")]
    [InlineData("a b@c.d")]
    [InlineData("a@b.")]
    [InlineData("")]
    public void What_is_no_email_has_no_handle(string email) => Assert.Null(Handle.OfEmail(email));

    [Theory]
    [InlineData("+8613800138000", "+8613800138000")]
    [InlineData("138 0013 8000", "+8613800138000")]
    [InlineData("86 138-0013-8000", "+8613800138000")]
    [InlineData("0086 138 0013 8000", "+8613800138000")]
    [InlineData("＋８６１３８００１３８０００", "+8613800138000")]
    [InlineData(" (+44) 20.7946/0958 ", "+442079460958")]
    [InlineData("+44 (0)20 7946 0958", "+442079460958")]
    [InlineData("abc", null)]
    [InlineData("", null)]
    [InlineData("+", null)]
    [InlineData("12345678", null)]
    [InlineData("+0123456789", null)]
    [InlineData("+123456", null)]
    [InlineData("+1234567", "+1234567")]
    [InlineData("+123456789012345", "+123456789012345")]
    [InlineData("+1234567890123456", null)]
    [InlineData("+12345678901234567890123", null)]
    [InlineData("1+3800138000", null)]
    [InlineData("12800138000", null)]
    [InlineData("+86138001380\0", null)]
    public void Phones_become_E164(string phone, string? normal) => Assert.Equal(normal, Phones.Normalise(phone));

    [Fact]
    public void Of_any_identifiers_the_strongest_handle_is_the_smallest() =>
        Any.Always(
            // Six digits: a shorter number may stand in a hash by chance.
            Gen.Choose(1, 31).SelectMany(_ => Gen.Choose(100_000, 999_999), (set, n) => (set, n)),
            Cases,
            pair =>
            {
                string? If(int bit, string value) => (pair.set & bit) != 0 ? value : null;
                var customer = new Identifiers(
                    If(1, $"{pair.n}"),
                    If(2, $"u{pair.n}"),
                    If(4, $"o{pair.n}"),
                    If(8, $"a{pair.n}@b.c"),
                    If(16, $"+8613{pair.n:D9}")
                );
                var all = Handle.All(customer, "shop");

                Assert.Equal(all.Order(), all);
                Assert.Equal(all.Min(), Handle.Strongest(customer, "shop"));
                Assert.Equal(int.PopCount(pair.set), all.Select(handle => handle.Kind).Distinct().Count());
                Assert.All(all, handle => Assert.Equal(handle, Handle.FromKey(handle.Key)));
                Assert.All(
                    all,
                    handle => Assert.True(handle.Key.Length == 26 && !handle.Key.Contains($"{pair.n}", StringComparison.Ordinal))
                );
            }
        );

    [Fact]
    public void Different_identifiers_have_different_handles()
    {
        var handles = Enumerable
            .Range(0, 20_000)
            .SelectMany(i => new[] { Handle.OfId("shop", $"{i}"), Handle.OfId("form", $"{i}"), Handle.OfEmail($"{i}@b.c")!.Value });
        Assert.Equal(60_000, handles.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("g2345672345672345672345672")]
    [InlineData("A2345672345672345672345672")]
    [InlineData("a7145672345672345672345672")]
    [InlineData("a23456723456723456723456723")]
    public void What_is_no_key_is_no_handle(string key) => Assert.Null(Handle.FromKey(key));

    [Fact]
    public void A_handle_is_the_base32_of_a_SHA_256()
    {
        // Independent of this code: python3 -c 'import
        // base64,hashlib;print(base64.b32encode(hashlib.sha256(b"abc").digest()).decode().lower())'
        const string abc = "xj4bnp4pahh6uqkbidpf3lrceoyagyndsylxvhfucd7wd4qacwwq";
        Assert.Equal(abc[..51], Base32.Hash("abc", 51));
        Assert.Equal(abc[..1], Base32.Hash("abc", 1));
    }
}
