using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AzureSdk.Local.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;

namespace AzureSdk.Local.Invocation;

/// <summary>All functions of an app, found by their attributes. What is declared wrongly stops the start and names the method.</summary>
internal sealed partial class FunctionCatalog
{
    private const BindingFlags AnyMethod =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private readonly Dictionary<string, FunctionDescriptor> byName = new(StringComparer.OrdinalIgnoreCase);

    private FunctionCatalog()
    {
    }

    internal IReadOnlyCollection<FunctionDescriptor> All => byName.Values;

    internal static FunctionCatalog Of(IEnumerable<Type> classes, IConfiguration settings, HostSettings host)
    {
        var catalog = new FunctionCatalog();
        foreach (var method in classes.Distinct().SelectMany(type => type.GetMethods(AnyMethod)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
            {
                catalog.Add(Describe(method, attribute.Name, settings, host));
            }
        }

        return catalog;
    }

    internal FunctionDescriptor? Find(string name) => byName.GetValueOrDefault(name);

    internal static string Place(MethodInfo method) => $"{method.ReflectedType?.FullName}.{method.Name}";

    private void Add(FunctionDescriptor function)
    {
        if (!byName.TryAdd(function.Name, function))
        {
            throw new HostStartException(
                $"{function.Definition.EntryPoint}: the name '{function.Name}' is already that of {byName[function.Name].Definition.EntryPoint}; each function needs its own.");
        }
    }

    private static FunctionDescriptor Describe(MethodInfo method, string name, IConfiguration settings, HostSettings host)
    {
        var place = Place(method);
        if (!NameForm().IsMatch(name) || string.Equals(name, "host", StringComparison.OrdinalIgnoreCase))
        {
            throw new HostStartException($"{place}: '{name}' cannot be a function's name; it starts with a letter and has letters, digits, '_' and '-', 128 at most, and is not 'host'.");
        }

        CheckMethod(method, place);
        var triggers = method.GetParameters().Where(parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null).ToList();
        if (triggers.Count != 1)
        {
            throw new HostStartException(triggers.Count == 0
                ? $"{place}: has no trigger; put [HttpTrigger], [TimerTrigger] or [ServiceBusTrigger] on one parameter."
                : $"{place}: has {triggers.Count} triggers; a function has one.");
        }

        var trigger = TriggerReader.Read(method, triggers[0], name, settings, host);
        return new FunctionDescriptor(
            method, new LocalFunctionDefinition(name, method, trigger), trigger, IsDisabled(name, settings, place), FunctionCompiler.Compile(method, trigger));
    }

    private static void CheckMethod(MethodInfo method, string place)
    {
        var type = method.ReflectedType!;
        var wrong = !method.IsPublic || !type.IsVisible ? "the method and its class must be public"
            : type.IsAbstract && !method.IsStatic ? "the class is abstract"
            : method.ContainsGenericParameters ? "neither the method nor its class can be generic"
            : method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)) ? "an async function returns Task, not void"
            : null;
        if (wrong is not null)
        {
            throw new HostStartException($"{place}: {wrong}.");
        }
    }

    private static bool IsDisabled(string name, IConfiguration settings, string place)
    {
        foreach (var setting in new[] { $"AzureWebJobs.{name}.Disabled", $"AzureWebJobs:{name}:Disabled", $"AzureWebJobs_{name}_Disabled" })
        {
            if (settings[setting] is { Length: > 0 } value)
            {
                return value is "1" || (value is not "0" && (bool.TryParse(value, out var disabled)
                    ? disabled
                    : throw new HostStartException($"{place}: setting '{setting}' is '{value}'; give true or false.")));
            }
        }

        return false;
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_-]{0,127}$")]
    private static partial Regex NameForm();
}
