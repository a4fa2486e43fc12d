using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Access;
using CrmFunctions.Security.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.UnitTests.Security;

/// <summary>A sign-in is the platform's word, and it is believed only where the platform's settings say that the platform gives it.</summary>
public sealed class EntraSignInTests
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL";

    [Fact]
    public void Where_the_platform_does_not_say_that_it_signs_in_a_header_is_nobody()
    {
        foreach (var off in new string?[] { null, "", "false", "False", "1", "yes" })
            Assert.Null(SignIn(off).Find(Request(Principal(("roles", "admin"), ("name", "Lea")))));
    }

    [Theory]
    [InlineData("roles", "manager", Roles.Manager)]
    [InlineData("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "viewer", Roles.Viewer)]
    [InlineData("groups", "11111111-aaaa", Roles.Steward)]
    public void A_person_has_the_role_of_the_app_role_or_group(string claim, string value, Roles role)
    {
        var caller = SignIn("true").Find(Request(Principal((claim, value), ("preferred_username", "lea@example.com"))));
        Assert.Equal(("lea@example.com", role), (caller!.Name, caller.Role));
    }

    [Fact]
    public void The_strongest_of_several_roles_counts_and_names_that_are_no_roles_do_not()
    {
        var request = Request(Principal(("roles", "viewer"), ("roles", "manager"), ("roles", "Admin"), ("roles", "god"), ("name", "Lea")));
        Assert.Equal(Roles.Manager, SignIn("True").Find(request)!.Role);
    }

    [Theory]
    [InlineData("roles", "god")]
    [InlineData("groups", "22222222-bbbb")]
    [InlineData("roles", "owner")]
    [InlineData("name", "admin")]
    public void A_person_without_a_role_is_nobody(string claim, string value) =>
        Assert.Null(SignIn("true").Find(Request(Principal((claim, value), ("name", "Lea")))));

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    [InlineData("bnVsbA==")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6MX1dfQ==")]
    public void A_header_that_is_no_principal_is_nobody(string header) => Assert.Null(SignIn("true").Find(Request(header)));

    [Fact]
    public void Two_headers_are_nobody_because_one_of_them_is_not_the_platform_s()
    {
        var request = Request(Principal(("roles", "viewer"), ("name", "Lea")));
        request.Headers.Append(Header, Principal(("roles", "admin"), ("name", "Lea")));
        Assert.Null(SignIn("true").Find(request));
    }

    [Theory]
    [InlineData("GET", "cross-site", "https://evil.example", true)]
    [InlineData("POST", "cross-site", "https://evil.example", false)]
    [InlineData("POST", "same-site", "https://other.example", false)]
    [InlineData("POST", "same-origin", "https://crm.example", true)]
    [InlineData("POST", "none", "", true)]
    [InlineData("POST", "", "https://evil.example", false)]
    [InlineData("POST", "", "null", false)]
    [InlineData("DELETE", "", "https://crm.example", true)]
    [InlineData("PUT", "", "", true)]
    public void A_page_of_another_site_changes_nothing_with_the_cookie_of_a_browser(string method, string site, string origin, bool taken)
    {
        var request = Request(Principal(("roles", "admin"), ("name", "Lea")));
        (request.Method, request.Host) = (method, new HostString("crm.example"));
        if (site.Length > 0)
            request.Headers["Sec-Fetch-Site"] = site;
        if (origin.Length > 0)
            request.Headers.Origin = origin;
        Assert.Equal(taken, SignIn("true").Find(request) is not null);
    }

    private static EntraSignIn SignIn(string? enabled) =>
        new(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?> { ["WEBSITE_AUTH_ENABLED"] = enabled, ["Keys:Groups:11111111-aaaa"] = "steward" }
                )
                .Build()
        );

    private static HttpRequest Request(string header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[Header] = header;
        return context.Request;
    }

    private static string Principal(params IEnumerable<(string Type, string Value)> claims) =>
        Convert.ToBase64String(
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["auth_typ"] = "aad",
                    ["claims"] = new JsonArray([
                        .. claims.Select(claim => (JsonNode)new JsonObject { ["typ"] = claim.Type, ["val"] = claim.Value }),
                    ]),
                }.ToJsonString()
            )
        );
}
