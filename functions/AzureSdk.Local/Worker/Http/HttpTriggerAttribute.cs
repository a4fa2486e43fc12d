using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function on a request. Stands on an <c>HttpRequest</c> parameter.</summary>
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Every method, level <see cref="AuthorizationLevel.Function"/>.</summary>
    public HttpTriggerAttribute() => AuthLevel = AuthorizationLevel.Function;

    /// <summary>These methods, level <see cref="AuthorizationLevel.Anonymous"/>, as in the official attribute.</summary>
    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    /// <summary>Every method, with the level given.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    /// <summary>These methods, with the level given.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route template below the prefix of host.json; the function's name when null.</summary>
    public string? Route { get; set; }

    /// <summary>The methods answered; all when null or empty.</summary>
    public string[]? Methods { get; private set; }

    /// <summary>Which key a request must bring.</summary>
    public AuthorizationLevel AuthLevel { get; private set; }
}
