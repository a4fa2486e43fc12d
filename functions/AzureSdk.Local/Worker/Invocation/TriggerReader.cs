using System.Reflection;
using AzureSdk.Local.Hosting;
using AzureSdk.Local.Http;
using AzureSdk.Local.ServiceBusTriggers;
using AzureSdk.Local.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace AzureSdk.Local.Invocation;

/// <summary>Reads a trigger's attribute, resolves its settings and refuses what this host, or the official worker, cannot do.</summary>
internal static class TriggerReader
{
    internal static TriggerDeclaration Read(MethodInfo method, ParameterInfo parameter, string name, IConfiguration settings, HostSettings host)
    {
        var place = FunctionCatalog.Place(method);
        var retry = method.GetCustomAttribute<RetryAttribute>();
        var trigger = parameter.GetCustomAttributes().Select<Attribute, TriggerDeclaration?>(attribute => attribute switch
        {
            HttpTriggerAttribute http => Http(http, parameter, name, place, host),
            TimerTriggerAttribute timer => Timer(timer, retry, parameter, place, settings),
            ServiceBusTriggerAttribute queue => Queue(queue, parameter, place, settings, host),
            _ => null,
        }).FirstOrDefault(found => found is not null) ?? throw new HostStartException($"{place}: parameter '{parameter.Name}' has a trigger that the local host does not know.");

        return retry is null || trigger is TimerDeclaration
            ? trigger
            : throw new HostStartException($"{place}: {retry.GetType().Name} is for timer functions; a message is retried by redelivery up to the queue's MaxDeliveryCount.");
    }

    private static HttpDeclaration Http(HttpTriggerAttribute attribute, ParameterInfo parameter, string name, string place, HostSettings host)
    {
        if (parameter.ParameterType != typeof(HttpRequest))
        {
            throw new HostStartException($"{place}: [HttpTrigger] stands on a {parameter.ParameterType.Name}; take an HttpRequest and, if needed, its HttpContext.");
        }

        if (attribute.AuthLevel == AuthorizationLevel.User)
        {
            throw new HostStartException($"{place}: AuthorizationLevel.User needs the platform's sign-in; use Function or Anonymous.");
        }

        return new HttpDeclaration(parameter.Name!, attribute.AuthLevel, attribute.Methods ?? [], Routes.Parse(attribute.Route ?? name, host.RoutePrefix, place));
    }

    private static TimerDeclaration Timer(TimerTriggerAttribute attribute, RetryAttribute? retry, ParameterInfo parameter, string place, IConfiguration settings)
    {
        if (parameter.ParameterType != typeof(TimerInfo))
        {
            throw new HostStartException($"{place}: [TimerTrigger] stands on a {parameter.ParameterType.Name}; take a TimerInfo.");
        }

        var expression = BindingExpressions.Resolve(attribute.Schedule, settings, $"{place}: schedule '{attribute.Schedule}'");
        return new TimerDeclaration(
            parameter.Name!, TimerSchedule.Parse(expression, TimerSchedule.Zone(settings), place), attribute.UseMonitor, attribute.RunOnStartup, RetryPolicy.Of(retry));
    }

    private static QueueDeclaration Queue(ServiceBusTriggerAttribute attribute, ParameterInfo parameter, string place, IConfiguration settings, HostSettings host)
    {
        if (attribute.QueueName is not { } name || attribute.IsSessionsEnabled)
        {
            throw new HostStartException($"{place}: the local broker has queues without sessions only; use [ServiceBusTrigger(\"queue\")].");
        }

        // Whether the attribute says so at all: its false is not "not said".
        var autoComplete = parameter.GetCustomAttributesData().Single(data => data.AttributeType == typeof(ServiceBusTriggerAttribute))
            .NamedArguments.Any(argument => argument.MemberName == nameof(attribute.AutoCompleteMessages))
            ? attribute.AutoCompleteMessages
            : host.AutoCompleteMessages;

        MessageValues.CheckType(parameter.ParameterType, attribute.IsBatched, place);
        return new QueueDeclaration(
            parameter.Name!,
            parameter.ParameterType,
            BindingExpressions.Resolve(name, settings, $"{place}: queue '{name}'"),
            ConnectionSetting.Resolve(attribute.Connection, settings, place),
            attribute.IsBatched,
            autoComplete);
    }
}
