using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// A send with a timeout of its own and a catch of its own: whoever does not take the message in time, or is gone, is aborted, and nobody else waits for him.
/// </summary>
/// <param name="Call">The send, which takes a token.</param>
/// <param name="Token">The token it is given now.</param>
/// <param name="Connection">What is aborted: names and dots only.</param>
internal sealed record LimitedSend(InvocationExpressionSyntax Call, ArgumentSyntax Token, ExpressionSyntax Connection)
{
    private const string Key = "limited send";
    private const string SourceType = "System.Threading.CancellationTokenSource";
    private const string ExceptionName = "e";

    /// <summary>How long a peer has for one message. Five seconds, as for a close.</summary>
    private const int Seconds = 5;

    /// <summary>The send, when it can be limited in this way: on a WebSocket that is named without doing anything, with a token to replace; else null.</summary>
    public static LimitedSend? At(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (PassToken.CallAt(node) is not { Expression: MemberAccessExpressionSyntax { Expression: var connection } } call || !IsName(connection) || SyntaxShapes.HasComments(connection)
            || PassToken.TokenArgument(model, call, cancellationToken) is not { } token || !IsWebSocket(model.GetTypeInfo(connection, cancellationToken).Type))
        {
            return null;
        }
        return new LimitedSend(call, token, connection.WithoutTrivia());
    }

    /// <summary>Puts the token of the new source into the send, and hands out the source's name.</summary>
    public string AddToken(EditSession target)
    {
        var name = target.NameFor(Call, "sendTimeout");
        target.Edit(Token.Expression, EditOrder.Content, Key, current => SyntaxShapes.Member(Name(name), "Token").WithTriviaFrom(current));
        return name;
    }

    /// <summary>The statements that stand for the awaited send.</summary>
    /// <param name="awaited">The statement that awaits the call, with the new token.</param>
    /// <param name="source">The name of the source.</param>
    /// <param name="failure">A name for the exception.</param>
    public IReadOnlyList<StatementSyntax> Statements(StatementSyntax awaited, string source, string failure)
    {
        var time = SyntaxShapes.Call(
            TaskTypes.FrameworkType("System.TimeSpan"), "FromSeconds", SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(Seconds)));
        var guard = ((TryStatementSyntax)StatementTemplate.Parse(
            "try\n{\n}\ncatch (ExceptionType " + failure + ") when (" + failure + " is WebSocketFailure or Cancelled or Disposed)\n{\nConnection.Abort();\n}",
            ("ExceptionType", TaskTypes.FrameworkType("System.Exception")), ("WebSocketFailure", TaskTypes.FrameworkType("System.Net.WebSockets.WebSocketException")),
            ("Cancelled", TaskTypes.FrameworkType("System.OperationCanceledException")), ("Disposed", TaskTypes.FrameworkType("System.ObjectDisposedException")), ("Connection", Connection)))
            .WithBlock(SyntaxFactory.Block(awaited.WithoutLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
        if (TokenInScope.IsNone(Token.Expression))
            return [StatementTemplate.Parse("using var " + source + " = new Source(Time);", ("Source", TaskTypes.FrameworkType(SourceType)), ("Time", time)), guard];
        return
        [
            StatementTemplate.Parse("using var " + source + " = Source.CreateLinkedTokenSource(Outer);", ("Source", TaskTypes.FrameworkType(SourceType)), ("Outer", Token.Expression.WithoutTrivia())),
            StatementTemplate.Parse(source + ".CancelAfter(Time);", ("Time", time)),
            guard,
        ];
    }

    /// <summary>A name for the caught exception.</summary>
    public string FailureName(EditSession target) => target.NameFor(Call, ExceptionName);

    private static bool IsName(ExpressionSyntax expression)
    {
        while (expression is MemberAccessExpressionSyntax access)
            expression = access.Expression;
        return expression is IdentifierNameSyntax or ThisExpressionSyntax;
    }

    private static bool IsWebSocket(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current is { Name: "WebSocket", ContainingNamespace: { Name: "WebSockets", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } })
                return true;
        }
        return false;
    }

    private static IdentifierNameSyntax Name(string name) => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
}
