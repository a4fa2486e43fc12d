using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Commands;

/// <summary>The options given to a command, read as what they mean. Every refusal names the option and what would be right.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c> and switches.</summary>
    /// <exception cref="UsageException">Unknown or repeated option, missing value, or a word that belongs to no option.</exception>
    public static Arguments Parse(ICommand command, IReadOnlyList<string> words)
    {
        var arguments = new Arguments();
        var operands = new Queue<string>(command.Operand?.Split(' ') ?? []);
        for (var i = 0; i < words.Count; i++)
        {
            if (command.Operand is not null && !words[i].StartsWith('-'))
            {
                if (!operands.TryDequeue(out var operand))
                    throw new UsageException($"{words[i]} is one word too many: `crm {command.Name}` takes {command.Operand}.");
                arguments.values.Add(operand, words[i]);
                continue;
            }

            var (name, value) = Split(words[i]);
            var option = command.Options.FirstOrDefault(o => o.Name == name) ?? throw Unknown(command, words[i]);
            if (option.Value is null && value is not null)
                throw new UsageException($"{name} is a switch and takes no value: write {name} alone.");
            if (option.Value is not null && value is null)
            {
                if (++i >= words.Count || words[i].StartsWith("--", StringComparison.Ordinal))
                    throw new UsageException($"{name} needs a value: {name} {option.Value}.");
                value = words[i];
            }

            if (!arguments.values.TryAdd(name, value ?? ""))
                throw new UsageException($"{name} is given twice: once is enough.");
        }

        return arguments;
    }

    public bool Has(string option) => values.ContainsKey(option);

    public string? Text(string option) => values.GetValueOrDefault(option);

    /// <exception cref="UsageException">The option is missing.</exception>
    public string Required(string option) => Text(option) ?? throw new UsageException($"{option} is missing.");

    /// <exception cref="UsageException">Not a whole number within the bounds, both included.</exception>
    public long Number(string option, long otherwise, long min, long max)
    {
        if (Text(option) is not { } text)
            return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"{option} {text}: a whole number from {min} to {max} is wanted.")
            );
    }

    /// <exception cref="UsageException">Not an ISO 8601 instant with its offset.</exception>
    public Instant? Moment(string option)
    {
        if (Text(option) is not { } text)
            return null;
        var parsed = OffsetDateTimePattern.ExtendedIso.Parse(text);
        return parsed.Success
            ? parsed.Value.ToInstant()
            : throw new UsageException($"{option} {text}: an instant with its offset is wanted, such as 2026-06-30T16:00:00Z.");
    }

    /// <exception cref="UsageException">Not the name of a zone in the IANA database.</exception>
    public DateTimeZone? Zone(string option)
    {
        if (Text(option) is not { } text)
            return null;
        return DateTimeZoneProviders.Tzdb.GetZoneOrNull(text)
            ?? throw new UsageException($"{option} {text}: an IANA zone is wanted, such as Asia/Shanghai or Europe/Berlin.");
    }

    private static (string Name, string? Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return word.StartsWith("--", StringComparison.Ordinal) && equals > 0 ? (word[..equals], word[(equals + 1)..]) : (word, null);
    }

    private static UsageException Unknown(ICommand command, string word) =>
        new($"{word} is no option of `crm {command.Name}`; it takes {string.Join(", ", command.Options.Select(o => o.Name))}.");
}
