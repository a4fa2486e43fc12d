using System.Text;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Cli.Standards;

/// <summary>The files that commands about standards read, and the options that name them.</summary>
internal static class StandardFiles
{
    public static readonly Option Standard = new("--standard", "FILE", "the standard, as JSON; or the name of a template, such as retail");

    public static readonly Option Calibration = new(
        "--calibration",
        "FILE",
        "the calibration that its percentiles and models come from, as JSON"
    );

    public static readonly Option Language = new("--language", "TAG", "zh-CN or en (the language of the terminal)");

    /// <exception cref="UsageException">Neither of the two languages.</exception>
    public static string LanguageOf(Arguments arguments, Terminal terminal) =>
        arguments.Text(Language.Name) switch
        {
            null => terminal.Texts.Language,
            var tag when Domain.Language.IsChinese(tag) => Domain.Language.Chinese,
            var tag
                when tag.Equals("en", StringComparison.OrdinalIgnoreCase) || tag.StartsWith("en-", StringComparison.OrdinalIgnoreCase) =>
                Domain.Language.English,
            var other => throw new UsageException($"--language {other}: zh-CN or en is wanted."),
        };

    /// <summary>The text of a standard: of a file, or of the template so named.</summary>
    public static string Json(string name, string language) =>
        !File.Exists(name) && Domain.Standards.Templates.IndustryTemplates.Find(name, language) is { } template ? template : Text(name);

    /// <exception cref="CommandFailedException">It cannot work; each problem on a line.</exception>
    public static Standard Read(string name, string language) =>
        StandardReader.Read(Json(name, language), out var problems)
        ?? throw new CommandFailedException(
            string.Join(
                '\n',
                problems.Select(problem =>
                    problem.Field.Length == 0 ? $"{name}: {problem.Message}" : $"{name}: {problem.Field} {problem.Message}"
                )
            )
        );

    /// <summary>The calibration named; null where none is.</summary>
    public static Calibration? CalibrationOf(Arguments arguments)
    {
        if (arguments.Text(Calibration.Name) is not { } path)
            return null;
        try
        {
            return CalibrationText.Read(Encoding.UTF8.GetBytes(Text(path)));
        }
        catch (FormatException wrong)
        {
            throw new CommandFailedException($"{path}: {wrong.Message}");
        }
    }

    /// <exception cref="CommandFailedException">It cannot be read, or is not UTF-8.</exception>
    public static string Text(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read: {problem.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailedException($"{path}: the file must be UTF-8.");
        }
    }

    /// <exception cref="CommandFailedException">The standard has bands by percentile that the calibration has not.</exception>
    public static Calibration Serving(Calibration? calibration, Standard standard)
    {
        var missing = standard
            .Dimensions.Where(dimension =>
                dimension.Rating is PercentileBands && calibration?.Percentiles.ContainsKey(dimension.Name) != true
            )
            .Select(dimension => dimension.Name)
            .ToList();
        if (missing.Count == 0)
            return calibration ?? Domain.Tiering.Calibration.None;
        throw new CommandFailedException(
            $"The bands of {string.Join(", ", missing)} are percentiles of the base: give a calibration made for this standard with {Calibration.Name} FILE."
        );
    }
}
