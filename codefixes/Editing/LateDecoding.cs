using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Turns the text that fragments are decoded into one by one into a stream of their bytes, decoded where the text is read. Every use of the text must be
/// seen: what is neither the joining of a fragment, nor a reset, nor a read of the whole, has no counterpart on bytes.
/// </summary>
internal sealed class LateDecoding
{
    private const string Name = "received";

    private readonly SemanticModel _model;
    private readonly InvocationExpressionSyntax _decode;
    private readonly ExpressionSyntax _encoding;
    private readonly SyntaxNode _body;
    private readonly CancellationToken _cancellationToken;
    private readonly List<Action<EditSession, string>> _edits = [];

    private LateDecoding(SemanticModel model, InvocationExpressionSyntax decode, ExpressionSyntax encoding, SyntaxNode body, CancellationToken cancellationToken)
    {
        _model = model;
        _decode = decode;
        _encoding = encoding.WithoutTrivia();
        _body = body;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The plan for a fragment decoded by <paramref name="decode"/>, or null.</summary>
    public static EditPlan? Plan(SemanticModel model, InvocationExpressionSyntax decode, CancellationToken cancellationToken)
    {
        if (decode.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetString", Expression: var encoding } || !ReceiveStatement.IsStable(encoding)
            || Bodies.Around(decode) is not { } body)
        {
            return null;
        }

        // What GetString takes Stream.Write takes as well; a whole buffer is another fault.
        var write = SyntaxFactory.ParseExpression($"new global::System.IO.MemoryStream().Write{decode.ArgumentList.WithoutTrivia()}");
        if ((decode.ArgumentList.Arguments.Only() is { } only && model.GetTypeInfo(only.Expression, cancellationToken).Type is IArrayTypeSymbol)
            || model.GetSpeculativeSymbolInfo(decode.SpanStart, write, SpeculativeBindingOption.BindAsExpression).Symbol is null)
        {
            return null;
        }

        var decoding = new LateDecoding(model, decode, encoding, body, cancellationToken);
        return decoding.ReadJoin() is { } declaration
            ? EditPlan.Of(target =>
            {
                if (target.HasEdit(decode, Name))
                    return;
                target.Edit(decode, EditOrder.Content, Name, static current => current);
                var name = target.FreshName(declaration, Name);
                foreach (var edit in decoding._edits)
                    edit(target, name);
            })
            : null;
    }

    /// <summary>The declaration of the text that the fragment is joined to, when all its uses can be rewritten.</summary>
    private LocalDeclarationStatementSyntax? ReadJoin()
    {
        ExpressionSyntax piece = _decode;
        if (SyntaxShapes.Outermost(_decode).Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } pieceDeclaration } variable })
        {
            if (_model.GetDeclaredSymbol(variable, _cancellationToken) is not ILocalSymbol local || OnlyUseOf(local) is not { } use || SyntaxShapes.HasComments(pieceDeclaration)
                || StatementLists.OwnerOf(pieceDeclaration) is null)
            {
                return null;
            }

            piece = use;
            _edits.Add((target, _) => target.Expand(pieceDeclaration, static _ => []));
        }

        switch (SyntaxShapes.Outermost(piece).Parent)
        {
            case ArgumentSyntax
            {
                Parent: ArgumentListSyntax
                {
                    Arguments.Count: 1,
                    Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax append, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Append", Expression: IdentifierNameSyntax builder } },
                },
            }:
                return ReadBuilder(append, builder);
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression, Left: IdentifierNameSyntax text, Parent: ExpressionStatementSyntax append }:
                return ReadText(append, text);
            default:
                return null;
        }
    }

    private LocalDeclarationStatementSyntax? ReadBuilder(ExpressionStatementSyntax append, IdentifierNameSyntax builder)
    {
        if (DeclarationOf(builder) is not var (local, declaration) || local.Type is not INamedTypeSymbol { Name: "StringBuilder" }
            || declaration.Declaration.Variables[0].Initializer?.Value is not BaseObjectCreationExpressionSyntax { Initializer: null } creation
            || creation.ArgumentList?.Arguments.Any(argument => _model.GetTypeInfo(argument.Expression, _cancellationToken).Type?.SpecialType != SpecialType.System_Int32) == true)
        {
            return null;
        }

        Declare(declaration);
        Write(append);
        foreach (var reference in ValueFlow.ReferencesTo(local, _body, _model, _cancellationToken))
        {
            if (append.Span.Contains(reference.Syntax.Span))
                continue;
            if (Bodies.Around(reference.Syntax) != _body || !ReadBuilderUse(reference.Syntax))
                return null;
        }

        return declaration;
    }

    private bool ReadBuilderUse(SyntaxNode builder)
    {
        switch (builder.Parent)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString", Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } read }:
                _edits.Add((target, name) => target.Edit(read, EditOrder.Content, Name, current => Decoded(name).WithTriviaFrom(current)));
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Clear", Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax clear } }:
                Reset(clear);
                return true;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length", Parent: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var value, Parent: ExpressionStatementSyntax clear } }
                when ReceivedCount.IsZero(value):
                Reset(clear);
                return true;
            // Bytes and characters are different in number, but nothing of the one is nothing of the other.
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length", Parent: BinaryExpressionSyntax { Left: var left, Right: var right } } when ReceivedCount.IsZero(left) || ReceivedCount.IsZero(right):
                _edits.Add((target, name) => target.Edit(builder, EditOrder.Content, Name, current => SyntaxFactory.IdentifierName(name).WithTriviaFrom(current)));
                return true;
            default:
                return false;
        }
    }

    /// <summary>A string that a loop adds to and that is read behind the loop only: there it is declared with the whole text.</summary>
    private LocalDeclarationStatementSyntax? ReadText(ExpressionStatementSyntax append, IdentifierNameSyntax text)
    {
        if (DeclarationOf(text) is not var (local, declaration) || local.Type.SpecialType != SpecialType.System_String
            || !IsEmptyText(declaration.Declaration.Variables[0].Initializer?.Value)
            || StatementLists.SiblingsOf(declaration).FirstOrDefault(sibling => sibling.Span.Contains(append.Span)) is not { } loop || !LeaveReceive.IsLoop(loop))
        {
            return null;
        }

        foreach (var reference in ValueFlow.ReferencesTo(local, _body, _model, _cancellationToken))
        {
            if (!append.Span.Contains(reference.Syntax.Span) && reference.Syntax.SpanStart < loop.Span.End)
                return null;
        }

        Declare(declaration);
        Write(append);
        _edits.Add((target, name) => target.Expand(loop, current =>
        [
            current,
            StatementTemplate.Parse($"{declaration.Declaration.Type.WithoutTrivia()} {local.Name} = decoded;", ("decoded", Decoded(name))).WithLeadingTrivia(SyntaxFactory.ElasticMarker),
        ]));
        return declaration;
    }

    private void Declare(LocalDeclarationStatementSyntax declaration)
    {
        var owner = StatementLists.OwnerOf(declaration)!;
        var mayDispose = declaration.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 } && owner is not SwitchSectionSyntax && !UsingDeclaration.HasJumps(owner);
        _edits.Add((target, name) => target.Expand(declaration, current => StatementTemplate.InPlaceOf(
            current, StatementTemplate.Parse($"{(mayDispose ? "using " : "")}var {name} = new stream();", ("stream", TaskTypes.FrameworkType("System.IO.MemoryStream"))))));
    }

    private void Write(ExpressionStatementSyntax append) => _edits.Add((target, name) => target.Expand(append, current =>
    [
        SyntaxShapes.Statement(SyntaxFactory.InvocationExpression(SyntaxShapes.Member(SyntaxFactory.IdentifierName(name), "Write"), _decode.ArgumentList.WithoutTrivia()), current),
    ]));

    private void Reset(ExpressionStatementSyntax clear) => _edits.Add((target, name) => target.Expand(clear, current =>
        [SyntaxShapes.Statement(SyntaxShapes.Call(SyntaxFactory.IdentifierName(name), "SetLength", SyntaxFactory.ParseExpression("0")), current)]));

    private ExpressionSyntax Decoded(string name) => SyntaxFactory.ParseExpression($"{_encoding}.GetString({name}.GetBuffer(), 0, (int){name}.Length)");

    private (ILocalSymbol Local, LocalDeclarationStatementSyntax Declaration)? DeclarationOf(IdentifierNameSyntax name) =>
        _model.GetSymbolInfo(name, _cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } local
        && declarations[0].GetSyntax(_cancellationToken) is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration }
        && StatementLists.OwnerOf(declaration) is not null && Bodies.Around(declaration) == _body
            ? (local, declaration)
            : null;

    private IdentifierNameSyntax? OnlyUseOf(ILocalSymbol local)
    {
        IdentifierNameSyntax? only = null;
        foreach (var reference in ValueFlow.ReferencesTo(local, _body, _model, _cancellationToken))
        {
            if (only is not null || reference.Syntax is not IdentifierNameSyntax name)
                return null;
            only = name;
        }

        return only;
    }

    private bool IsEmptyText(ExpressionSyntax? value) =>
        value is not null && (_model.GetConstantValue(value, _cancellationToken) is { HasValue: true, Value: "" }
            || _model.GetSymbolInfo(value, _cancellationToken).Symbol is IFieldSymbol { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String });
}
