using LocalHost.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LocalHost.Http;

/// <summary>Whether a request brings the key that a level asks for: in the header <c>x-functions-key</c>, else in <c>?code=</c>.</summary>
internal sealed class KeyCheck(KeyStore keys)
{
    internal bool Allows(HttpRequest request, KeyLevel level, string function)
    {
        if (level == KeyLevel.Anonymous)
        {
            return true;
        }

        StringValues given;
        if (!request.Headers.TryGetValue("x-functions-key", out given) && !request.Query.TryGetValue("code", out given))
        {
            return false;
        }

        // The same header twice is as good as once.
        var key = given[0] ?? "";
        return key.Length is > 0 and <= KeyFile.LongestKey
            && level switch
            {
                KeyLevel.Function => keys.OfHost().OpensFunctions(key) || keys.OfFunction(function).OpensFunctions(key),
                KeyLevel.System => keys.OfHost().OpensSystem(key),
                _ => keys.OfHost().OpensAll(key),
            };
    }
}
