using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Connections;

/// <summary>A catalogued call that connects, accepts, sends, receives or closes.</summary>
/// <param name="Facts">Everything the member does, as far as it holds for the object it is called on.</param>
/// <param name="Call">The invocation.</param>
internal sealed record ConnectionCall(ApiFacts Facts, IInvocationOperation Call);

/// <summary>An assignment to a catalogued setting of a connection, also one in an object initialiser.</summary>
/// <param name="Facts">What the setting is.</param>
/// <param name="Property">The setting.</param>
/// <param name="Assignment">The assignment.</param>
internal sealed record ConnectionSetting(ApiFacts Facts, IPropertySymbol Property, ISimpleAssignmentOperation Assignment);
