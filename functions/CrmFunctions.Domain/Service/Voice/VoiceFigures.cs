namespace CrmFunctions.Domain.Service.Voice;

/// <summary>What the customers of a group said in a period, with what every figure is made of.</summary>
/// <param name="Customers">How many there are, whether they said something or not.</param>
/// <param name="Csat">Of each customer the last answer in the period.</param>
/// <param name="Nps">Of each customer the last answer in the period.</param>
/// <param name="Complaints">Opened in the period.</param>
/// <param name="Complainers">Customers who opened one.</param>
/// <param name="OtherScores">Scores that answer neither question.</param>
/// <remarks>Source: Service/Voice/Voice.md, section 2.</remarks>
public sealed record VoiceFigures(int Customers, Csat Csat, Nps Nps, int Complaints, int Complainers, int OtherScores)
{
    /// <summary>Nobody.</summary>
    public static VoiceFigures None { get; } = new(0, new Csat(0, 0), new Nps(0, 0, 0), 0, 0, 0);

    /// <summary>Complaints for each hundred customers; null without customers.</summary>
    public decimal? ComplaintsPerHundred => Customers == 0 ? null : 100m * Complaints / Customers;

    /// <summary>With one customer more.</summary>
    /// <param name="voice">The customer's.</param>
    /// <param name="from">The first instant of the period. UTC.</param>
    /// <param name="to">The first instant after it. UTC.</param>
    public VoiceFigures With(CustomerVoice voice, DateTimeOffset from, DateTimeOffset to)
    {
        var answers = voice.Answers.Where(answer => answer.At >= from && answer.At < to).ToList();
        var complaints = voice.Complaints.Count(opened => opened >= from && opened < to);
        return new VoiceFigures(
            Customers + 1,
            Last(Survey.Csat) is { } satisfied ? Csat.With(satisfied) : Csat,
            Last(Survey.Nps) is { } likely ? Nps.With(likely) : Nps,
            Complaints + complaints,
            Complainers + Math.Min(complaints, 1),
            OtherScores + answers.Count(answer => answer.Survey is null)
        );

        int? Last(Survey survey) =>
            answers.FindLast(answer => answer.Survey == survey) is { Survey: not null } answer ? answer.Score : null;
    }

    /// <summary>Both groups together; no customer may be in both.</summary>
    public VoiceFigures Plus(VoiceFigures other) =>
        new(
            Customers + other.Customers,
            new Csat(Csat.Satisfied + other.Csat.Satisfied, Csat.Answers + other.Csat.Answers),
            new Nps(Nps.Promoters + other.Nps.Promoters, Nps.Passives + other.Nps.Passives, Nps.Detractors + other.Nps.Detractors),
            Complaints + other.Complaints,
            Complainers + other.Complainers,
            OtherScores + other.OtherScores
        );
}

/// <summary>满意度: who is satisfied, of those who answered.</summary>
/// <param name="Satisfied">Answers of 4 and 5.</param>
/// <param name="Answers">All answers.</param>
public readonly record struct Csat(int Satisfied, int Answers)
{
    /// <summary>0 to 1; null without answers.</summary>
    public decimal? Share => Answers == 0 ? null : (decimal)Satisfied / Answers;

    /// <summary>With one answer more, 1 to 5.</summary>
    public Csat With(int score) => new(Satisfied + (score >= 4 ? 1 : 0), Answers + 1);
}

/// <summary>净推荐值: who would recommend us and who would not, of those who answered.</summary>
/// <param name="Promoters">Answers of 9 and 10.</param>
/// <param name="Passives">Answers of 7 and 8.</param>
/// <param name="Detractors">Answers of 0 to 6.</param>
public readonly record struct Nps(int Promoters, int Passives, int Detractors)
{
    /// <summary>All answers.</summary>
    public int Answers => Promoters + Passives + Detractors;

    /// <summary>-100 to 100; null without answers.</summary>
    public decimal? Score => Answers == 0 ? null : 100m * (Promoters - Detractors) / Answers;

    /// <summary>With one answer more, 0 to 10.</summary>
    public Nps With(int score) =>
        score switch
        {
            >= 9 => this with { Promoters = Promoters + 1 },
            >= 7 => this with { Passives = Passives + 1 },
            _ => this with { Detractors = Detractors + 1 },
        };
}
