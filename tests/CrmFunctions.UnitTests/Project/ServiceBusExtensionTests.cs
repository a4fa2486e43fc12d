using System.Reflection;
using System.Text.Json.Nodes;
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using CrmFunctions.TestKit;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Moq;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The one package that is not in every feed: where it comes from, and what stands in for it.</summary>
public sealed class ServiceBusExtensionTests
{
    private const string Package = "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus";
    private const string StandIn = "ServiceBusExtension.StandIn";

    private static readonly Lazy<Evaluation> byDefault = new(() => Evaluation.Of("functions/CrmFunctions"));
    private static readonly Lazy<Evaluation> deployed = new(() => Evaluation.Of("functions/CrmFunctions", "ServiceBusExtension=package"));

    [Fact]
    public void By_default_the_project_stands_in_and_to_be_deployed_the_package_is_referenced_with_a_version()
    {
        Assert.Contains(StandIn, byDefault.Value.Projects);
        Assert.DoesNotContain(Package, byDefault.Value.Packages);
        Assert.DoesNotContain(StandIn, deployed.Value.Projects);
        Assert.Contains(Package, deployed.Value.Packages);
        Assert.Matches(@"^\d+\.\d+\.\d+$", deployed.Value.Versions[Package]);
    }

    [Fact]
    public void But_for_it_both_reference_the_same()
    {
        Assert.Equal(byDefault.Value.Projects.Except([StandIn]).Order(), deployed.Value.Projects.Order());
        Assert.Equal(byDefault.Value.Packages.Order(), deployed.Value.Packages.Except([Package]).Order());
    }

    [Fact]
    public void With_the_stand_in_it_is_not_published_and_it_is_said_why()
    {
        var (code, output) = Evaluation.Run([
            "publish",
            Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions"),
            "--no-build",
            "--no-restore",
            "-nodeReuse:false",
        ]);

        Assert.NotEqual(0, code);
        Assert.Contains("Publish with -p:ServiceBusExtension=package", output, StringComparison.Ordinal);
        Assert.Contains("nothing would consume its queues", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ordinary_build_leaves_out_the_host_s_extensions_which_take_most_of_its_time_and_one_to_be_deployed_has_them()
    {
        Assert.True(File.Exists(BuiltFiles.Of("CrmFunctions", "CrmFunctions.dll")));
        Assert.False(
            Directory.Exists(BuiltFiles.Of("CrmFunctions", ".azurefunctions")),
            "The SDK built the host's extensions although _FunctionsBuildEnabled is false: see Directory.Build.targets."
        );
        Assert.Equal("false", (string)byDefault.Value.Properties["_FunctionsBuildEnabled"]!);
        Assert.Equal("true", (string)deployed.Value.Properties["_FunctionsBuildEnabled"]!);
    }

    [Fact]
    public async Task All_functions_are_indexed_and_run_by_what_the_SDK_generates()
    {
        var app = typeof(Flow).Assembly;
        var declared = app.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
            .OfType<string>();
        var provider = (IFunctionMetadataProvider)
            Activator.CreateInstance(app.GetType("CrmFunctions.GeneratedFunctionMetadataProvider", throwOnError: true)!)!;

        var generated = await provider.GetFunctionMetadataAsync("");

        Assert.Equal(declared.Order(StringComparer.Ordinal), generated.Select(function => function.Name!).Order(StringComparer.Ordinal));
        Assert.Equal(
            Flow.Queues.All.Order(StringComparer.Ordinal),
            generated
                .SelectMany(function => function.RawBindings!)
                .Select(binding => JsonNode.Parse(binding))
                .Where(binding => (string)binding!["type"]! == "serviceBusTrigger")
                .Select(binding => (string)binding!["queueName"]!)
                .Order(StringComparer.Ordinal)
        );
        Assert.NotNull(app.GetType("CrmFunctions.DirectFunctionExecutor"));
    }

    [Fact]
    public async Task The_stand_in_reads_a_message_as_the_host_sends_it()
    {
        var token = Guid.NewGuid();
        var sent = new AmqpAnnotatedMessage(AmqpMessageBody.FromData([new byte[] { 1, 2, 3 }]));
        sent.Properties.MessageId = new AmqpMessageId("m1");
        sent.Header.DeliveryCount = 2;
        sent.ApplicationProperties["Diagnostic-Id"] = "trace";

        var result = await Convert(
            "AzureServiceBusReceivedMessage",
            "application/octet-stream",
            [.. token.ToByteArray(), .. sent.ToBytes().ToArray()]
        );

        var message = Assert.IsType<ServiceBusReceivedMessage>(result.Value);
        Assert.Equal(
            ("m1", token.ToString(), 2, "trace"),
            (message.MessageId, message.LockToken, message.DeliveryCount, (string)message.ApplicationProperties["Diagnostic-Id"])
        );
        Assert.Equal([1, 2, 3], message.Body.ToArray());
    }

    [Theory]
    [InlineData("AzureStorageBlobs", "application/octet-stream")]
    [InlineData("AzureServiceBusReceivedMessage", "application/json")]
    public async Task What_is_no_message_is_a_failed_conversion(string source, string contentType) =>
        Assert.Equal(ConversionStatus.Failed, (await Convert(source, contentType, new byte[32])).Status);

    // By the attribute, as the worker finds it.
    private static async Task<ConversionResult> Convert(string source, string contentType, byte[] content)
    {
        var attribute = typeof(ServiceBusTriggerAttribute).GetCustomAttribute<InputConverterAttribute>()!;
        var converter = (IInputConverter)Activator.CreateInstance(attribute.ConverterType)!;
        var data = new Mock<ModelBindingData>();
        data.Setup(of => of.Source).Returns(source);
        data.Setup(of => of.ContentType).Returns(contentType);
        data.Setup(of => of.Content).Returns(BinaryData.FromBytes(content));
        var context = new Mock<ConverterContext>();
        context.Setup(of => of.Source).Returns(data.Object);
        context.Setup(of => of.TargetType).Returns(typeof(ServiceBusReceivedMessage));
        return await converter.ConvertAsync(context.Object);
    }
}
