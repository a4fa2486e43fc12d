using System.Globalization;

namespace CrmFunctions.Cli.Demo.Generation;

/// <summary>Names and addresses of people who do not exist.</summary>
/// <remarks>
/// Domains are those of RFC 2606. Chinese numbers begin with 154, which no operator has been given; German ones are from the
/// blocks that the Bundesnetzagentur keeps for films.
/// </remarks>
internal static class Names
{
    public static readonly string[] Domains = ["com", "org", "net"];
    public static readonly string[] ChineseCities = ["上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "南京", "西安", "苏州"];
    public static readonly string[] EuropeanCities =
    [
        "Berlin",
        "Hamburg",
        "München",
        "Wien",
        "Zürich",
        "Paris",
        "Lyon",
        "Milano",
        "Praha",
        "København",
    ];

    private static readonly (string Name, string Latin)[] Surnames =
    [
        ("王", "wang"),
        ("李", "li"),
        ("张", "zhang"),
        ("刘", "liu"),
        ("陈", "chen"),
        ("杨", "yang"),
        ("黄", "huang"),
        ("赵", "zhao"),
        ("吴", "wu"),
        ("周", "zhou"),
        ("徐", "xu"),
        ("孙", "sun"),
        ("马", "ma"),
        ("朱", "zhu"),
        ("胡", "hu"),
        ("郭", "guo"),
        ("何", "he"),
        ("林", "lin"),
        ("欧阳", "ouyang"),
    ];

    private static readonly (string Name, string Latin)[] Given =
    [
        ("伟", "wei"),
        ("芳", "fang"),
        ("娜", "na"),
        ("秀英", "xiuying"),
        ("敏", "min"),
        ("静", "jing"),
        ("丽", "li"),
        ("强", "qiang"),
        ("磊", "lei"),
        ("军", "jun"),
        ("洋", "yang"),
        ("勇", "yong"),
        ("艳", "yan"),
        ("杰", "jie"),
        ("娟", "juan"),
        ("涛", "tao"),
        ("明", "ming"),
        ("霞", "xia"),
        ("子涵", "zihan"),
        ("欣怡", "xinyi"),
        ("浩然", "haoran"),
        ("雨桐", "yutong"),
        ("思远", "siyuan"),
        ("梓萱", "zixuan"),
    ];

    private static readonly (string Name, string Latin)[] Families =
    [
        ("Müller", "mueller"),
        ("Schmidt", "schmidt"),
        ("Schneider", "schneider"),
        ("Weiß", "weiss"),
        ("Krüger", "krueger"),
        ("Martin", "martin"),
        ("Lefèvre", "lefevre"),
        ("Dubois", "dubois"),
        ("Rossi", "rossi"),
        ("Esposito", "esposito"),
        ("García", "garcia"),
        ("Núñez", "nunez"),
        ("Kowalska", "kowalska"),
        ("Wiśniewski", "wisniewski"),
        ("Novák", "novak"),
        ("Sørensen", "sorensen"),
        ("O'Brien", "obrien"),
        ("Papadopoulos", "papadopoulos"),
    ];

    private static readonly (string Name, string Latin)[] First =
    [
        ("Anna", "anna"),
        ("Jürgen", "juergen"),
        ("Lukas", "lukas"),
        ("Zoé", "zoe"),
        ("François", "francois"),
        ("Giulia", "giulia"),
        ("Luca", "luca"),
        ("María", "maria"),
        ("José", "jose"),
        ("Zofia", "zofia"),
        ("Paweł", "pawel"),
        ("Jiří", "jiri"),
        ("Astrid", "astrid"),
        ("Søren", "soren"),
        ("Siobhán", "siobhan"),
        ("Eleni", "eleni"),
        ("Emma", "emma"),
        ("Noah", "noah"),
    ];

    private static readonly string[] FilmNumbers = ["+493023125", "+496990009", "+494066969", "+492214710", "+498999998"];

    public static (string Name, string Latin) Chinese(Dice dice)
    {
        var (surname, given) = (dice.Pick(Surnames), dice.Pick(Given));
        return (surname.Name + given.Name, $"{given.Latin}.{surname.Latin}");
    }

    public static (string Name, string Latin) European(Dice dice)
    {
        var (first, family) = (dice.Pick(First), dice.Pick(Families));
        return ($"{first.Name} {family.Name}", $"{first.Latin}.{family.Latin}");
    }

    /// <returns>A number of E.164 that belongs to this person alone, up to 5,000 people in Europe.</returns>
    public static string Phone(bool chinese, int person) =>
        chinese
            ? string.Create(CultureInfo.InvariantCulture, $"+86154{person:D8}")
            : string.Create(CultureInfo.InvariantCulture, $"{FilmNumbers[person / 1000 % FilmNumbers.Length]}{person % 1000:D3}");

    public static string OpenId(Dice dice)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return "o" + string.Concat(Enumerable.Range(0, 27).Select(_ => Letters[dice.Below(Letters.Length)]));
    }
}
