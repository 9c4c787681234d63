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
    private readonly CollectedWrappers _collected;
    private readonly ConcurrentDictionary<ISymbol, bool> _variables = new(SymbolEqualityComparer.Default);

    public Wrappers(Compilation compilation, Apis apis)
    {
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
        if (variable.DeclaringSyntaxReferences.Length != 1)
            return false;
        var declaration = variable.DeclaringSyntaxReferences[0].GetSyntax();
        switch (variable, declaration)
        {
            case (ILocalSymbol { RefKind: RefKind.None }, VariableDeclaratorSyntax { Initializer: var initial }):
                return AddValue(initial?.Value, values) && Bodies.OutermostAround(declaration) is { } body && AddAssigned(variable, body, values);
            // "_writer is { } writer"
            case (ILocalSymbol, SingleVariableDesignationSyntax { Parent: (DeclarationPatternSyntax or RecursivePatternSyntax or VarPatternSyntax) and var pattern }) when TestedBy(pattern) is { } tested:
                return AddValue(tested, values) && Bodies.OutermostAround(declaration) is { } scope && AddAssigned(variable, scope, values);
            case (IFieldSymbol field, VariableDeclaratorSyntax { Initializer: var initial }) when (field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private) && _apis.IsDeclaredHere(field):
                return AddValue(initial?.Value, values) && AddAssignedInType(field, values);
            case (IPropertySymbol { IsVirtual: false, IsOverride: false } property, PropertyDeclarationSyntax { Initializer: var initial } written)
                when property.SetMethod is null or { DeclaredAccessibility: Accessibility.Private } && _apis.IsDeclaredHere(property):
                // What is made whenever it is read is another one each time.
                if (written.ExpressionBody is { Expression: var read })
                    return (IsKept(read) || property.Type.Name == "Stream") && AddValue(read, values);
                return IsAutomatic(written) && AddValue(initial?.Value, values) && AddAssignedInType(property, values);
            default:
                return false;
        }
    }

    /// <summary>What the pattern is the whole test of, or null.</summary>
    private static ExpressionSyntax? TestedBy(SyntaxNode pattern)
    {
        var parent = pattern.Parent;
        while (parent is UnaryPatternSyntax or ParenthesizedPatternSyntax)
            parent = parent.Parent;
        return (parent as IsPatternExpressionSyntax)?.Expression;
    }

    /// <summary>Whether the expression gives what a variable holds, or puts it there first.</summary>
    private static bool IsKept(ExpressionSyntax read) =>
        read is IdentifierNameSyntax or MemberAccessExpressionSyntax || (read is AssignmentExpressionSyntax filling && filling.IsKind(SyntaxKind.CoalesceAssignmentExpression));

    private static bool IsAutomatic(PropertyDeclarationSyntax property)
    {
        if (property.AccessorList is not { } list)
            return false;
        foreach (var accessor in list.Accessors)
        {
            if (Bodies.IsBody(accessor))
                return false;
        }

        return true;
    }

    private bool AddAssignedInType(ISymbol member, Stack<IOperation> values)
    {
        foreach (var part in member.ContainingType.DeclaringSyntaxReferences)
        {
            if (!AddAssigned(member, part.GetSyntax(), values))
                return false;
        }

        return true;
    }

    /// <summary>Adds what is assigned to the variable in the scope; false when it is handed over there to be written.</summary>
    private bool AddAssigned(ISymbol variable, SyntaxNode scope, Stack<IOperation> values)
    {
        foreach (var node in scope.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != variable.Name)
                continue;
            ExpressionSyntax target = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            while (target.Parent is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax or MemberBindingExpressionSyntax)
                target = (ExpressionSyntax)target.Parent;
            if (WriteTo(target) is var (isSeen, value) && IsMeant(name, variable) && !(isSeen && AddValue(value, values)))
                return false;
        }

        return true;
    }

    /// <summary>What is written to the expression where it stands, or null when it is only read there.</summary>
    private static (bool IsSeen, ExpressionSyntax? Value)? WriteTo(ExpressionSyntax target) => target.Parent switch
    {
        AssignmentExpressionSyntax assignment when assignment.Left == target => (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) || assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression), assignment.Right),
        ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } or RefExpressionSyntax => (false, null),
        ArgumentSyntax { Parent: TupleExpressionSyntax tuple } element => tuple.Parent switch
        {
            // "(_reader, _writer) = (new StreamReader(stream), new StreamWriter(stream))"
            AssignmentExpressionSyntax { Left: var left, Right: TupleExpressionSyntax from } when left == tuple && from.Arguments.Count == tuple.Arguments.Count =>
                (true, from.Arguments[tuple.Arguments.IndexOf(element)].Expression),
            AssignmentExpressionSyntax { Left: var left } when left == tuple => (false, null),
            ForEachVariableStatementSyntax each when each.Variable == tuple => (false, null),
            // A tuple in a tuple may be written to as a whole.
            ArgumentSyntax => (false, null),
            _ => null,
        },
        _ => null,
    };

    private bool IsMeant(IdentifierNameSyntax name, ISymbol variable) => SymbolEqualityComparer.Default.Equals(ModelOf(name).GetSymbolInfo(name).Symbol?.OriginalDefinition, variable);

    /// <summary>Adds the value of an expression; nothing is no value, and what has no operation is half typed.</summary>
    private bool AddValue(ExpressionSyntax? written, Stack<IOperation> values)
    {
        while (written is ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax)
            written = written is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : ((PostfixUnaryExpressionSyntax)written).Operand;
        if (written is null)
            return true;
        if (ModelOf(written).GetOperation(written) is not { } value)
            return false;
        values.Push(value);
        return true;
    }

    private SemanticModel ModelOf(SyntaxNode node) => _compilation.GetSemanticModel(node.SyntaxTree);
}
