using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;

namespace AzureSdk.Local.Http;

/// <summary>Whether a request brings the key that a level asks for: in the header <c>x-functions-key</c>, else in <c>?code=</c>.</summary>
internal sealed class Authorization(KeyStore keys)
{
    internal bool Allows(HttpRequest request, AuthorizationLevel level, string function)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        StringValues given;
        if (!request.Headers.TryGetValue("x-functions-key", out given) && !request.Query.TryGetValue("code", out given))
        {
            return false;
        }

        var key = given.ToString();
        return key.Length is > 0 and <= KeyFile.LongestKey && level switch
        {
            AuthorizationLevel.Function => keys.OfHost().OpensFunctions(key) || keys.OfFunction(function).OpensFunctions(key),
            AuthorizationLevel.System => keys.OfHost().OpensSystem(key),
            _ => keys.OfHost().OpensAll(key),
        };
    }
}
