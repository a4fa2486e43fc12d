using System.Reflection;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrmFunctions.UnitTests.Project;

/// <summary>
/// Every documented address reaches its own function on the Functions host, which sorts functions by name and takes the first whose route
/// and method match; and what the real host does to requests is answered for.
/// </summary>
public sealed class RouteTests
{
    private static readonly List<(string Name, string[] Methods, RoutePattern Route)> functions =
    [
        .. from type in typeof(CrmFunctions.Flow).Assembly.GetTypes()
        from method in type.GetMethods()
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let http = method
            .GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .FirstOrDefault(trigger => trigger is not null)
        where http is not null
        select (function.Name, http.Methods!, RoutePatternFactory.Parse(http.Route!)),
    ];

    public static TheoryData<StringComparer> Orders => new(StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Where_two_routes_match_one_address_with_one_method_the_one_that_is_meant_comes_first_by_name(StringComparer names)
    {
        var pairs = 0;
        foreach (
            var (one, other) in from one in functions
            from other in functions
            where names.Compare(one.Name, other.Name) < 0
            select (one, other)
        )
        {
            if (!one.Methods.Intersect(other.Methods, StringComparer.OrdinalIgnoreCase).Any() || !Overlap(one.Route, other.Route))
                continue;
            pairs++;
            Assert.True(
                IsWithin(one.Route, other.Route),
                $"{other.Name} ({other.Route.RawText}) cannot be reached: {one.Name} ({one.Route.RawText}) comes first by its name and takes its address."
            );
        }

        // The three known ones: were there none, the search would find nothing.
        Assert.Equal(3, pairs);
    }

    [Fact]
    public void Routes_are_plain_segments_as_this_test_understands_no_others() =>
        Assert.All(
            functions.SelectMany(function => function.Route.PathSegments),
            segment =>
                Assert.True(
                    segment.IsSimple
                        && segment.Parts[0]
                            is RoutePatternLiteralPart
                                or RoutePatternParameterPart
                                {
                                    IsCatchAll: false,
                                    IsOptional: false,
                                    Default: null,
                                    ParameterPolicies.Count: 0
                                }
                )
        );

    [Theory]
    [InlineData(413, 413, "too-large")]
    [InlineData(408, 408, "slow-body")]
    [InlineData(400, 400, "invalid-request")]
    [InlineData(431, 400, "invalid-request")]
    public void A_request_that_the_server_cannot_read_is_refused_and_no_failed_run(int thrown, int answered, string code)
    {
        var problem = RefuseBrokenRequests.Of(new Microsoft.AspNetCore.Http.BadHttpRequestException("", thrown));

        Assert.Equal((answered, code), (problem.Kind.Status, problem.Kind.Code));
    }

    [Fact]
    public void Bodies_are_bounded_by_each_route_and_not_by_the_server_and_a_cancellation_token_is_bound_before_anything_of_its_name()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.UseCrm();
        using var services = builder.Services.BuildServiceProvider();

        Assert.Null(services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Assert.Equal(typeof(InvocationToken), services.GetRequiredService<IOptions<WorkerOptions>>().Value.InputConverters.First());
    }

    // One address that both match, segment by segment.
    private static bool Overlap(RoutePattern one, RoutePattern other) =>
        one.PathSegments.Count == other.PathSegments.Count
        && one.PathSegments.Zip(other.PathSegments)
            .All(pair =>
                Literal(pair.First) is not { } first
                || Literal(pair.Second) is not { } second
                || first.Equals(second, StringComparison.OrdinalIgnoreCase)
            );

    // Whatever the one matches the other does, and more: the one is what an address of its own means.
    private static bool IsWithin(RoutePattern one, RoutePattern other) =>
        one.PathSegments.Zip(other.PathSegments).All(pair => Literal(pair.Second) is null || Literal(pair.First) is not null)
        && one.PathSegments.Zip(other.PathSegments).Any(pair => Literal(pair.First) is not null && Literal(pair.Second) is null);

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : null;
}
