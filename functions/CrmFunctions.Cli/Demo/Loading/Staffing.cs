using System.Reflection;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>Gives the base a plan and two owners, and waits until everybody has what the plan says.</summary>
internal sealed class Staffing(Api api, Progress progress, TimeProvider clock)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Looks in a row that find the same.
    private const int Settled = 4;

    /// <summary>Whose lists are shown.</summary>
    public static IReadOnlyList<string> Owners { get; } = ["mei", "tom"];

    /// <summary>Puts owners and plan, and waits.</summary>
    /// <exception cref="CommandFailedException">It has not ended within <see cref="Patience"/>.</exception>
    public Task<long> Run(long customers, string language, CancellationToken cancellationToken) =>
        progress.Run(
            "progress.staff",
            customers,
            async show =>
            {
                await api.Put(
                    "owners/mei",
                    """{ "name": "王梅 Mei", "email": "mei@example.com", "skills": ["key-account"], "capacity": 200 }""",
                    cancellationToken
                );
                await api.Put(
                    "owners/tom",
                    """{ "name": "Tom", "email": "tom@example.com", "capacity": 400, "lead": "mei" }""",
                    cancellationToken
                );
                await api.Put("plans/value", Plan(), cancellationToken);
                var (seen, same) = (-1L, 0);
                for (
                    var started = clock.GetTimestamp();
                    clock.GetElapsedTime(started) < Patience;
                    await Task.Delay(Look, clock, cancellationToken)
                )
                {
                    var standards = await api.Standards(cancellationToken);
                    if (standards.Rollout is not { Finished: true } rollout || rollout.Revision < standards.Revision)
                        continue;
                    var duties = 0L;
                    foreach (var owner in Owners)
                        duties += (await api.Duties(owner, language, 1, cancellationToken)).Total;
                    (seen, same) = (duties, duties == seen ? same + 1 : 0);
                    show(Math.Min(customers, customers * same / Settled));
                    if (same == Settled)
                        return duties;
                }

                throw new CommandFailedException(
                    $"Not everybody has an owner and duties within {Patience.TotalSeconds:N0} s. Look at GET /api/standards and at the dead-letter queue of `recalculations`."
                );
            }
        );

    private static string Plan()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("plan.json")
            ?? throw new InvalidOperationException("The demo's plan is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
