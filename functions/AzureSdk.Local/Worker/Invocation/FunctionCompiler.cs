using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Invocation;

/// <summary>Turns a function's method into a delegate that takes its arguments straight from the invocation: no reflection per call.</summary>
internal static class FunctionCompiler
{
    internal static FunctionBody Compile(MethodInfo method, TriggerDeclaration trigger)
    {
        var instance = Expression.Parameter(typeof(object), "instance");
        var context = Expression.Parameter(typeof(InvocationContext), "context");
        var arguments = method.GetParameters().Select(parameter => Argument(method, parameter, trigger, context));
        var call = method.IsStatic
            ? Expression.Call(method, arguments)
            : Expression.Call(Expression.Convert(instance, method.ReflectedType!), method, arguments);
        return Expression.Lambda<FunctionBody>(Result(method.ReturnType, call), instance, context).Compile();
    }

    private static Expression Argument(MethodInfo method, ParameterInfo parameter, TriggerDeclaration trigger, Expression context)
    {
        var type = parameter.ParameterType;
        if (parameter.Name == trigger.Parameter)
        {
            return trigger is HttpDeclaration
                ? Expression.Property(Expression.Property(context, nameof(InvocationContext.Http)), nameof(HttpContext.Request))
                : Expression.Convert(Expression.Property(context, nameof(InvocationContext.Payload)), type);
        }

        if (type == typeof(FunctionContext))
        {
            return context;
        }

        if (type == typeof(CancellationToken))
        {
            return Expression.Property(context, nameof(InvocationContext.CancellationToken));
        }

        if (type == typeof(ServiceBusMessageActions) && trigger is QueueDeclaration)
        {
            return Expression.Property(context, nameof(InvocationContext.MessageActions));
        }

        if (!NamedValues.Supports(type) || !NamedValues.IsKnown(parameter.Name!, trigger))
        {
            throw new HostStartException(
                $"{FunctionCatalog.Place(method)}: parameter '{parameter.Name}' of type {type.Name} is not supported. Beside the trigger a function takes FunctionContext, "
                + "CancellationToken, ServiceBusMessageActions (Service Bus) and, by name, values of its route or of its message.");
        }

        var read = typeof(NamedValues).GetMethod(nameof(NamedValues.Read), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
        var otherwise = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return Expression.Call(
            read, context, Expression.Constant(parameter.Name), Expression.Constant(parameter.HasDefaultValue), Expression.Constant(otherwise, typeof(object)));
    }

    private static Expression Result(Type type, Expression call)
    {
        if (type == typeof(void))
        {
            return Expression.Block(call, Expression.Default(typeof(ValueTask<object?>)));
        }

        var await = type == typeof(Task) ? Awaiter(nameof(OfTask), null)
            : type == typeof(ValueTask) ? Awaiter(nameof(OfValueTask), null)
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? Awaiter(nameof(OfTaskWithValue), type.GenericTypeArguments[0])
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>) ? Awaiter(nameof(OfValueTaskWithValue), type.GenericTypeArguments[0])
            : Awaiter(nameof(OfValue), type);
        return Expression.Call(await, call);
    }

    private static MethodInfo Awaiter(string name, Type? argument)
    {
        var method = typeof(FunctionCompiler).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
        return argument is null ? method : method.MakeGenericMethod(argument);
    }

    private static ValueTask<object?> OfValue<T>(T value) => new(value);

    private static async ValueTask<object?> OfTask(Task task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> OfValueTask(ValueTask task)
    {
        await task;
        return null;
    }

    private static ValueTask<object?> OfTaskWithValue<T>(Task<T> task)
    {
        return task.IsCompletedSuccessfully ? new(task.Result) : Wait(task);

        static async ValueTask<object?> Wait(Task<T> task) => await task;
    }

    private static async ValueTask<object?> OfValueTaskWithValue<T>(ValueTask<T> task) => await task;
}
