using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Flow;

/// <summary>The catch clauses that an exception of an operation may come to.</summary>
internal static class CatchClauses
{
    /// <summary>The clauses around a node in the order in which they are asked: those of the innermost try first. Clauses outside of the function around the node are left out.</summary>
    public static IEnumerable<CatchClauseSyntax> Around(SyntaxNode node)
    {
        var child = node;
        for (var parent = node.Parent; parent is not null && !Roslyn.Bodies.IsBody(child); child = parent, parent = parent.Parent)
        {
            if (parent is not TryStatementSyntax @try || @try.Block != child)
                continue;
            foreach (var clause in @try.Catches)
                yield return clause;
        }
    }

    /// <summary>The clause as an operation, or null for half-typed code.</summary>
    public static ICatchClauseOperation? OperationOf(CatchClauseSyntax clause, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetOperation(clause.Parent!, cancellationToken) is not ITryOperation @try)
            return null;
        foreach (var candidate in @try.Catches)
        {
            if (candidate.Syntax == clause)
                return candidate;
        }

        return null;
    }

    /// <summary>The block at which a clause's own code begins, or null when the graph does not show it.</summary>
    /// <param name="graph">The graph of the function around the clause.</param>
    /// <param name="guarded">A block of the clause's try.</param>
    /// <param name="operation">An operation in that block.</param>
    /// <param name="clause">The clause.</param>
    public static BasicBlock? EntryOf(ControlFlowGraph graph, BasicBlock guarded, SyntaxNode operation, CatchClauseSyntax clause)
    {
        // The regions around the block and the try statements around the operation are the same, from the inside out; using, lock and foreach make regions without handlers.
        var level = 0;
        SyntaxNode? last = null;
        foreach (var candidate in Around(operation))
        {
            if (candidate.Parent != last)
                level++;
            last = candidate.Parent;
            if (candidate == clause)
                break;
        }

        for (var region = guarded.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } guard } || --level > 0)
                continue;
            var index = ((TryStatementSyntax)clause.Parent!).Catches.IndexOf(clause) + 1;
            if (index >= guard.NestedRegions.Length)
                return null;
            var handler = guard.NestedRegions[index];
            if (handler.Kind == ControlFlowRegionKind.FilterAndHandler)
                handler = handler.NestedRegions[handler.NestedRegions.Length - 1];
            return graph.Blocks[handler.FirstBlockOrdinal];
        }

        return null;
    }
}
