using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Where the values of variables can only come from, by all the places that write them: remembered a variable.</summary>
internal sealed class WrittenValues
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<IOperation>> _known = new(SymbolEqualityComparer.Default);

    /// <param name="compilation">The compilation whose variables are asked about.</param>
    public WrittenValues(Compilation compilation) => _compilation = compilation;

    /// <summary>
    /// The expressions that a value can only come from. A local, a field that is private or read-only, and a property of that kind without code come from what is ever put into them; a
    /// property that is only an expression from that. Beside it a variable can only have its default. What somebody may write out of sight (by reference, by a deconstruction, by an
    /// operator that makes a new value of the old), and whatever else is no such variable, is an expression of its own.
    /// </summary>
    public ImmutableArray<IOperation> SourcesOf(IOperation value, CancellationToken cancellationToken)
    {
        var sources = ImmutableArray.CreateBuilder<IOperation>();
        HashSet<ISymbol>? seen = null;
        var pending = new Queue<IOperation>();
        pending.Enqueue(value);
        while (pending.Count > 0)
        {
            var current = pending.Dequeue().WithoutConversions();
            if (current.ReferencedSymbol() is not { } variable || !TryGet(variable.OriginalDefinition, out var written, cancellationToken) || written.IsEmpty)
                sources.Add(current);
            else if ((seen ??= new HashSet<ISymbol>(SymbolEqualityComparer.Default)).Add(current.ReferencedSymbol()!.OriginalDefinition))
            {
                foreach (var next in written)
                    pending.Enqueue(next);
            }
        }

        return sources.ToImmutable();
    }

    /// <summary>Whether a parameter keeps what it was given.</summary>
    public bool IsNeverWritten(IParameterSymbol parameter, SyntaxNode body, CancellationToken cancellationToken)
    {
        var written = ImmutableArray.CreateBuilder<IOperation>();
        return parameter.RefKind == RefKind.None && AddWritten(parameter, body, written, cancellationToken) && written.Count == 0;
    }

    /// <summary>Whether all that is ever put into the variable stands in sight.</summary>
    /// <param name="variable">A local, field or property.</param>
    /// <param name="written">The expressions that are put into it; empty when it only ever has its default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public bool TryGet(ISymbol variable, out ImmutableArray<IOperation> written, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(variable, out written))
            written = _known.GetOrAdd(variable, Find(variable, cancellationToken));
        return !written.IsDefault;
    }

    /// <summary>What is put into the variable, or default when some of it may be out of sight.</summary>
    private ImmutableArray<IOperation> Find(ISymbol variable, CancellationToken cancellationToken)
    {
        if (variable is IParameterSymbol || variable.DeclaringSyntaxReferences.Length != 1 || variable.DeclaringSyntaxReferences[0] is not { } reference || !_compilation.ContainsSyntaxTree(reference.SyntaxTree))
            return default;
        var declaration = reference.GetSyntax(cancellationToken);
        if (!IsWrittenInSight(variable, declaration))
            return default;
        var values = ImmutableArray.CreateBuilder<IOperation>();
        if (InitialValue(declaration) is { } initial)
        {
            if (_compilation.GetSemanticModel(initial.SyntaxTree).GetOperation(initial, cancellationToken) is not { } value)
                return default;
            values.Add(value);
        }

        if (variable is ILocalSymbol)
            return Bodies.OutermostAround(declaration) is { } body && AddWritten(variable, body, values, cancellationToken) ? values.ToImmutable() : default;
        if (declaration is PropertyDeclarationSyntax { ExpressionBody: not null })
            return values.ToImmutable();
        foreach (var part in variable.ContainingType.DeclaringSyntaxReferences)
        {
            if (!AddWritten(variable, part.GetSyntax(cancellationToken), values, cancellationToken))
                return default;
        }

        return values.ToImmutable();
    }

    /// <summary>Whether only the body, or the type, that declares the variable can write it, and what it reads is what was written.</summary>
    private static bool IsWrittenInSight(ISymbol variable, SyntaxNode declaration) => (variable, declaration) switch
    {
        (ILocalSymbol { RefKind: RefKind.None }, VariableDeclaratorSyntax) => true,
        (ILocalSymbol, SingleVariableDesignationSyntax { Parent: PatternSyntax pattern }) => TestedBy(pattern) is not null,
        (IFieldSymbol { RefKind: RefKind.None } field, VariableDeclaratorSyntax) => field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private,
        (IPropertySymbol { IsIndexer: false } property, PropertyDeclarationSyntax syntax) => !property.IsAbstract
            && (!(property.IsVirtual || property.IsOverride) || property.IsSealed || property.ContainingType.IsSealed)
            && (syntax.ExpressionBody is not null || (IsAutomatic(syntax) && (property.SetMethod is null or { DeclaredAccessibility: Accessibility.Private }))),
        _ => false,
    };

    private static bool IsAutomatic(PropertyDeclarationSyntax property)
    {
        if (property.AccessorList is not { } list)
            return false;
        foreach (var accessor in list.Accessors)
        {
            if (accessor.Body is not null || accessor.ExpressionBody is not null)
                return false;
        }

        return true;
    }

    /// <summary>What the pattern is the whole test of (<c>_writer is { } writer</c>), or null.</summary>
    private static ExpressionSyntax? TestedBy(SyntaxNode pattern)
    {
        var parent = pattern.Parent;
        while (parent is UnaryPatternSyntax or ParenthesizedPatternSyntax)
            parent = parent.Parent;
        return (parent as IsPatternExpressionSyntax)?.Expression;
    }

    private static ExpressionSyntax? InitialValue(SyntaxNode declaration)
    {
        var value = ValueIn(declaration);
        while (value is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.ExclamationToken })
            value = value is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : ((PostfixUnaryExpressionSyntax)value).Operand;
        return value;
    }

    private static ExpressionSyntax? ValueIn(SyntaxNode declaration) => declaration switch
    {
        SingleVariableDesignationSyntax { Parent: PatternSyntax pattern } => TestedBy(pattern),
        VariableDeclaratorSyntax { Initializer.Value: { } value } => value,
        PropertyDeclarationSyntax { Initializer.Value: { } value } => value,
        PropertyDeclarationSyntax { ExpressionBody.Expression: { } value } => value,
        _ => null,
    };

    /// <summary>Adds what the scope puts into the variable; false when it may put something into it that is no expression of its own.</summary>
    private bool AddWritten(ISymbol variable, SyntaxNode scope, ImmutableArray<IOperation>.Builder values, CancellationToken cancellationToken)
    {
        var model = _compilation.GetSemanticModel(scope.SyntaxTree);
        foreach (var node in scope.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax identifier || identifier.Identifier.ValueText != variable.Name || !MayWrite(identifier))
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            // "a?.x = y" has no reference of its own.
            if (identifier.Parent is MemberBindingExpressionSyntax)
                return false;
            if (ValueFlow.ReferenceTo(variable, identifier, model, cancellationToken) is not { } reference || !IsWrite(reference, out var value))
                continue;
            if (value is null)
                return false;
            values.Add(value);
        }

        return true;
    }

    /// <summary>Whether the name stands where something is written: most names are only read, and need not be bound.</summary>
    private static bool MayWrite(IdentifierNameSyntax identifier)
    {
        ExpressionSyntax expression = identifier;
        while (expression.Parent is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax or CastExpressionSyntax or MemberBindingExpressionSyntax
            || (expression.Parent is MemberAccessExpressionSyntax access && access.Name == expression))
        {
            expression = (ExpressionSyntax)expression.Parent;
        }

        return expression.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left == expression,
            ArgumentSyntax argument => argument.RefKindKeyword.RawKind != 0 || argument.Parent is TupleExpressionSyntax,
            RefExpressionSyntax or PrefixUnaryExpressionSyntax => true,
            _ => false,
        };
    }

    private static bool IsWrite(IOperation reference, out IOperation? value)
    {
        value = null;
        var target = reference.InConversions();
        switch (target.Parent)
        {
            case ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == target:
                value = assignment.Value;
                return true;
            case ICoalesceAssignmentOperation assignment when assignment.Target == target:
                value = assignment.Value;
                return true;
            case IAssignmentOperation assignment when assignment.Target == target:
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }:
            case IAddressOfOperation:
                return true;
            case ITupleOperation tuple:
                return IsDeconstructedInto(tuple, target, out value);
            default:
                return reference.Syntax.Parent is RefExpressionSyntax;
        }
    }

    /// <summary>Whether something is deconstructed into the tuple: one element of another tuple, where that is written out.</summary>
    private static bool IsDeconstructedInto(ITupleOperation tuple, IOperation target, out IOperation? value)
    {
        value = null;
        IOperation whole = tuple;
        while (whole.Parent is ITupleOperation or IConversionOperation)
            whole = whole.Parent;
        switch (whole.Parent)
        {
            case IForEachLoopOperation loop:
                return loop.LoopControlVariable == whole;
            case IDeconstructionAssignmentOperation assignment when assignment.Target == whole:
                if (whole == tuple && assignment.Value.WithoutConversions() is ITupleOperation from && from.Elements.Length == tuple.Elements.Length)
                    value = from.Elements[tuple.Elements.IndexOf(target)];
                return true;
            default:
                return false;
        }
    }
}
