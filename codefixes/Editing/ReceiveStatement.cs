using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A statement that does nothing but await a receive and keep its result: <c>var result = await socket.ReceiveAsync(buffer, token);</c>.</summary>
/// <param name="Statement">The declaration or assignment; it stands in a list.</param>
/// <param name="Call">The receive.</param>
/// <param name="Result">The local or parameter that gets the result.</param>
/// <param name="Connection">What the receive is made on, without trivia: naming it again has no effect.</param>
/// <param name="Token">The token of the receive, or <c>CancellationToken.None</c> where it cannot be named again.</param>
/// <param name="IsConfigured">Whether the await carries <c>ConfigureAwait(false)</c>.</param>
internal sealed record ReceiveStatement(
    StatementSyntax Statement, InvocationExpressionSyntax Call, ISymbol Result, ExpressionSyntax Connection, ExpressionSyntax Token, bool IsConfigured)
{
    /// <summary>The statement that a receive is the whole of, or null.</summary>
    public static ReceiveStatement? Of(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: var receiver } || WithoutSuppression(receiver) is not { } connection || !IsStable(connection))
            return null;
        var awaited = Awaited(call);
        if (awaited.Parent is not AwaitExpressionSyntax wait || HolderOf(model, wait, cancellationToken) is not var (statement, result) || StatementLists.OwnerOf(statement) is null)
            return null;
        return new ReceiveStatement(statement, call, result, connection.WithoutTrivia(), TokenOf(model, call, cancellationToken), awaited != call && EndsInFalse(awaited));
    }

    /// <summary>What a statement of this shape awaits, in whatever form earlier edits have left it.</summary>
    public static ExpressionSyntax ValueIn(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax declaration => declaration.Declaration.Variables[0].Initializer!.Value,
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } => assignment.Right,
        _ => throw new ArgumentException("The statement is no declaration or assignment.", nameof(statement)),
    };

    /// <summary>Whether naming the expression again gives the same and has no effect.</summary>
    public static bool IsStable(ExpressionSyntax expression)
    {
        var current = SyntaxShapes.Unwrap(expression);
        while (current is MemberAccessExpressionSyntax access)
            current = access.Expression;
        return current is IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax or PredefinedTypeSyntax;
    }

    /// <summary>Whether the call that closes in one direction can be made on the connection.</summary>
    public bool CanClose(SemanticModel model) =>
        PassToken.Bind(model, Call, (InvocationExpressionSyntax)SyntaxFactory.ParseExpression(
            Connection + ".CloseOutputAsync(global::System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, global::System.Threading.CancellationToken.None)")) is { IsStatic: false };

    /// <summary><c>await socket.CloseOutputAsync(WebSocketCloseStatus.status, null, token);</c> in the style of the receive.</summary>
    /// <param name="status">The name of the status.</param>
    /// <param name="isAhead">Whether it may stand ahead of the receive: then nothing has told the compiler yet that the connection is there, and the <c>!</c> of the receive is kept.</param>
    public StatementSyntax Close(string status, bool isAhead = false)
    {
        var connection = isAhead && Call.Expression is MemberAccessExpressionSyntax { Expression: PostfixUnaryExpressionSyntax suppressed } ? suppressed.WithoutTrivia() : Connection;
        ExpressionSyntax call = SyntaxShapes.Call(
            connection, "CloseOutputAsync", TaskTypes.FrameworkMember("System.Net.WebSockets.WebSocketCloseStatus", status), SyntaxFactory.LiteralExpression(SyntaxKind.NullLiteralExpression), Token);
        return StatementTemplate.Parse("await close;", ("close", IsConfigured ? SyntaxShapes.ConfigureAwaitFalse(call) : call));
    }

    private static ExpressionSyntax Awaited(InvocationExpressionSyntax call) =>
        SyntaxShapes.Outermost(call).Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured }
            ? SyntaxShapes.Outermost(configured)
            : SyntaxShapes.Outermost(call);

    private static bool EndsInFalse(ExpressionSyntax awaited) =>
        SyntaxShapes.Unwrap(awaited) is InvocationExpressionSyntax { ArgumentList.Arguments: var arguments } && arguments.Only()?.Expression.IsKind(SyntaxKind.FalseLiteralExpression) == true;

    private static (StatementSyntax Statement, ISymbol Result)? HolderOf(SemanticModel model, AwaitExpressionSyntax wait, CancellationToken cancellationToken)
    {
        switch (SyntaxShapes.Outermost(wait).Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } } variable }:
                return model.GetDeclaredSymbol(variable, cancellationToken) is ILocalSymbol local ? (declaration, local) : null;
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax name, Parent: ExpressionStatementSyntax statement }:
                return model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None }
                    ? (statement, model.GetSymbolInfo(name, cancellationToken).Symbol!)
                    : null;
            default:
                return null;
        }
    }

    private static ExpressionSyntax TokenOf(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken) =>
        PassToken.TokenArgument(model, call, cancellationToken)?.Expression is { } token && (IsStable(token) || TokenInScope.IsNone(token))
            ? token.WithoutTrivia()
            : TaskTypes.FrameworkMember("System.Threading.CancellationToken", "None");

    private static ExpressionSyntax WithoutSuppression(ExpressionSyntax expression) =>
        expression is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed ? suppressed.Operand : expression;
}
