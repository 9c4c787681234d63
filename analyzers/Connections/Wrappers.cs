using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Objects that are made over a stream and pass on to it what they are given: text and binary writers, buffers. Their types say nothing of what is behind them, a file, memory or a peer; where they are
/// made does. Only what is made in sight counts: a local, or a member that nobody else can write, all of whose values come from a connection. What a parameter brings is the caller's.
/// </summary>
internal sealed class Wrappers
{
    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly WrittenValues _values;
    private readonly CollectedWrappers _collected;
    private readonly ConcurrentDictionary<ISymbol, bool> _variables = new(SymbolEqualityComparer.Default);

    /// <param name="compilation">The compilation whose objects are asked about.</param>
    /// <param name="apis">What is a connection, and what a wrapper.</param>
    /// <param name="values">What variables hold.</param>
    public Wrappers(Compilation compilation, Apis apis, WrittenValues values)
    {
        _values = values;
        _compilation = compilation;
        _apis = apis;
        _collected = new CollectedWrappers(compilation, apis);
    }

    /// <summary>Whether the object is a wrapper of a connection, whatever may have been put into the variable that holds it.</summary>
    public bool IsOverConnection(IOperation? wrapper)
    {
        // An operation of a graph has no surroundings, and may be a temporary; what was written there is what is asked about.
        if (wrapper is { SemanticModel: null })
            wrapper = ModelOf(wrapper.Syntax).GetOperation(wrapper.Syntax);
        if (wrapper?.WithoutConditionalAccess() is not { } value)
            return false;
        // The quick answer: most writers that a program writes to much are handed in.
        if (value is IParameterReferenceOperation { Parameter.ContainingSymbol: not IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } })
            return false;
        // What the parameter of a lambda, or a member of a library's type, is depends on where it is read.
        if (value.ReferencedSymbol()?.OriginalDefinition is not { } variable || variable is IParameterSymbol || !_apis.IsDeclaredHere(variable))
            return ComesFromConnection(value);
        return _variables.TryGetValue(variable, out var known) ? known : _variables.GetOrAdd(variable, ComesFromConnection(value));
    }

    /// <summary>Whether every value that can be meant is a connection or made over one. A variable that is made over itself is what its other values are.</summary>
    private bool ComesFromConnection(IOperation start)
    {
        var isProven = false;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var pending = new Stack<IOperation>();
        pending.Push(start);
        while (pending.Count > 0)
        {
            var value = pending.Pop().WithoutConversions();
            if (value.Type is { } type && (_apis.Of(type) & ApiKind.Connection) != 0)
            {
                isProven = true;
                continue;
            }

            switch (value)
            {
                case { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation or IThrowOperation:
                    continue;
                case IObjectCreationOperation creation when _apis.IsNamed(creation.Type, ApiKind.Wrapper) && Wrapped(creation) is { } wrapped:
                    pending.Push(wrapped);
                    continue;
                case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                    pending.Push(conditional.WhenTrue);
                    pending.Push(otherwise);
                    continue;
                case ICoalesceOperation coalesce:
                    pending.Push(coalesce.Value);
                    pending.Push(coalesce.WhenNull);
                    continue;
                case ISwitchExpressionOperation choice:
                    foreach (var arm in choice.Arms)
                        pending.Push(arm.Value);
                    continue;
                case ISimpleAssignmentOperation assignment:
                    pending.Push(assignment.Value);
                    continue;
                case ICoalesceAssignmentOperation filling:
                    pending.Push(filling.Target);
                    pending.Push(filling.Value);
                    continue;
                case IParenthesizedOperation parenthesized:
                    pending.Push(parenthesized.Operand);
                    continue;
                case ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false }:
                    var variable = value.ReferencedSymbol()!.OriginalDefinition;
                    if ((_apis.IsDeclaredHere(variable) && !seen.Add(variable)) || AddValues(variable, pending) || _collected.AddItems(value, pending, seen))
                        continue;
                    return false;
                default:
                    if (!_collected.AddItems(value, pending, seen))
                        return false;
                    continue;
            }
        }

        return isProven;
    }

    private static IOperation? Wrapped(IObjectCreationOperation creation)
    {
        foreach (var argument in creation.Arguments)
        {
            if (argument.Parameter is { Ordinal: 0 })
                return argument.Value;
        }

        return null;
    }

    /// <summary>Adds everything that is ever put into the variable; false when others may put something into it.</summary>
    private bool AddValues(ISymbol variable, Stack<IOperation> values)
    {
        if (!_values.TryGet(variable, out var written, CancellationToken.None) || IsMadeAtEachRead(variable))
            return false;
        foreach (var value in written)
            values.Push(value);
        return true;
    }

    /// <summary>Whether the property makes a wrapper whenever it is read: another one each time.</summary>
    private static bool IsMadeAtEachRead(ISymbol variable) =>
        variable is IPropertySymbol { Type.Name: not "Stream" } property && property.DeclaringSyntaxReferences[0].GetSyntax() is PropertyDeclarationSyntax { ExpressionBody.Expression: { } read }
        && !(read is IdentifierNameSyntax or MemberAccessExpressionSyntax || read.IsKind(SyntaxKind.CoalesceAssignmentExpression));

    private SemanticModel ModelOf(SyntaxNode node) => _compilation.GetSemanticModel(node.SyntaxTree);
}
