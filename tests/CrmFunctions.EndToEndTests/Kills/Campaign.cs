using System.Collections.Concurrent;
using System.Globalization;
using CrmFunctions.TestKit;
using CrmFunctions.Tiering.Reviews;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// Two processes of the suite on one storage and one broker, while a crowd posts. Each is killed again and again, at every crash point in
/// turn and at moments that have nothing to do with crash points, and started again at once. Then one is left in peace until there is
/// nothing to do.
/// </summary>
internal sealed class Campaign : IAsyncDisposable
{
    /// <summary>How often the process has to be killed.</summary>
    public static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("CRM_KILLS") ?? "100", CultureInfo.InvariantCulture);

    private const int MostUnderWay = 40;
    private const string AnyMoment = "any moment";

    // A crash point that is not reached by then is not going to be; the process is killed where it is.
    private static readonly TimeSpan life = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ringing = TimeSpan.FromMilliseconds(250);
    private static readonly string[] timers = [nameof(ReclassifyDue), nameof(SendChurnWarnings), nameof(SendRevisitReminders)];

    private readonly TimeProvider clock;
    private readonly SuiteFolder folder;
    private readonly WebhookStub stub;
    private readonly Dictionary<string, string>[] settings;
    private readonly SuiteProcess?[] processes;
    private readonly Random dice;
    private readonly Lock gate = new();
    private readonly List<Task> posts = [];
    private readonly ConcurrentDictionary<string, int> kills = new();
    private readonly ConcurrentQueue<string> failures = new();
    private int started;

    private Campaign(SuiteFolder folder, WebhookStub stub, int seed, TimeProvider clock)
    {
        (this.folder, this.stub, this.clock) = (folder, stub, clock);
        settings = [Settings(), Settings()];
        processes = new SuiteProcess?[settings.Length];
        dice = new Random(seed);
        Crowd = new Crowd(seed, clock);
        Sender = new Sender(Anybody, clock);
    }

    /// <summary>All crash points.</summary>
    public static IReadOnlyList<string> AllCrashPoints { get; } =
    [
        CrashPoints.Asked,
        CrashPoints.Logged,
        CrashPoints.Filed,
        CrashPoints.DueWritten,
        CrashPoints.Joined,
        CrashPoints.Saved,
        CrashPoints.Announced,
        CrashPoints.ReviewsSent,
        CrashPoints.Claimed,
        CrashPoints.Sent,
        CrashPoints.ImportKept,
        CrashPoints.ChunkFiled,
    ];

    /// <summary>Who posts.</summary>
    public Crowd Crowd { get; }

    /// <summary>How it is posted.</summary>
    public Sender Sender { get; }

    /// <summary>What was told.</summary>
    public WebhookStub Stub => stub;

    /// <summary>The broker.</summary>
    public SuiteFolder Folder => folder;

    /// <summary>Kills by the crash point at which they came; those at any moment under that name.</summary>
    public IReadOnlyDictionary<string, int> KillsByCrashPoint => kills;

    /// <summary>What processes said of invocations that failed: none should, for it is they that die.</summary>
    public IReadOnlyCollection<string> Failures => failures;

    // A process that is killed each few seconds takes the oldest messages first each time: a message may die with it dozens of times. One
    // that is truly poison comes back at once and gets there all the same.
    public static async Task<Campaign> Start(Azurite azurite, int seed, TimeProvider clock) =>
        new(new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5), deliveries: 500), await WebhookStub.Start(), seed, clock);

    /// <summary>
    /// Kills, until it is enough and each crash point has had its share; what was posted meanwhile is posted on until it has its 2xx.
    /// </summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            Enumerable.Range(0, processes.Length).Select(number => Task.Run(() => Reign(number, cancellationToken), cancellationToken))
        );
    }

    /// <summary>
    /// Lets one process work in peace, first as time goes by, then with its clock standing, until nothing is due and no queue has a
    /// message.
    /// </summary>
    /// <param name="look">What to do with it then: it stands at the instant given.</param>
    /// <param name="cancellationToken">Ends the waiting for posts.</param>
    public async Task Rest(Func<SuiteProcess, DateTimeOffset, Task> look, CancellationToken cancellationToken)
    {
        await using (var running = new SuiteProcess(settings[0]))
        {
            processes[0] = running;
            await Task.WhenAll(posts).WaitAsync(peace, clock, cancellationToken);
            await folder.Quiet(running, clock, peace);
            running.Terminate();
            Assert.Equal(0, await running.Exited.WaitAsync(peace, clock, cancellationToken));
        }

        var now = clock.GetUtcNow().AddMinutes(1);
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        await using var standing = new SuiteProcess(Standing(settings[0], now));
        using var client = await standing.Client();
        var stored = new Stored(folder.Storage);
        var began = clock.GetTimestamp();
        do
        {
            if (clock.GetElapsedTime(began) > peace)
                throw new TimeoutException("Something is due all the time.");
            await Sender.Fire(standing.Address!, timers, cancellationToken);
            await folder.Quiet(standing, clock, peace);
        } while (await stored.AnyDue(now));

        await folder.Quiet(standing, clock, peace);
        await look(standing, now);
    }

    /// <summary>Settings whose business clock stands.</summary>
    public static Dictionary<string, string> Standing(Dictionary<string, string> settings, DateTimeOffset now) =>
        new(settings) { ["Clock__Now"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            if (process is not null)
                await process.DisposeAsync();
        }

        Sender.Dispose();
        await stub.DisposeAsync();
        folder.Dispose();
    }

    // One process after the other, each until it is killed.
    private async Task Reign(int number, CancellationToken cancellationToken)
    {
        while (Next() is { } plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var process = new SuiteProcess(
                new Dictionary<string, string>(settings[number])
                {
                    ["CRM_KILL_AT"] = plan.CrashPoint ?? "",
                    ["CRM_KILL_AFTER"] = $"{plan.Pass}",
                }
            );
            processes[number] = process;
            Post(file: plan.CrashPoint is CrashPoints.ChunkFiled or CrashPoints.ImportKept || dice.Next(10) == 0, cancellationToken);
            _ = Ring(process, cancellationToken);

            var byHand = await Task.WhenAny(process.Exited, Task.Delay(plan.Life, clock, cancellationToken)) != process.Exited;
            if (byHand)
                process.Kill();

            // Anything but SIGKILL is a process that ended by itself.
            var status = await process.Exited;
            Assert.True(status == SuiteProcess.Killed, $"The suite ended with status {status}:\n{process.Said}");
            foreach (var line in process.Said.Split('\n').Where(line => line.Contains("Exception: ", StringComparison.Ordinal)))
                failures.Enqueue(line.Trim());
            kills.AddOrUpdate(byHand ? AnyMoment : plan.CrashPoint!, 1, (_, count) => count + 1);
            if (posts.Find(post => post.IsFaulted) is { } failed)
                await failed;
        }
    }

    private void Post(bool file, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (posts.Count(post => !post.IsCompleted) > MostUnderWay)
                return;
            foreach (var parcel in Crowd.Next(file))
                posts.Add(Sender.Post(parcel, cancellationToken));
        }
    }

    private async Task Ring(SuiteProcess process, CancellationToken cancellationToken)
    {
        await process.Ready();
        while (!process.Exited.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await Sender.Fire(process.Address!, timers, cancellationToken);
            await Task.WhenAny(process.Exited, Task.Delay(ringing, clock, cancellationToken));
        }
    }

    // Three lives of four end at a crash point, each in its turn; then those that were not reached.
    private Plan? Next()
    {
        lock (gate)
        {
            var turn = started++;
            if (turn >= Kills)
            {
                var missing = AllCrashPoints.FirstOrDefault(crashPoint => !kills.ContainsKey(crashPoint));
                return missing is null || turn >= Kills + (2 * AllCrashPoints.Count) ? null : new Plan(missing, 1, life);
            }

            return turn % 4 == 3
                ? new Plan(null, 0, TimeSpan.FromMilliseconds(dice.Next(200, 4000)))
                : new Plan(AllCrashPoints[(turn - (turn / 4)) % AllCrashPoints.Count], 1 + dice.Next(3), life);
        }
    }

    private Uri? Anybody()
    {
        lock (gate)
        {
            var alive = processes
                .OfType<SuiteProcess>()
                .Where(process => !process.Exited.IsCompleted)
                .Select(process => process.Address)
                .OfType<Uri>()
                .ToList();
            return alive.Count == 0 ? null : alive[dice.Next(alive.Count)];
        }
    }

    private Dictionary<string, string> Settings()
    {
        var all = folder.Settings();
        foreach (var (name, value) in stub.Settings)
            all[name] = value;
        all["Imports__ChunkRows"] = "3";
        all["DOTNET_TieredPGO"] = "0";
        return all;
    }

    private sealed record Plan(string? CrashPoint, int Pass, TimeSpan Life);
}
