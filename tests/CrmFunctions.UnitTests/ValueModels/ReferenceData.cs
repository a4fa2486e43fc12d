using System.Globalization;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>A test on public data sets that are not part of the project; skipped where they are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceDataFactAttribute : FactAttribute
{
    public ReferenceDataFactAttribute()
    {
        if (ReferenceData.Folder is null)
            Skip = "Needs the reference data: name their folder in CRM_REFERENCE_DATA, or put it beside the repository as ../shared/data.";
    }
}

/// <summary>The public data sets, read from their folder.</summary>
internal static class ReferenceData
{
    public static string? Folder { get; } = Find();

    public static IEnumerable<string[]> Csv(string file) =>
        File.ReadLines(Path.Combine(Folder!, file)).Skip(1).Select(line => line.Replace("\"", "").Split(','));

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, ["yyyyMMdd", "yyyy-MM-dd"], CultureInfo.InvariantCulture);

    public static IEnumerable<PurchaseHistory> CdnowSample() =>
        Csv("cdnow/sample_summary.csv").Select(row => new PurchaseHistory((int)Number(row[1]), Number(row[2]), Number(row[3])));

    public static IEnumerable<PurchaseHistory> Grocery() =>
        Csv("grocery/expected_per_customer.csv")
            .Select(row => new PurchaseHistory((int)Number(row[1]), Number(row[2]), Number(row[5]), Number(row[3])));

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA");
        if (!string.IsNullOrEmpty(named))
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CrmFunctions.sln")))
                continue;
            var beside = Path.Combine(folder.Parent!.FullName, "shared", "data");
            return Directory.Exists(beside) ? beside : null;
        }

        return null;
    }
}
