using System.Collections.Concurrent;
using LocalHost.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Http;

/// <summary>
/// The key files of the host, in its own file format: <c>host.json</c> and one file for each function. Missing ones are made with random
/// keys when the host starts. A changed file counts from the next request.
/// </summary>
internal sealed class KeyStore(HostSettings settings, ILogger<KeyStore> log)
{
    private readonly ConcurrentDictionary<string, Read> files = new(StringComparer.OrdinalIgnoreCase);

    internal KeyFile OfHost() => Current("host");

    internal KeyFile OfFunction(string name) => Current(name);

    /// <summary>Makes missing files, and reads all so that a broken one stops the start.</summary>
    internal void Prepare(IEnumerable<string> functions)
    {
        Directory.CreateDirectory(settings.SecretsPath);
        Prepare("host", KeyFile.NewHostFile);
        foreach (var function in functions)
        {
            Prepare(function, KeyFile.NewFunctionFile);
        }
    }

    private string PathOf(string name) => Path.Combine(settings.SecretsPath, $"{name}.json");

    private void Prepare(string name, Func<string> content)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            // Whole or not at all: another host of the same folder may be starting too.
            var part = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(path: part, options: options))
            {
                writer.Write(content());
            }

            try
            {
                File.Move(part, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(part);
            }
        }

        try
        {
            files[name] = ReadFile(path, Stamp(path));
        }
        catch (InvalidDataException error)
        {
            throw new HostStartException($"{path}: not a key file of the Functions host. {error.Message}", error);
        }
    }

    private KeyFile Current(string name)
    {
        var path = PathOf(name);
        var stamp = Stamp(path);
        if (files.TryGetValue(name, out var known) && known.Stamp == stamp)
        {
            return known.Keys;
        }

        try
        {
            known = ReadFile(path, stamp);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Half written by hand, or gone for a moment.
            known = new Read(stamp, known.Keys ?? KeyFile.Empty);
            HostLog.KeysUnreadable(log, error, path);
        }

        files[name] = known;
        return known.Keys;
    }

    private static Read ReadFile(string path, DateTime stamp) => new(stamp, KeyFile.Parse(File.ReadAllText(path)));

    private static DateTime Stamp(string path) => File.GetLastWriteTimeUtc(path);

    private readonly record struct Read(DateTime Stamp, KeyFile Keys);
}
