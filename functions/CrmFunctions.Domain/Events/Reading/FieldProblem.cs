namespace CrmFunctions.Domain.Events;

/// <summary>What is wrong with one field, and what would be right.</summary>
/// <param name="Field">
/// Path of the field from the root, such as <c>data.customer.email</c>; in a batch <c>[index]</c> comes first; empty for the whole.
/// </param>
/// <param name="Message">One sentence that says what would be right.</param>
public sealed record FieldProblem(string Field, string Message);
