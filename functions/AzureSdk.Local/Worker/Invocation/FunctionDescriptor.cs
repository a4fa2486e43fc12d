using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AzureSdk.Local.Invocation;

/// <summary>Calls the function's method with what the invocation holds; compiled once.</summary>
internal delegate ValueTask<object?> FunctionBody(object? instance, InvocationContext context);

/// <summary>A function ready to run.</summary>
internal sealed class FunctionDescriptor(MethodInfo method, FunctionDefinition definition, TriggerDeclaration trigger, bool isDisabled, FunctionBody body)
{
    private readonly ObjectFactory? create = method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.ReflectedType!, []);

    internal string Name => definition.Name;

    internal FunctionDefinition Definition => definition;

    internal TriggerDeclaration Trigger => trigger;

    internal bool IsDisabled => isDisabled;

    internal string LogCategory { get; } = $"Function.{definition.Name}";

    /// <summary>Finds at the start what would otherwise fail each invocation.</summary>
    /// <exception cref="HostStartException">A service that the class's constructor takes is not registered.</exception>
    internal void CheckServices(IServiceProviderIsService services)
    {
        if (method.IsStatic || method.ReflectedType!.GetConstructors() is not [var constructor])
        {
            return;
        }

        if (constructor.GetParameters().FirstOrDefault(parameter => !parameter.HasDefaultValue && !services.IsService(parameter.ParameterType)
            && !parameter.IsDefined(typeof(FromKeyedServicesAttribute))) is { } missing)
        {
            throw new HostStartException(
                $"{FunctionCatalog.Place(method)}: the constructor of {method.ReflectedType.Name} takes {missing.ParameterType.Name} '{missing.Name}', which is not registered; add it to builder.Services.");
        }
    }

    internal ValueTask<object?> Call(InvocationContext context) => body(create?.Invoke(context.InstanceServices, null), context);
}
