using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>One place where a value is used.</summary>
/// <param name="Value">The expression that gives the value there, conversions included.</param>
/// <param name="Variable">The variable it was read from, or null when it comes straight out of the call that made it.</param>
/// <param name="IsPart">Whether only a part of the value is used there: a slice, what a passing step has narrowed.</param>
internal sealed record ValueUse(IOperation Value, ISymbol? Variable, bool IsPart)
{
    /// <summary>What uses it.</summary>
    public IOperation? User => Value.Parent;
}

/// <summary>A step that a value takes through an expression: <c>new ArraySegment&lt;byte&gt;(buffer)</c> is the buffer.</summary>
/// <param name="Next">The expression that stands for the value from there on.</param>
/// <param name="Narrows">Whether it is only a part of it.</param>
internal readonly record struct ValueStep(IOperation Next, bool Narrows);

/// <summary>
/// Follows a value through variables, private fields, parameters of source methods and the functions handed over for delegate parameters, to the places that use it.
/// What cannot be followed is a use like any other: whoever asks decides what it means.
/// </summary>
internal sealed class ValueUses
{
    /// <summary>How many calls a value is followed into.</summary>
    private const int MaxDepth = 4;

    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;

    public ValueUses(SourceMethods methods, Summaries summaries)
    {
        _methods = methods;
        _summaries = summaries;
    }

    /// <summary>All uses of the value of an expression.</summary>
    /// <param name="made">The expression.</param>
    /// <param name="passes">The steps that count as the same value besides awaits and conversions; null for an expression that is a use.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ImmutableArray<ValueUse> Of(IOperation made, Func<IOperation, ValueStep?> passes, CancellationToken cancellationToken)
    {
        var search = new Search(this, passes, cancellationToken);
        search.Follow(made, null, false, 0);
        return search.Uses.ToImmutable();
    }

    /// <summary>All uses of a variable's values, whoever put them there.</summary>
    public ImmutableArray<ValueUse> Of(ISymbol variable, SyntaxNode within, Func<IOperation, ValueStep?> passes, CancellationToken cancellationToken)
    {
        var search = new Search(this, passes, cancellationToken);
        search.FollowVariable(variable, within, false, 0);
        return search.Uses.ToImmutable();
    }

    /// <summary>The functions that a delegate parameter may be: those that all calls of its method hand over; empty when some call cannot be seen.</summary>
    public ImmutableArray<(IMethodSymbol Function, SyntaxNode Body)> FunctionsFor(IParameterSymbol parameter, CancellationToken cancellationToken)
    {
        var none = ImmutableArray<(IMethodSymbol, SyntaxNode)>.Empty;
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            || (method.MethodKind == MethodKind.Ordinary && method.DeclaredAccessibility != Accessibility.Private)
            || method.ContainingType is not { } type)
        {
            return none;
        }

        var functions = ImmutableArray.CreateBuilder<(IMethodSymbol, SyntaxNode)>();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (!_summaries.Sees(reference.SyntaxTree))
                return none;
            var declaration = reference.GetSyntax(cancellationToken);
            var model = _summaries.ModelOf(declaration);
            foreach (var node in declaration.DescendantNodes())
            {
                if (node is not SimpleNameSyntax name || name.Identifier.ValueText != method.Name)
                    continue;
                if (model.GetSymbolInfo(name, cancellationToken).Symbol is not IMethodSymbol named || !SymbolEqualityComparer.Default.Equals(named.Definition(), method.Definition()))
                    continue;
                var call = name.FirstAncestorOrSelf<InvocationExpressionSyntax>(invocation => invocation.Expression.RightmostName() == method.Name);
                if (call is null || model.GetOperation(call, cancellationToken) is not IInvocationOperation invocation || _methods.FunctionIn(invocation.ArgumentFor(parameter.Ordinal), cancellationToken) is not var (function, body))
                    return none;
                functions.Add((function, body));
            }
        }

        return functions.ToImmutable();
    }

    /// <summary>One search: variables are gone through once.</summary>
    private sealed class Search
    {
        private readonly ValueUses _owner;
        private readonly Func<IOperation, ValueStep?> _passes;
        private readonly CancellationToken _cancellationToken;
        private readonly HashSet<(ISymbol Variable, bool IsPart)> _variables = new();

        public Search(ValueUses owner, Func<IOperation, ValueStep?> passes, CancellationToken cancellationToken)
        {
            _owner = owner;
            _passes = passes;
            _cancellationToken = cancellationToken;
        }

        public ImmutableArray<ValueUse>.Builder Uses { get; } = ImmutableArray.CreateBuilder<ValueUse>();

        public void Follow(IOperation made, ISymbol? variable, bool isPart, int depth)
        {
            var value = made;
            while (value.Parent is { } parent)
            {
                if (ValueFlow.IsHandedOn(value, parent))
                {
                    value = parent;
                    continue;
                }

                if (_passes(value) is { } step)
                {
                    value = step.Next;
                    isPart |= step.Narrows;
                    continue;
                }

                switch (parent)
                {
                    case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                        FollowVariable(declarator.Symbol, declarator.Syntax, isPart, depth);
                        return;
                    case ISimpleAssignmentOperation assignment when assignment.Value == value && assignment.Target.ReferencedSymbol() is { } target:
                        FollowVariable(target, assignment.Syntax, isPart, depth);
                        // Other types may read it too.
                        if (target is IFieldSymbol or IPropertySymbol && target.DeclaredAccessibility != Accessibility.Private)
                            Uses.Add(new ValueUse(value, variable, isPart));
                        if (assignment.Parent is IExpressionStatementOperation)
                            return;
                        value = assignment;
                        continue;
                    case ICoalesceAssignmentOperation assignment when assignment.Value == value && assignment.Target.ReferencedSymbol() is { } target:
                        FollowVariable(target, assignment.Syntax, isPart, depth);
                        return;
                    case IArgumentOperation { Parameter: { RefKind: RefKind.None or RefKind.In } parameter, Parent: IInvocationOperation call } when FollowInto(call, parameter, isPart, depth):
                        return;
                    case IConditionalAccessOperation access when access.Operation == value && InstanceIn(access) is { } instance:
                        Follow(instance, variable, isPart, depth);
                        return;
                    default:
                        Uses.Add(new ValueUse(value, variable, isPart));
                        return;
                }
            }
        }

        public void FollowVariable(ISymbol variable, SyntaxNode place, bool isPart, int depth)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (!_variables.Add((variable, isPart)))
                return;
            foreach (var scope in ScopesOf(variable, place))
            {
                var model = _owner._summaries.ModelOf(scope);
                foreach (var reference in ValueFlow.ReferencesTo(variable, scope, model, _cancellationToken))
                {
                    // A write is no use of what was there.
                    if (reference.Parent is IAssignmentOperation assignment && assignment.Target == reference)
                        continue;
                    Follow(reference, variable, isPart, depth);
                }
            }
        }

        /// <summary>The code that can name the variable.</summary>
        private IEnumerable<SyntaxNode> ScopesOf(ISymbol variable, SyntaxNode place)
        {
            switch (variable)
            {
                case ILocalSymbol or IParameterSymbol:
                    if (Bodies.OutermostAround(place) is { } body)
                        yield return body;
                    break;
                case IFieldSymbol or IPropertySymbol when variable.ContainingType is { } type:
                    foreach (var declaration in _owner._summaries.DeclarationsOf(type, _cancellationToken))
                        yield return declaration;

                    break;
            }
        }

        private bool FollowInto(IInvocationOperation call, IParameterSymbol parameter, bool isPart, int depth)
        {
            if (depth >= MaxDepth)
                return false;
            if (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke)
            {
                if (call.Receiver() is not IParameterReferenceOperation { Parameter: var handler })
                    return false;
                var functions = _owner.FunctionsFor(handler, _cancellationToken);
                foreach (var (function, functionBody) in functions)
                    FollowVariable(function.Parameters[parameter.Ordinal], functionBody, isPart, depth + 1);
                return !functions.IsEmpty;
            }

            if (_owner._methods.Target(call, _cancellationToken) is not { } target || Bodies.Of(target, _cancellationToken) is not { } body)
                return false;
            var ordinal = parameter.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);
            if (ordinal >= target.Parameters.Length || target.Parameters[ordinal].IsParams)
                return false;
            FollowVariable(target.Parameters[ordinal], body, isPart, depth + 1);
            return true;
        }

        /// <summary>What stands for the value behind <c>?.</c>.</summary>
        private static IOperation? InstanceIn(IConditionalAccessOperation access)
        {
            foreach (var operation in access.WhenNotNull.SelfAndDescendantsInBody())
            {
                if (operation is IConditionalAccessInstanceOperation instance && instance.WithoutConditionalAccess() == access.Operation.WithoutConversions())
                    return instance;
            }

            return null;
        }
    }
}
