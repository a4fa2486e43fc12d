namespace LocalHost.Functions;

/// <summary>A function of the worker, ready to be invoked.</summary>
/// <param name="Id">By which the worker knows it.</param>
/// <param name="Name">As declared.</param>
/// <param name="EntryPoint">Namespace, class and method.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="IsDisabled">A setting has switched it off.</param>
internal sealed record HostedFunction(string Id, string Name, string EntryPoint, Trigger Trigger, bool IsDisabled)
{
    internal string LogCategory { get; } = $"Function.{Name}";
}
