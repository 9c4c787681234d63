using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How a call is given a token that times out.</summary>
/// <param name="SourceName">The name wanted for the source.</param>
/// <param name="Seconds">When it times out.</param>
/// <param name="IsLinked">Whether it is linked to the token that the call has, or that is in scope, as well; a fresh one stands alone.</param>
/// <param name="AbortsWhenLate">Whether a call that fails or is late ends in <c>Abort()</c> on what it is made on, instead of an exception.</param>
internal sealed record TokenBound(string SourceName, int Seconds, bool IsLinked, bool AbortsWhenLate);

/// <summary>Puts a source that times out before an awaited call that is a statement, and its token into the call.</summary>
internal static class BoundedToken
{
    private const string Source = "System.Threading.CancellationTokenSource";

    /// <summary>The plan for the call at <paramref name="node"/>, or why it cannot be made.</summary>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, TokenBound bound, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || PassToken.CallAt(node) is not { } call
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method
            || AwaitedStatement(call) is not { } statement
            || node.SyntaxTree.Options is not CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 })
        {
            return Refuse(RefusalKind.NotThisShape, node);
        }
        if (StatementLists.OwnerOf(statement) is { } owner && UsingDeclaration.HasJumps(owner))
            return Refuse(RefusalKind.Jumps, statement);
        if (bound.AbortsWhenLate && !CanAbort(model, call, cancellationToken))
            return Refuse(RefusalKind.NotThisShape, call);

        var existing = PassToken.TokenArgument(model, call, cancellationToken);
        var isNone = existing is null || TokenInScope.IsNone(existing.Expression);
        var linked = !bound.IsLinked ? null : isNone ? TokenInScope.Find(model, call, cancellationToken) : existing!.Expression.WithoutTrivia();
        Func<string, InvocationExpressionSyntax, InvocationExpressionSyntax>? give = null;
        if (existing is null && (give = Appending(model, call, method, cancellationToken)) is null)
            return Refuse(RefusalKind.DoesNotBind, call);

        var disconnects = bound.AbortsWhenLate ? Disconnects.At(model, statement) : null;
        return EditPlan.Of(target =>
        {
            if (target.HasEdit(call, "bounded token"))
                return;
            var name = target.FreshName(statement, bound.SourceName);
            target.Edit(call, EditOrder.Content, "bounded token", current => give is null ? current : give(name, (InvocationExpressionSyntax)current));
            if (existing is not null)
                target.Edit(existing.Expression, EditOrder.Content, "bounded token", current => TokenOf(name).WithTriviaFrom(current));
            var failure = target.FreshName(statement, "e");
            target.Expand(statement, current => Expansion(statement, current, call, name, linked, bound, disconnects, failure));
        });
    }

    /// <summary>The statement that awaits the call and does nothing else, or null.</summary>
    private static ExpressionStatementSyntax? AwaitedStatement(InvocationExpressionSyntax call)
    {
        var awaited = SyntaxShapes.Outermost(call);
        if (awaited.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            awaited = SyntaxShapes.Outermost(configured);
        return awaited.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax statement } ? statement : null;
    }

    /// <summary>Whether what the call is made on is named without doing anything, and can be aborted.</summary>
    private static bool CanAbort(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: var receiver })
            return false;
        for (var current = receiver; ; current = ((MemberAccessExpressionSyntax)current).Expression)
        {
            if (current is IdentifierNameSyntax or ThisExpressionSyntax)
                break;
            if (current is not MemberAccessExpressionSyntax)
                return false;
        }
        return model.GetTypeInfo(receiver, cancellationToken).Type is { } type
            && model.LookupSymbols(call.SpanStart, type, "Abort").Any(static symbol => symbol is IMethodSymbol { IsStatic: false, ReturnsVoid: true, Parameters.IsEmpty: true });
    }

    /// <summary>Adds the token of the source with a name to a call that has none, where some overload takes it.</summary>
    private static Func<string, InvocationExpressionSyntax, InvocationExpressionSyntax>? Appending(
        SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol method, CancellationToken cancellationToken)
    {
        // The source does not exist yet: any token binds the same.
        var token = SyntaxFactory.DefaultExpression(SyntaxFactory.ParseTypeName("global::System.Threading.CancellationToken"));
        foreach (var list in PassToken.WithToken(model, call, call.ArgumentList, token, cancellationToken))
        {
            if (PassToken.Bind(model, call, call.WithArgumentList(list)) is { } bound && PassToken.TakesToken(bound, list)
                && bound.Name == method.Name && SymbolEqualityComparer.Default.Equals(bound.ContainingType, method.ContainingType) && TaskTypes.IsTask(bound.ReturnType))
            {
                var added = list.Arguments.Last();
                return (name, current) => current.WithArgumentList(PassToken.Append(current.ArgumentList, added.WithExpression(TokenOf(name))));
            }
        }
        return null;
    }

    private static IReadOnlyList<StatementSyntax> Expansion(
        ExpressionStatementSyntax original, StatementSyntax current, InvocationExpressionSyntax call, string name, ExpressionSyntax? linked, TokenBound bound, Disconnects? disconnects, string failure)
    {
        var time = SyntaxShapes.Call(
            TaskTypes.FrameworkType("System.TimeSpan"), "FromSeconds", SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(bound.Seconds)));
        ExpressionSyntax source = linked is null
            ? SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), TaskTypes.FrameworkType(Source), SyntaxShapes.Arguments(time), null)
            : SyntaxShapes.Call(TaskTypes.FrameworkType(Source), "CreateLinkedTokenSource", linked);
        var endOfLine = GateSyntax.EndOfLine(original);
        var indentation = GateSyntax.Indentation(original.GetLeadingTrivia());
        var statements = new List<StatementSyntax> { Declaration(name, source).WithLeadingTrivia(original.GetLeadingTrivia()).WithTrailingTrivia(endOfLine) };
        if (linked is not null)
        {
            var limit = SyntaxFactory.ExpressionStatement(SyntaxShapes.Call(Name(name), "CancelAfter", time));
            statements.Add(limit.WithLeadingTrivia(indentation).WithTrailingTrivia(endOfLine));
        }
        statements.Add(disconnects is not null
            ? Guarded(current.WithoutLeadingTrivia(), ((MemberAccessExpressionSyntax)call.Expression).Expression, disconnects, failure).WithLeadingTrivia(indentation).WithTrailingTrivia(endOfLine)
            : current.WithLeadingTrivia(indentation));
        // A using declaration may not stand in a switch section itself.
        return original.Parent is SwitchSectionSyntax ? [SyntaxShapes.AsEmbedded(current, statements)] : statements;
    }

    /// <summary>
    /// The close in a try: when its time is up, or the connection is lost or disposed already, it is aborted, and the code goes on as after a close that was answered. Each of the three
    /// exceptions was measured to come out of a close with a token of its own: of a silent peer, after an abort, after a dispose.
    /// </summary>
    private static TryStatementSyntax Guarded(StatementSyntax close, ExpressionSyntax connection, Disconnects disconnects, string failure) =>
        SyntaxFactory.TryStatement(
            SyntaxFactory.Block(close),
            SyntaxFactory.SingletonList(SyntaxFactory.CatchClause(
                SyntaxFactory.CatchDeclaration(SyntaxFactory.ParseTypeName(disconnects.Exception).WithTrailingTrivia(SyntaxFactory.Space), SyntaxShapes.Identifier(failure)),
                disconnects.Filter(failure, SyntaxTriviaList.Empty),
                SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(SyntaxShapes.Call(connection.WithoutTrivia(), "Abort"))))),
            null)
            .WithAdditionalAnnotations(Formatter.Annotation);

    private static StatementSyntax Declaration(string name, ExpressionSyntax value)
    {
        var declarator = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value));
        var type = SyntaxFactory.IdentifierName(SyntaxFactory.Identifier(SyntaxTriviaList.Empty, SyntaxKind.VarKeyword, "var", "var", SyntaxFactory.TriviaList(SyntaxFactory.Space)));
        return SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(type, SyntaxFactory.SingletonSeparatedList(declarator)))
            .WithUsingKeyword(SyntaxShapes.Spaced(SyntaxKind.UsingKeyword))
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty));
    }

    private static ExpressionSyntax TokenOf(string source) => SyntaxShapes.Member(Name(source), "Token");

    private static IdentifierNameSyntax Name(string name) => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));

    private static ConversionRefusal Refuse(RefusalKind kind, SyntaxNode node) => new(kind, node.GetLocation(), null);
}
