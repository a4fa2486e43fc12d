using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>What the layout promises to readers.</summary>
public sealed partial class LayoutTests
{
    [Fact]
    public void No_source_reads_the_machine_s_clock_or_sleeps()
    {
        // The analyzer says so at build; this holds the list itself, lest a line of it be lost.
        var banned = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "BannedSymbols.txt"));
        foreach (
            var symbol in new[]
            {
                "System.DateTime.Now;",
                "System.DateTime.UtcNow;",
                "System.DateTime.Today;",
                "System.DateTimeOffset.Now;",
                "System.DateTimeOffset.UtcNow;",
                "Thread.Sleep(System.Int32);",
            }
        )
        {
            Assert.Contains(symbol, banned, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_its_row_class_and_its_store_know_a_table_and_no_capability_reaches_into_another_s()
    {
        foreach (var file in Source.Files("functions/CrmFunctions"))
        {
            var text = File.ReadAllText(file);
            var folder = Path.GetFileName(Path.GetDirectoryName(file)!);
            foreach (var table in Tables().Matches(text).Select(match => match.Groups[1].Value))
            {
                var home = table switch
                {
                    "Events" or "Orders" => "Events",
                    "Quarantine" => "Quarantine",
                    "Imports" => "Importing",
                    "Sources" => "Sources",
                    "Keys" or "Audit" => "Keys",
                    "Customers" => "Customers",
                    "Handles" => "People",
                    "Gaps" => "Reconciliation",
                    "Due" => "Customers",
                    "Plans" => "Plans",
                    "Owners" => "Owners",
                    "Duties" => "Duties",
                    "Complaints" => "Complaints",
                    "Messages" => "Ledger",
                    "Consents" => "Permission",
                    "Paces" => "Pacing",
                    "Templates" => "Templates",
                    "Standards" => "Standards",
                    "Calibrations" => "Calibrations",
                    "Rebuilds" => "Rebuilding",
                    "Privacy" => "Privacy",
                    "Timers" => "HealthChecks",
                    "Tallies" => "Operations",
                    _ => throw new ArgumentOutOfRangeException(table),
                };

                // The whole base is scanned for reports; a rebuild holds the keys of log and state side by side.
                var exempt = (folder, table) is ("Reports" or "Quality", "Customers") or ("Rebuilding", "Events" or "Customers");
                Assert.True(folder == home || exempt, $"{Path.GetFileName(file)} in {folder} reads the table {table}, which is {home}'s.");
            }
        }
    }

    [Fact]
    public void Only_the_closer_ends_a_row_of_the_message_ledger()
    {
        var files = Source
            .Files("functions/CrmFunctions")
            .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
            .ToList();

        Assert.Equal(
            ["MessageCloser.cs", "MessageLedger.cs"],
            files
                .Where(file => file.Text.Contains(".Become(", StringComparison.Ordinal))
                .Select(file => file.Name)
                .Order(StringComparer.Ordinal)
        );
        // The ledger reserves a row, and no more.
        Assert.All(
            files.Single(file => file.Name == "MessageLedger.cs").Text.Split(".Become(")[1..],
            call => Assert.StartsWith("MessageStatus.Sending,", call, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Every_queue_of_the_flow_is_declared_with_duplicate_detection()
    {
        var declared = System.Text.Json.Nodes.JsonNode.Parse(
            File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", "servicebus.json"))
        )!["UserConfig"]!["Namespaces"]![0]!["Queues"]!.AsArray();

        Assert.Equal(
            typeof(CrmFunctions.Flow.Queues)
                .GetFields()
                .Select(field => (string)field.GetRawConstantValue()!)
                .Order(StringComparer.Ordinal),
            declared.Select(queue => (string)queue!["Name"]!).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            CrmFunctions.Flow.Queues.All.Order(StringComparer.Ordinal),
            declared.Select(queue => (string)queue!["Name"]!).Order(StringComparer.Ordinal)
        );
        Assert.All(declared, queue => Assert.True((bool)queue!["Properties"]!["RequiresDuplicateDetection"]!));
    }

    [GeneratedRegex(@"\btables\.([A-Z]\w+)\b(?!\()")]
    private static partial Regex Tables();
}
