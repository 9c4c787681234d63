using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Turns a single receive into a loop that gathers the message in a stream, and lets all that used the buffer use the stream. Every use of the buffer and of
/// the count behind the receive must be seen and be cut to what was received; otherwise something would read the last piece for the whole.
/// </summary>
internal sealed class MessageAccumulation
{
    private const string Name = "received";

    private readonly SemanticModel _model;
    private readonly ReceiveStatement _receive;
    private readonly ReceivedMessage _message;
    private readonly SyntaxNode _body;
    private readonly ReceivedCount _count;
    private readonly List<(SyntaxNode Node, Func<SyntaxNode, string, SyntaxNode> Change)> _uses = [];
    private readonly CancellationToken _cancellationToken;

    private MessageAccumulation(SemanticModel model, ReceiveStatement receive, ReceivedMessage message, SyntaxNode body, CancellationToken cancellationToken)
    {
        _model = model;
        _receive = receive;
        _message = message;
        _body = body;
        _count = new ReceivedCount(model, receive.Result, body);
        _cancellationToken = cancellationToken;
    }

    /// <summary>The plan for a receive whose result is a piece of a message, or null.</summary>
    public static EditPlan? Plan(SemanticModel model, ReceiveStatement receive, ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (Bodies.Around(receive.Call) is not { } body || message.Receive.Buffer?.Syntax is not ExpressionSyntax buffer || !receive.CanClose(model)
            || ReceivedWrite.ArgumentsFor(model, buffer, receive.Result.Name + ".Count", cancellationToken) is not { } written)
        {
            return null;
        }

        var accumulation = new MessageAccumulation(model, receive, message, body, cancellationToken);
        return accumulation.ReadResultUses() && accumulation.ReadBufferUses() && accumulation._uses.Count > 0 ? accumulation.Plan(written) : null;
    }

    private EditPlan Plan(string written)
    {
        var type = (_receive.Result as ILocalSymbol)?.Type ?? ((IParameterSymbol)_receive.Result).Type;
        var typeName = type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(_model, _receive.Statement.SpanStart);
        var owner = StatementLists.OwnerOf(_receive.Statement);
        var mayDispose = _receive.Statement.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 }
            && owner is not SwitchSectionSyntax && !UsingDeclaration.HasJumps(owner!);
        var limit = SizeLimit.For(_model, _receive, _cancellationToken);
        return EditPlan.Of(target =>
        {
            if (target.HasEdit(_uses[0].Node, Name))
                return;
            var name = target.FreshName(_receive.Statement, Name);
            foreach (var (node, change) in _uses)
                target.Edit(node, EditOrder.Content, Name, current => change(current, name).WithTriviaFrom(current));
            target.Expand(_receive.Statement, current => Loop(current, name, written, typeName, mayDispose, limit));
        });
    }

    private IReadOnlyList<StatementSyntax> Loop(StatementSyntax current, string name, string written, string typeName, bool mayDispose, SizeLimit limit)
    {
        var result = _receive.Result.Name;
        var stream = StatementTemplate.Parse($"{(mayDispose ? "using " : "")}var {name} = new stream();", ("stream", TaskTypes.FrameworkType("System.IO.MemoryStream")));
        var fill = (DoStatementSyntax)StatementTemplate.Parse(
            $$"""
            do
            {
            {{result}} = awaited;
            {{name}}.Write({{written}});
            }
            while (!{{result}}.EndOfMessage);
            """,
            ("awaited", ReceiveStatement.ValueIn(current).WithoutTrivia()));
        fill = fill.WithStatement(((BlockSyntax)fill.Statement).AddStatements(limit.On($"{name}.Length")));
        return current is LocalDeclarationStatementSyntax
            ? StatementTemplate.InPlaceOf(current, stream, StatementTemplate.Parse($"{typeName} {result};"), fill)
            : StatementTemplate.InPlaceOf(current, stream, fill);
    }

    private bool ReadResultUses()
    {
        foreach (var reference in ValueFlow.ReferencesTo(_receive.Result, _body, _model, _cancellationToken))
        {
            if (_receive.Statement.Span.Contains(reference.Syntax.Span))
                continue;
            if (Bodies.Around(reference.Syntax) != _body)
                return false;
            switch (reference.Parent)
            {
                case IPropertyReferenceOperation { Property.Name: ReceivedMessage.CountMember, Syntax: ExpressionSyntax count } property:
                    // Whether nothing came says that the peer closes; of the whole message it says something else.
                    if (ReceivedMessage.IsComparedWithZero(property) || !IsBehind(count))
                        return false;
                    _uses.Add((count, static (current, name) => LengthFor((ExpressionSyntax)current, name)));
                    break;
                case IPropertyReferenceOperation { Property.Name: "MessageType" or "CloseStatus" or "CloseStatusDescription" }:
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private bool ReadBufferUses()
    {
        foreach (var buffer in _message.Buffers)
        {
            var isShared = buffer is IFieldSymbol or IPropertySymbol;
            if (isShared && buffer is not { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 })
                return false;
            var scope = isShared ? buffer.ContainingType.DeclaringSyntaxReferences[0].GetSyntax(_cancellationToken) : _body;
            // A local of an outer function may be used there too.
            if (buffer is ILocalSymbol or IParameterSymbol && !_body.Span.Contains(buffer.Locations[0].SourceSpan))
                return false;
            foreach (var reference in ValueFlow.ReferencesTo(buffer, scope, _model, _cancellationToken))
            {
                if (!IsHarmless(reference) && !ReadBufferUse(reference))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether the mention is in the receive itself, makes another view of the buffer, gives it back or clears it.</summary>
    private bool IsHarmless(IOperation reference)
    {
        if (_receive.Statement.Span.Contains(reference.Syntax.Span))
            return true;
        if (reference.Syntax.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declarator
            && _model.GetDeclaredSymbol(declarator, _cancellationToken) is { } view && _message.Buffers.Contains(view, SymbolEqualityComparer.Default))
        {
            return true;
        }

        return reference.ParentIgnoringConversions() switch
        {
            IAssignmentOperation assignment => assignment.Target == reference && !IsBehind(assignment.Syntax),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Return" or "Clear" } } => true,
            _ => false,
        };
    }

    private bool ReadBufferUse(IOperation reference)
    {
        if (Bodies.Around(reference.Syntax) != _body || reference.Syntax is not ExpressionSyntax syntax || !IsBehind(syntax))
            return false;
        var expression = SyntaxShapes.Outermost(syntax);
        switch (reference.Type)
        {
            case IArrayTypeSymbol:
                return ReadArrayUse(expression);
            case INamedTypeSymbol { Name: "ArraySegment" }:
                return ReadSegmentUse(expression);
            case INamedTypeSymbol { Name: "Memory" }:
                return ReadMemoryUse(expression);
            case INamedTypeSymbol { Name: "IMemoryOwner" } when expression.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Memory" } memory:
                return ReadMemoryUse(memory);
            default:
                return false;
        }
    }

    /// <summary><c>buffer</c> becomes <c>received.GetBuffer()</c> wherever it is cut to the count.</summary>
    private bool ReadArrayUse(ExpressionSyntax array)
    {
        if (array.Parent is PostfixUnaryExpressionSyntax suppressed)
            array = suppressed;
        switch (array.Parent)
        {
            case ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: { Count: 1 }, Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetString" } } call } list }
                when _model.GetSymbolInfo(call, _cancellationToken).Symbol is IMethodSymbol { ContainingType.Name: "Encoding" }:
                // The whole buffer: a fault of its own, that goes with this one.
                _uses.Add((list, static (_, name) => SyntaxShapes.Arguments(BufferOf(name), Zero(), LengthOf(name))));
                return true;
            case ArgumentSyntax { Parent: ArgumentListSyntax list } argument when _count.Limits(list.Arguments, argument, _cancellationToken):
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsSpan" or "AsMemory" or "Take", Parent: InvocationExpressionSyntax call } when _count.Limits(call.ArgumentList.Arguments, null, _cancellationToken):
            case ElementAccessExpressionSyntax index when _count.Limits(index.ArgumentList.Arguments, null, _cancellationToken):
                _uses.Add((array, static (_, name) => BufferOf(name)));
                return true;
            default:
                return false;
        }
    }

    private bool ReadSegmentUse(ExpressionSyntax segment)
    {
        switch (segment.Parent)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Array" } array:
                return ReadArrayUse(array);
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Offset", Parent: ArgumentSyntax } offset:
                _uses.Add((offset, static (_, _) => Zero()));
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsSpan" or "AsMemory", Parent: InvocationExpressionSyntax call } when _count.Limits(call.ArgumentList.Arguments, null, _cancellationToken):
                _uses.Add((segment, static (_, name) => BufferOf(name)));
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Slice", Parent: InvocationExpressionSyntax call } when _count.Limits(call.ArgumentList.Arguments, null, _cancellationToken):
                _uses.Add((call, static (_, name) => SegmentOf(name)));
                return true;
            case ElementAccessExpressionSyntax index when _count.Limits(index.ArgumentList.Arguments, null, _cancellationToken):
                _uses.Add((index, static (_, name) => SegmentOf(name)));
                return true;
            default:
                return false;
        }
    }

    private bool ReadMemoryUse(ExpressionSyntax memory)
    {
        var method = "AsMemory";
        if (memory.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Span" } span)
        {
            method = "AsSpan";
            memory = span;
        }

        SyntaxNode? slice = memory.Parent switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Slice", Parent: InvocationExpressionSyntax call } when _count.Limits(call.ArgumentList.Arguments, null, _cancellationToken) => call,
            ElementAccessExpressionSyntax index when _count.Limits(index.ArgumentList.Arguments, null, _cancellationToken) => index,
            _ => null,
        };
        if (slice is null)
            return false;
        _uses.Add((slice, (_, name) => SyntaxShapes.Call(BufferOf(name), method, Zero(), LengthOf(name))));
        return true;
    }

    /// <summary>Whether a node stands behind the receive in its statement list, or below one of those statements.</summary>
    private bool IsBehind(SyntaxNode node) =>
        node.SpanStart > _receive.Statement.Span.End && StatementLists.OwnerOf(_receive.Statement) is { } owner && owner.Span.Contains(node.Span);

    private static ExpressionSyntax BufferOf(string name) => SyntaxShapes.Call(SyntaxFactory.IdentifierName(name), "GetBuffer");

    private static ExpressionSyntax LengthOf(string name) => SyntaxFactory.CastExpression(
        SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.IntKeyword)), SyntaxShapes.Member(SyntaxFactory.IdentifierName(name), "Length"));

    private static ExpressionSyntax LengthFor(ExpressionSyntax count, string name) =>
        count.Parent is MemberAccessExpressionSyntax ? SyntaxShapes.Parenthesise(LengthOf(name)) : LengthOf(name);

    private static ExpressionSyntax Zero() => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(0));

    private static ExpressionSyntax SegmentOf(string name) => SyntaxFactory.ObjectCreationExpression(
        SyntaxShapes.Spaced(SyntaxKind.NewKeyword), (TypeSyntax)SyntaxFactory.ParseTypeName("ArraySegment<byte>"), SyntaxShapes.Arguments(BufferOf(name), Zero(), LengthOf(name)), null);
}
