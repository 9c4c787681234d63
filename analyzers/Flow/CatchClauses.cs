using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>The catch clauses that an exception of an operation may come to.</summary>
internal static class CatchClauses
{
    /// <summary>The clauses around a node in the order in which they are asked: those of the innermost try first. Clauses outside of the function around the node are left out.</summary>
    public static IEnumerable<CatchClauseSyntax> Around(SyntaxNode node)
    {
        var child = node;
        for (var parent = node.Parent; parent is not null && !Bodies.IsBody(child); child = parent, parent = parent.Parent)
        {
            if (parent is not TryStatementSyntax @try || @try.Block != child)
                continue;
            foreach (var clause in @try.Catches)
                yield return clause;
        }
    }

    /// <summary>The innermost try in whose guarded part a node of the same function stands, or null.</summary>
    public static TryStatementSyntax? InnermostTry(SyntaxNode node)
    {
        var child = node;
        for (var parent = node.Parent; parent is not null && !Bodies.IsBody(child); child = parent, parent = parent.Parent)
        {
            if (parent is TryStatementSyntax @try && @try.Block == child)
                return @try;
        }

        return null;
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

        foreach (var region in BodyGraph.RegionsAround(guarded))
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

    /// <summary>The tries with handlers in whose guarded part the operation stands, the innermost first, up to the function around it.</summary>
    public static IEnumerable<ITryOperation> TriesAround(IOperation operation)
    {
        var inner = operation;
        for (var current = operation.Parent; current is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent)
        {
            if (current is ITryOperation { Catches.IsEmpty: false } @try && @try.Body == inner)
                yield return @try;
        }
    }

    /// <summary>The handler that takes an exception when the operation throws it, or null when it leaves the function.</summary>
    /// <param name="operation">What throws.</param>
    /// <param name="takes">Whether a handler for the type takes the exception.</param>
    /// <param name="filterOf">The value of a filter; null when it is not known, which counts as true.</param>
    public static ICatchClauseOperation? First(IOperation operation, Func<ITypeSymbol, bool> takes, Func<ICatchClauseOperation, bool?> filterOf)
    {
        foreach (var @try in TriesAround(operation))
        {
            foreach (var clause in @try.Catches)
            {
                if ((clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } || takes(clause.ExceptionType)) && (clause.Filter is null || filterOf(clause) != false))
                    return clause;
            }
        }

        return null;
    }

    /// <summary>Whether a handler for <paramref name="caught"/> (null: for everything) takes every exception of the type.</summary>
    public static bool Takes(ITypeSymbol? caught, ITypeSymbol? thrown)
    {
        if (caught is null or { SpecialType: SpecialType.System_Object })
            return true;
        if (thrown is null)
            return false;
        foreach (var type in thrown.SelfAndBaseTypes())
        {
            if (SymbolEqualityComparer.Default.Equals(type, caught))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the condition holds for a caught exception, as far as it asks for the type: <c>e is TimeoutException or OperationCanceledException</c>; null when it asks
    /// something else.
    /// </summary>
    public static bool? TypeTest(IOperation condition, Func<ITypeSymbol, bool> takes) => condition.WithoutConversions() switch
    {
        IIsTypeOperation { ValueOperand: var value } test when IsException(value) => takes(test.TypeOperand) != test.IsNegated,
        IIsPatternOperation { Value: var value } test when IsException(value) => Matches(test.Pattern, takes),
        _ => null,
    };

    private static bool IsException(IOperation value)
    {
        if (value.WithoutConversions() is not ILocalReferenceOperation { Local.Type: var type })
            return false;
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }

        return false;
    }

    /// <summary>Whether a pattern of types (<c>A or B</c>, <c>not A</c>, <c>A e</c>) matches the exception; null for other patterns.</summary>
    private static bool? Matches(IPatternOperation pattern, Func<ITypeSymbol, bool> takes)
    {
        var isNegated = false;
        while (pattern is INegatedPatternOperation negated)
        {
            isNegated = !isNegated;
            pattern = negated.Pattern;
        }

        var pending = new Stack<IPatternOperation>();
        pending.Push(pattern);
        var isUnknown = false;
        while (pending.Count > 0)
        {
            switch (pending.Pop())
            {
                case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either:
                    pending.Push(either.LeftPattern);
                    pending.Push(either.RightPattern);
                    continue;
                case ITypePatternOperation type when takes(type.MatchedType):
                case IDeclarationPatternOperation declaration when declaration.MatchedType is null || takes(declaration.MatchedType):
                    return !isNegated;
                case ITypePatternOperation or IDeclarationPatternOperation:
                    continue;
                default:
                    isUnknown = true;
                    continue;
            }
        }

        return isUnknown ? null : isNegated;
    }
}
