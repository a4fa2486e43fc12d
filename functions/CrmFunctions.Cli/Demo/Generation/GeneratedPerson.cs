using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>A person who buys in one shop or both, and the handles that each event carries.</summary>
/// <param name="Email">Shared by both accounts of a person who buys in both shops.</param>
/// <param name="OpenId">Of the shop's mini program; <c>UnionId</c> goes with it.</param>
/// <param name="Joined">The first day; before the shop's year for older customers.</param>
/// <param name="AlsoIn">The second shop, for the few who buy in both.</param>
internal sealed record GeneratedPerson(
    int Number,
    Shop Home,
    string Name,
    string? Email,
    string? Phone,
    string? OpenId,
    LocalDate Joined,
    Shop? AlsoIn,
    LocalDate Birthday,
    string City
)
{
    public string IdIn(Shop shop) => string.Create(CultureInfo.InvariantCulture, $"{shop.Code}{100000 + Number}");

    /// <summary>All that the shop knows: sent with orders and with the account.</summary>
    public JsonObject Whole(Shop shop)
    {
        var known = Account(shop);
        if (Email is not null && (shop != Home || Home == Shop.Europe || AlsoIn is not null || Number % 2 == 0))
            known["email"] = Email;
        if (Phone is not null && shop == Home)
            known["phone"] = Phone;
        known["name"] = Name;
        if (OpenId is not null && shop == Shop.China)
        {
            known["unionid"] = "u" + OpenId[1..];
            known["openid"] = OpenId;
        }

        return known;
    }

    /// <summary>Only the shop's own number: visits, complaints.</summary>
    public JsonObject Account(Shop shop) => new() { ["id"] = IdIn(shop), ["timeZone"] = shop.ZoneName };

    /// <summary>What a person types into a form: a phone number in China, an address elsewhere, and no number of the shop's.</summary>
    public JsonObject OnForm() =>
        Home == Shop.China && Phone is not null
            ? new()
            {
                ["phone"] = Phone,
                ["name"] = Name,
                ["timeZone"] = Home.ZoneName,
            }
        : Email is not null
            ? new()
            {
                ["email"] = Email,
                ["name"] = Name,
                ["timeZone"] = Home.ZoneName,
            }
        : new()
        {
            ["phone"] = Phone,
            ["name"] = Name,
            ["timeZone"] = Home.ZoneName,
        };

    public static GeneratedPerson Born(int number, Dice dice)
    {
        var chinese = dice.Chance(0.58);
        var home = chinese ? Shop.China : Shop.Europe;
        var (name, latin) = chinese ? Names.Chinese(dice) : Names.European(dice);
        var both = dice.Chance(0.06);
        var email =
            both || dice.Chance(chinese ? 0.4 : 0.95)
                ? string.Create(CultureInfo.InvariantCulture, $"{latin}.{number}@example.{dice.Pick(Names.Domains)}")
                : null;
        var phone = email is null || dice.Chance(chinese ? 0.9 : 0.3) ? Names.Phone(chinese, number) : null;
        var openId = chinese && dice.Chance(0.25) ? Names.OpenId(dice) : null;
        // A shop that grows: the power puts more of the newcomers late in the year.
        var older = dice.Chance(0.25);
        var (from, until) = older ? (Season.Before, Season.Start) : (Season.Start, Season.End);
        var joined = home.Season.DayAt(home.Season.At(from) + Math.Pow(dice.Unit(), 0.8) * (home.Season.At(until) - home.Season.At(from)));
        var birthday = new LocalDate(1955, 1, 1).PlusDays(dice.Below(52 * 365));
        return new GeneratedPerson(
            number,
            home,
            name,
            email,
            phone,
            openId,
            joined,
            both ? (chinese ? Shop.Europe : Shop.China) : null,
            birthday,
            dice.Pick(chinese ? Names.ChineseCities : Names.EuropeanCities)
        );
    }
}
