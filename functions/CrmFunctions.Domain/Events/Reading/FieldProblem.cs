namespace CrmFunctions.Domain.Events;

/// <summary>What is wrong with one field, and what would be right.</summary>
/// <param name="Field">Path of the field from the root of the event, such as <c>data.customer.email</c>; empty for the whole.</param>
/// <param name="Message">One sentence that says what would be right.</param>
public sealed record FieldProblem(string Field, string Message);
