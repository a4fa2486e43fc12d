using Microsoft.Azure.Functions.Worker.Converters;

namespace CrmFunctions.Http;

/// <summary>
/// A cancellation token is the invocation's. Asked first, since the worker binds a parameter by its name too: <c>?cancellationToken=x</c>,
/// or a member of that name in a JSON body, would otherwise be read as one, and fail.
/// </summary>
public sealed class InvocationToken : IInputConverter
{
    /// <inheritdoc/>
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(
            context.TargetType == typeof(CancellationToken)
                ? ConversionResult.Success(context.FunctionContext.CancellationToken)
                : ConversionResult.Unhandled()
        );
}
