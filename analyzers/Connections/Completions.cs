using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Ends that are told by a TaskCompletionSource instead of a task: somebody else waits for that.</summary>
internal static class Completions
{
    /// <summary>Whether the body, or a function in it, completes such a source.</summary>
    public static bool SignalledIn(SyntaxNode body)
    {
        foreach (var node in body.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && call.Expression.RightmostName() is "TrySetResult" or "SetResult" or "TrySetException" or "SetException" or "TrySetCanceled" or "SetCanceled")
                return true;
        }

        return false;
    }
}
