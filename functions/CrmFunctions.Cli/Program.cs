using System.Runtime.InteropServices;
using CrmFunctions.Cli.Backups;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Customers;
using CrmFunctions.Cli.DeadLetters;
using CrmFunctions.Cli.Demo;
using CrmFunctions.Cli.Importing;
using CrmFunctions.Cli.Keys;
using CrmFunctions.Cli.Models;
using CrmFunctions.Cli.Operating;
using CrmFunctions.Cli.Rebuilding;
using CrmFunctions.Cli.Rfm;
using CrmFunctions.Cli.ServiceBus;
using CrmFunctions.Cli.Sources;
using CrmFunctions.Cli.Standards;
using CrmFunctions.Cli.Start;
using CrmFunctions.Cli.Templates;

ICommand[] commands =
[
    new StartCommand(),
    new ServiceBusCommand(),
    new GenerateCommand(),
    new ClockCommand(),
    new LoadCommand(),
    new ReportCommand(),
    new RunCommand(),
    new ImportCommand(),
    new ListSourcesCommand(),
    new ShowSourceCommand(),
    new PutSourceCommand(),
    new DeleteSourceCommand(),
    new PreviewTemplateCommand(),
    new FindCommand(),
    new ShowCommand(),
    new MergeCommand(),
    new UnmergeCommand(),
    new SharedCommand(),
    new ExportCommand(),
    new EraseCommand(),
    new BackupCommand(),
    new RestoreCommand(),
    new RekeyCommand(),
    new RebuildCommand(),
    new VerifyCommand(),
    new ListDeadLettersCommand(),
    new ShowDeadLettersCommand(),
    new WorkOffDeadLettersCommand("replay", "Sends dead letters to their queue again, once their cause is mended."),
    new WorkOffDeadLettersCommand("drop", "Takes dead letters away for good."),
    new CreateKeyCommand(),
    new BootstrapKeyCommand(),
    new ListKeysCommand(),
    new RevokeKeyCommand(),
    new SecretsCommand("list", "Names the secrets that the suite itself holds."),
    new SecretsCommand("create", "Prints a value for a secret of the suite's own."),
    new SecretsCommand("rotate", "Replaces a secret of the suite's own; the one of before is taken on."),
    new SecretsCommand("revoke", "Ends the one of before."),
    new FreshnessCommand(),
    new CostCommand(),
    new FitCommand(),
    new PredictCommand(),
    new BacktestCommand(),
    new RfmCommand(),
    new DecideCommand(),
    new LintCommand(),
    new TemplatesCommand(),
    new SchemaCommand(),
    new SuggestCommand(),
];

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

return await CommandLine.Run(commands, args, Terminal.OfProcess(), stop.Token);
