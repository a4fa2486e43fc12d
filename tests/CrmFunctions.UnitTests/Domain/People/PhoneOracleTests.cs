using CrmFunctions.Domain.Identity;
using PhoneNumbers;

namespace CrmFunctions.UnitTests.Domain.People;

/// <summary>Phone numbers are read as libphonenumber reads them, but for what the table says.</summary>
public sealed class PhoneOracleTests
{
    private static readonly PhoneNumberUtil oracle = PhoneNumberUtil.GetInstance();
    private static readonly PhoneNumberType[] types = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE];

    public static TheoryData<string> Regions => [.. Phones.Regions];

    /// <summary>What differs on purpose: sent, region, what it is here, what it is to libphonenumber (null: impossible), and why.</summary>
    public static TheoryData<string, string, string?, string?, string> Differences =>
        new()
        {
            { "400 820 8820", "CN", null, "+864008208820", "A company answers a 400 number: it identifies no person." },
            { "+86 400 820 8820", "CN", null, "+864008208820", "A company answers a 400 number: it identifies no person." },
            { "755 1234 5678", "CN", null, "+8675512345678", "A landline without its zero is some other number's tail." },
            { "444 0 123", "TR", null, "+904440123", "A company answers numbers of seven digits: they identify no person." },
            { "1-700-123-456", "IL", null, "+9721700123456", "A company answers 1-700 numbers: they identify no person." },
            { "112 555 2368", "US", null, "+11125552368", "Neither area nor exchange begins with 0 or 1." },
            { "123 456 7890", "KZ", null, "+71234567890", "What begins with 0, 1 or 2 is no area code." },
            { "+52 1 222 123 4567", "MX", "+522221234567", null, "Address books still have the 1 of mobile numbers until 2019." },
            { "0049 170 1234567", "US", "+491701234567", null, "00 is understood everywhere as the prefix of a country code." },
            { "+1 201 555", "US", "+1201555", null, "A country code in front is taken as written, whatever follows it." },
        };

    [Theory]
    [MemberData(nameof(Regions))]
    public void An_example_number_in_any_notation_has_the_E164_of_libphonenumber(string region)
    {
        foreach (var example in Examples(region))
        {
            var expected = oracle.Format(example, PhoneNumberFormat.E164);
            foreach (var format in (PhoneNumberFormat[])[PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL])
            {
                var text = oracle.Format(example, format);
                foreach (var sent in (string[])[text, text.Replace(' ', '-'), text.Replace('-', ' '), text.Replace(' ', '.'), $"({text})"])
                    Assert.Equal((sent, expected), (sent, Phones.Normalise(sent, region)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void A_national_number_that_libphonenumber_calls_impossible_is_none(string region)
    {
        var impossible = 0;
        foreach (var whole in Examples(region).SelectMany(Nationals))
        {
            // Every beginning of the number, and the number with up to six digits too many.
            foreach (var sent in Enumerable.Range(1, whole.Length + 6).Select(length => whole.PadRight(length, '7')[..length]))
            {
                if (Oracle(sent, region) is not null)
                    continue;
                impossible++;
                Assert.Equal((sent, null), (sent, Phones.Normalise(sent, region)));
            }
        }

        Assert.InRange(impossible, 5, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public void What_differs_from_libphonenumber_differs_on_purpose(string sent, string region, string? here, string? there, string why)
    {
        Assert.Equal(here, Phones.Normalise(sent, region));
        Assert.Equal(there, Oracle(sent, region));
        Assert.NotEqual(here, there);
        Assert.NotEmpty(why);
    }

    [Theory]
    [InlineData("400 820 8820", "CN")]
    [InlineData("+86 400 820 8820", null)]
    public void A_400_number_of_China_is_stored_as_sent_and_links_no_customer(string sent, string? region)
    {
        var customer = new Identifiers(Id: "7", Phone: sent, Region: region);

        Assert.Equal(sent, customer.Phone);
        Assert.Equal([Handle.OfId("shop", "7")], Handle.All(customer, "shop"));
    }

    private static IEnumerable<PhoneNumber> Examples(string region) => types.Select(type => oracle.GetExampleNumberForType(region, type));

    // With the trunk prefix, where there is one, and without.
    private static IEnumerable<string> Nationals(PhoneNumber example) =>
        [
            PhoneNumberUtil.NormalizeDigitsOnly(oracle.Format(example, PhoneNumberFormat.NATIONAL)),
            oracle.GetNationalSignificantNumber(example),
        ];

    private static string? Oracle(string sent, string region)
    {
        try
        {
            var number = oracle.Parse(sent, region);
            return oracle.IsPossibleNumber(number) ? oracle.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
