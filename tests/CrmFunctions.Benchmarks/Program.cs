using CrmFunctions.Benchmarks;
using CrmFunctions.Benchmarks.Decide;
using CrmFunctions.Benchmarks.Flow;
using CrmFunctions.Benchmarks.Hooks;
using CrmFunctions.Benchmarks.Importing;
using CrmFunctions.Benchmarks.Models;
using CrmFunctions.Benchmarks.People;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Benchmarks.Sdk;

// What scripts/bench.sh measures: the name of a section, and what runs it. The first is run where none is named.
(string Name, Func<Options, CancellationToken, Task<IReadOnlyList<Figure>>> Run)[] sections =
[
    ("flow", FlowSection.Run),
    ("decide", DecideSection.Run),
    ("models", ModelsSection.Run),
    ("sdk", SdkSection.Run),
    ("import", ImportSection.Run),
    ("intake", IntakeSection.Run),
    ("people", PeopleSection.Run),
];

return args switch
{
    [BareEndpoint.Argument, var port] => await BareEndpoint.Serve(port),
    [PeakMemory.Argument, var rows] => await PeakMemory.Upload(rows),
    _ => await CommandLine.Run(sections, args),
};
