using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Flow;

/// <summary>
/// The control-flow graph of the innermost function around an operation. The compiler makes graphs of outermost bodies only; those of lambdas and local functions
/// are reached through their parents.
/// </summary>
internal static class BodyGraph
{
    /// <summary>The graph, or null for half-typed code and where there is no body.</summary>
    public static ControlFlowGraph? Around(IOperation operation, CancellationToken cancellationToken)
    {
        var functions = new Stack<IOperation>();
        var root = operation;
        while (root.Parent is { } parent)
        {
            root = parent;
            if (root is IAnonymousFunctionOperation or ILocalFunctionOperation)
                functions.Push(root);
        }

        var graph = root switch
        {
            IMethodBodyOperation method => ControlFlowGraph.Create(method, cancellationToken),
            IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor, cancellationToken),
            IBlockOperation block => ControlFlowGraph.Create(block, cancellationToken),
            IFieldInitializerOperation field => ControlFlowGraph.Create(field, cancellationToken),
            IPropertyInitializerOperation property => ControlFlowGraph.Create(property, cancellationToken),
            _ => null,
        };
        while (graph is not null && functions.Count > 0)
        {
            graph = functions.Pop() switch
            {
                ILocalFunctionOperation function => LocalFunction(graph, function, cancellationToken),
                var lambda => Lambda(graph, lambda.Syntax, cancellationToken),
            };
        }

        return graph;
    }

    /// <summary>The block and the index in <see cref="OperationsOf"/> at which an operation of the body stands, or null when the graph does not show it.</summary>
    public static (BasicBlock Block, int Index)? Find(ControlFlowGraph graph, IOperation operation)
    {
        foreach (var block in graph.Blocks)
        {
            var index = 0;
            foreach (var candidate in OperationsOf(block))
            {
                foreach (var inner in candidate.SelfAndDescendantsInBody())
                {
                    if (inner.Syntax == operation.Syntax && inner.Kind == operation.Kind)
                        return (block, index);
                }

                index++;
            }
        }

        return null;
    }

    /// <summary>The block's operations in order, its condition or returned value last.</summary>
    public static IEnumerable<IOperation> OperationsOf(BasicBlock block)
    {
        foreach (var operation in block.Operations)
            yield return operation;
        if (block.BranchValue is { } value)
            yield return value;
    }

    /// <summary>
    /// The regions around a block, from the inside out, up to the root of its own graph: behind that the chain goes on with the regions of the function around, whose
    /// blocks are those of another graph.
    /// </summary>
    public static IEnumerable<ControlFlowRegion> RegionsAround(BasicBlock block)
    {
        for (var region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
            yield return region;
    }

    private static ControlFlowGraph? LocalFunction(ControlFlowGraph graph, ILocalFunctionOperation function, CancellationToken cancellationToken)
    {
        foreach (var symbol in graph.LocalFunctions)
        {
            if (SymbolEqualityComparer.Default.Equals(symbol, function.Symbol))
                return graph.GetLocalFunctionControlFlowGraph(symbol, cancellationToken);
        }

        return null;
    }

    private static ControlFlowGraph? Lambda(ControlFlowGraph graph, SyntaxNode syntax, CancellationToken cancellationToken)
    {
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in OperationsOf(block))
            {
                foreach (var inner in operation.SelfAndDescendantsInBody())
                {
                    if (inner is IFlowAnonymousFunctionOperation lambda && lambda.Syntax == syntax)
                        return graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellationToken);
                }
            }
        }

        return null;
    }
}
