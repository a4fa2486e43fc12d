using Azure.Messaging.ServiceBus;
using LocalHost.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Hosting;

public sealed class DeclarationTests
{
    public static TheoryData<Type, string, string> Mistakes => new()
    {
        { typeof(SameName), "SameName.Second", "the name 'one' is already that of" },
        { typeof(NoTrigger), "NoTrigger.Run", "has no trigger" },
        { typeof(TwoTriggers), "TwoTriggers.Run", "has 2 triggers" },
        { typeof(BadName), "BadName.Run", "'2nd' cannot be a function's name" },
        { typeof(NotPublic), "NotPublic.Run", "must be public" },
        { typeof(AsyncVoid), "AsyncVoid.Run", "returns Task, not void" },
        { typeof(WrongHttp), "WrongHttp.Run", "take an HttpRequest" },
        { typeof(WrongTimer), "WrongTimer.Run", "take a TimerInfo" },
        { typeof(UnknownParameter), "UnknownParameter.Run", "parameter 'who' of type String is not supported" },
        { typeof(UnknownSetting), "UnknownSetting.Run", "setting 'Nowhere' is not set" },
        { typeof(BadSchedule), "BadSchedule.Run", "'often' is no schedule" },
        { typeof(BadRoute), "BadRoute.Run", "is not a route template" },
        { typeof(RouteWithSetting), "RouteWithSetting.Run", "does not resolve in routes" },
        { typeof(SignedInUser), "SignedInUser.Run", "AuthorizationLevel.User" },
        { typeof(NoConnection), "NoConnection.Run", "setting 'ServiceBusConnection' is not set" },
        { typeof(DefaultConnection), "DefaultConnection.Run", "setting 'AzureWebJobsServiceBus' is not set" },
        { typeof(RetriedMessage), "RetriedMessage.Run", "FixedDelayRetryAttribute is for timer functions" },
        { typeof(BatchOfOne), "BatchOfOne.Run", "stands on an array" },
        { typeof(ArrayOfNone), "ArrayOfNone.Run", "set IsBatched = true" },
        { typeof(NeedsMore), "NeedsMore.Run", "takes StringWriter 'writer', which is not registered" },
        { typeof(Subscription), "Subscription.Run", "queues without sessions only" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_function_declared_wrongly_stops_the_start_and_is_named(Type type, string method, string message)
    {
        var error = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Start([type], options =>
            options.Settings["Bus"] = "Endpoint=sb://localhost;UseDevelopmentEmulator=true;BrokerFile=none.db"));
        Assert.Contains($"{method}: ", error.Message.Replace('+', '.'), StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_functions_without_the_integration_stop_the_start()
    {
        var error = await Assert.ThrowsAsync<HostStartException>(() => FunctionsTestHost.Start(_ => { }, options => options.Classes.Add(typeof(Fine))));
        Assert.Contains("ConfigureFunctionsWebApplication", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_to_a_namespace_by_identity_is_explained()
    {
        var error = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Start<NoConnection>(options =>
            options.Settings["ServiceBusConnection__fullyQualifiedNamespace"] = "crm.servicebus.windows.net"));
        Assert.Contains("needs a connection string in 'ServiceBusConnection' itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_without_a_broker_is_refused_with_its_setting()
    {
        var error = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Start<NoConnection>(options =>
            options.Settings["ConnectionStrings:ServiceBusConnection"] = "Endpoint=sb://localhost"));
        Assert.Contains("setting 'ConnectionStrings:ServiceBusConnection'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_lists_the_functions_with_what_starts_them()
    {
        var output = new StringWriter();
        await using var app = await TestApp.Start([typeof(Fine), typeof(Late)], options =>
        {
            options.Output = output;
            options.Settings["AzureWebJobs.Late.Disabled"] = "1";
        });
        var text = output.ToString();
        Assert.Contains($"        Fine: [GET,POST] {app.Address}api/fine/{{id:int}}{Environment.NewLine}", text, StringComparison.Ordinal);
        Assert.Contains($"        Late: timerTrigger 0 0 3 * * * (disabled){Environment.NewLine}", text, StringComparison.Ordinal);
        Assert.Contains($"Listening on http://127.0.0.1:{app.Address.Port}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_HTTP_function_is_not_found()
    {
        await using var app = await TestApp.Start<Fine>(options => options.Settings["AzureWebJobs.Fine.Disabled"] = "true");
        Assert.Equal((404, ""), await app.Client.GetAsync("api/fine/1").Read());
    }

    public sealed class Fine
    {
        [Function("Fine")]
        public void Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "fine/{id:int}")] HttpRequest request, int id)
        {
        }
    }

    public sealed class Late
    {
        [Function("Late")]
        public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
        {
        }
    }

    public sealed class SameName
    {
        [Function("One")]
        public void First([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
        {
        }

        [Function("one")]
        public void Second([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
        {
        }
    }

    public sealed class NoTrigger
    {
        [Function("X")]
        public void Run(FunctionContext context)
        {
        }
    }

    public sealed class TwoTriggers
    {
        [Function("X")]
        public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer, [HttpTrigger] HttpRequest request)
        {
        }
    }

    public sealed class BadName
    {
        [Function("2nd")]
        public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
        {
        }
    }

    public sealed class NotPublic
    {
        [Function("X")]
        internal void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
        {
        }
    }

    public sealed class AsyncVoid
    {
        [Function("X")]
        public async void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer) => await Task.Yield();
    }

    public sealed class WrongHttp
    {
        [Function("X")]
        public void Run([HttpTrigger] HttpContext request)
        {
        }
    }

    public sealed class WrongTimer
    {
        [Function("X")]
        public void Run([TimerTrigger("0 0 3 * * *")] string timer)
        {
        }
    }

    public sealed class UnknownParameter
    {
        [Function("X")]
        public void Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "x/{id}")] HttpRequest request, string who)
        {
        }
    }

    public sealed class UnknownSetting
    {
        [Function("X")]
        public void Run([TimerTrigger("%Nowhere%")] TimerInfo timer)
        {
        }
    }

    public sealed class BadSchedule
    {
        [Function("X")]
        public void Run([TimerTrigger("often")] TimerInfo timer)
        {
        }
    }

    public sealed class BadRoute
    {
        [Function("X")]
        public void Run([HttpTrigger(Route = "x/{id")] HttpRequest request)
        {
        }
    }

    public sealed class RouteWithSetting
    {
        [Function("X")]
        public void Run([HttpTrigger(Route = "%Nowhere%/x")] HttpRequest request)
        {
        }
    }

    public sealed class SignedInUser
    {
        [Function("X")]
        public void Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request)
        {
        }
    }

    public sealed class NoConnection
    {
        [Function("X")]
        public void Run([ServiceBusTrigger("q", Connection = "ServiceBusConnection")] string message)
        {
        }
    }

    public sealed class DefaultConnection
    {
        [Function("X")]
        public void Run([ServiceBusTrigger("q")] string message)
        {
        }
    }

    public sealed class RetriedMessage
    {
        [Function("X")]
        [FixedDelayRetry(3, "00:00:01")]
        public void Run([ServiceBusTrigger("q", Connection = "Bus")] string message)
        {
        }
    }

    public sealed class BatchOfOne
    {
        [Function("X")]
        public void Run([ServiceBusTrigger("q", Connection = "Bus", IsBatched = true)] ServiceBusReceivedMessage message)
        {
        }
    }

    public sealed class ArrayOfNone
    {
        [Function("X")]
        public void Run([ServiceBusTrigger("q", Connection = "Bus")] ServiceBusReceivedMessage[] messages)
        {
        }
    }

    public sealed class NeedsMore(StringWriter writer)
    {
        [Function("X")]
        public void Run([TimerTrigger("0 0 3 * * *")] TimerInfo timer) => writer.Flush();
    }

    public sealed class Subscription
    {
        [Function("X")]
        public void Run([ServiceBusTrigger("topic", "subscription", Connection = "Bus")] string message)
        {
        }
    }
}
