using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Reads that were asked about first: <c>if (Console.KeyAvailable) Console.ReadKey()</c>, <c>while (stream.DataAvailable) stream.Read(..)</c>. What is there is handed over
/// at once. Works on the text around the read and errs on the side of silence.
/// </summary>
internal static class ReadinessChecks
{
    /// <summary>Whether the call takes input, and the code around it or just before it asked whether there is some.</summary>
    public static bool Precede(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        if (!name.StartsWith("Read", StringComparison.Ordinal) && !name.StartsWith("Receive", StringComparison.Ordinal))
            return false;
        for (var node = call.Syntax; node.Parent is { } parent && !Bodies.IsBody(node); node = parent)
        {
            if (BranchConditions.Before(node, parent) is { } condition && Asks(condition))
                return true;
            // while (!stream.DataAvailable) await Task.Delay(10);
            if (parent is BlockSyntax block && node is StatementSyntax statement && block.Statements.IndexOf(statement) is > 0 and var index
                && block.Statements[index - 1] is var before && (before as WhileStatementSyntax)?.Condition is { } waited && Asks(waited))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Asks(ExpressionSyntax condition)
    {
        foreach (var node in condition.DescendantNodesAndSelf())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: "KeyAvailable" or "DataAvailable" or "Available" or "Poll" })
                return true;
        }

        return false;
    }
}
