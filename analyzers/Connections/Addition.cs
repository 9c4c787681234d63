using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Connections;

/// <summary>Something that is put into a collection.</summary>
/// <param name="Operation">The call, or the assignment to an element.</param>
/// <param name="Collection">What it is put into.</param>
/// <param name="Added">The value, or the call's last argument.</param>
internal sealed record Addition(IOperation Operation, IOperation Collection, IOperation Added);
