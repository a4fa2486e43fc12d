using System.Reflection;
using CrmFunctions.Domain.Access;
using CrmFunctions.Http.Describing;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>One method of an HTTP function, and what its attributes say.</summary>
/// <param name="Name">Of the function.</param>
/// <param name="Method">Of HTTP, in lower case.</param>
/// <param name="Trigger">Its route.</param>
/// <param name="Attributes">Those of the method and of the classes that read its query.</param>
internal sealed record ApiFunction(string Name, string Method, HttpTriggerAttribute Trigger, IReadOnlyList<DescribingAttribute> Attributes)
{
    /// <summary>Every method of every HTTP function of the app.</summary>
    public static IReadOnlyList<ApiFunction> All { get; } =
    [
        .. from type in typeof(CrmFunctions.Flow).Assembly.GetTypes()
        from run in type.GetMethods()
        let function = run.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let http = run.GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .FirstOrDefault(trigger => trigger is not null)
        where http is not null
        let attributes = run.GetCustomAttributes<DescribingAttribute>().SelectMany(WithReader).ToList()
        from method in http.Methods!.Select(name => name.ToLowerInvariant())
        select new ApiFunction(
            function.Name,
            method,
            http,
            [.. attributes.Where(attribute => attribute.Method is null || attribute.Method == method)]
        ),
    ];

    /// <summary>The function's name; where a function takes several methods, each name ends with its own.</summary>
    public string OperationId => Trigger.Methods!.Length == 1 ? Name : $"{Name}{char.ToUpperInvariant(Method[0])}{Method[1..]}";

    /// <summary>The names of the roles that open it. Empty: no key is asked for.</summary>
    public IReadOnlyList<string> OpenTo =>
        CrmFunctions.Flow.Access.Of[Name] is var roles && roles == Roles.Anonymous
            ? []
            : [.. RoleNames.All.Where(name => (roles | Roles.Admin).HasFlag(RoleNames.Parse(name)!.Value))];

    public OperationAttribute Operation =>
        Attributes.OfType<OperationAttribute>().SingleOrDefault()
        ?? throw new InvalidOperationException($"{Name} has no [Operation] for {Method}.");

    private static IEnumerable<DescribingAttribute> WithReader(DescribingAttribute attribute) =>
        attribute is QueriesOfAttribute queries ? queries.Reader.GetCustomAttributes<ParameterAttribute>() : [attribute];
}
