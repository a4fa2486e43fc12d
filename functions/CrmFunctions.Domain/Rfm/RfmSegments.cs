namespace CrmFunctions.Domain.Rfm;

/// <summary>A named way of calling the cells of the RFM cube.</summary>
public enum RfmSegmentation
{
    /// <summary>Ten segments over recency and frequency.</summary>
    Ten,

    /// <summary>Eleven segments over recency, frequency and monetary value.</summary>
    Eleven,

    /// <summary>The segments of the R package <c>rfm</c>'s own tests: ranges of scores, the first that holds wins.</summary>
    R,
}

/// <summary>Segments as they are usually named and drawn; every cell has exactly one name.</summary>
public static class RfmSegments
{
    // Recency from and to, frequency from and to. The spelling is the one in common use.
    private static readonly (string Name, int R1, int R2, int F1, int F2)[] OverRecencyAndFrequency =
    [
        ("champions", 5, 5, 4, 5),
        ("loyal_customers", 3, 4, 4, 5),
        ("potential_loyalists", 4, 5, 2, 3),
        ("new_customers", 5, 5, 1, 1),
        ("promising", 4, 4, 1, 1),
        ("need_attention", 3, 3, 3, 3),
        ("about_to_sleep", 3, 3, 1, 2),
        ("cant_loose", 1, 2, 5, 5),
        ("at_Risk", 1, 2, 3, 4),
        ("hibernating", 1, 2, 1, 2),
    ];

    private static readonly Dictionary<char, string> Letters = new()
    {
        ['C'] = "Champions",
        ['L'] = "Loyal",
        ['P'] = "Potential Loyalist",
        ['N'] = "New Customers",
        ['R'] = "Promising",
        ['A'] = "Need Attention",
        ['S'] = "About To Sleep",
        ['K'] = "At Risk",
        ['X'] = "Cannot Lose Them",
        ['H'] = "Hibernating",
        ['O'] = "Lost",
    };

    // One square for each score of recency, 5 first; in a square a row for each score of frequency, 5 at the top, and in a row monetary
    // value 1 to 5.
    private static readonly string[][] Cube =
    [
        ["PPPCC", "PPLCC", "PPPAA", "RRRRR", "NNRRR"],
        ["PPPCC", "PPALC", "PPPAL", "NNPRR", "NNRRR"],
        ["PPPLL", "PPALL", "SHPAL", "SHPAA", "NSRRR"],
        ["SKKKK", "SKKKK", "SHHKK", "SHHKK", "HHSXX"],
        ["OKKXX", "OKKXK", "OHKKK", "OHHKK", "OOXXX"],
    ];

    // Ranges of R, F and M. Cells that no range holds are "Others".
    private static readonly (string Name, int R1, int R2, int F1, int F2, int M1, int M2)[] OfR =
    [
        ("Champions", 4, 5, 4, 5, 4, 5),
        ("Loyal Customers", 2, 5, 3, 5, 3, 5),
        ("Potential Loyalist", 3, 5, 1, 3, 1, 3),
        ("New Customers", 4, 5, 1, 1, 1, 1),
        ("Promising", 3, 4, 1, 1, 1, 1),
        ("Need Attention", 2, 3, 2, 3, 2, 3),
        ("About To Sleep", 2, 3, 1, 2, 1, 2),
        ("At Risk", 1, 2, 2, 5, 2, 5),
        ("Can't Lose Them", 1, 1, 4, 5, 4, 5),
        ("Lost", 1, 2, 1, 2, 1, 2),
    ];

    /// <summary>The name of a cell.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A score is not 1 to 5.</exception>
    public static string Of(RfmScores scores, RfmSegmentation segmentation = RfmSegmentation.Ten)
    {
        var (r, f, m) = (Valid(scores.R), Valid(scores.F), Valid(scores.M));
        return segmentation switch
        {
            RfmSegmentation.Ten => OverRecencyAndFrequency.First(s => r >= s.R1 && r <= s.R2 && f >= s.F1 && f <= s.F2).Name,
            RfmSegmentation.Eleven => Letters[Cube[5 - r][5 - f][m - 1]],
            RfmSegmentation.R => OfR.FirstOrDefault(s => r >= s.R1 && r <= s.R2 && f >= s.F1 && f <= s.F2 && m >= s.M1 && m <= s.M2).Name
                ?? "Others",
            _ => throw new ArgumentOutOfRangeException(nameof(segmentation), segmentation, "Unknown segmentation."),
        };
    }

    private static int Valid(int score) =>
        score is >= 1 and <= 5 ? score : throw new ArgumentOutOfRangeException(nameof(score), score, "A score is 1 to 5.");
}
