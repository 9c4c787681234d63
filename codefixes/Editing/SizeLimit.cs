using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Refuses a message that has grown too long, with the close status that exists for it. Where nobody waits for a message, the receive loop is left; else its caller gets an exception.
/// </summary>
internal sealed class SizeLimit
{
    /// <summary>The size from which a message is refused, in bytes (or characters, where text is counted): a text of this length is no chat any more.</summary>
    private const string Limit = "1024 * 1024";

    private readonly ReceiveStatement _receive;
    private readonly bool _leaves;

    private SizeLimit(ReceiveStatement receive, bool leaves)
    {
        _receive = receive;
        _leaves = leaves;
    }

    /// <summary>The limit for what a receive gives.</summary>
    public static SizeLimit For(SemanticModel model, ReceiveStatement receive, CancellationToken cancellationToken) => new(
        receive,
        LeaveReceive.IsAsyncVoid(model, receive.Statement, cancellationToken) || (LeaveReceive.IsInLoop(receive.Statement) && LeaveReceive.CanReturn(model, receive.Statement, cancellationToken)));

    /// <summary>The statement that asks.</summary>
    /// <param name="length">How much there is, as it is written.</param>
    public StatementSyntax On(string length)
    {
        var end = _leaves
            ? StatementTemplate.Parse("return;")
            : StatementTemplate.Parse("throw new failure(\"The message is too big.\");", ("failure", TaskTypes.FrameworkType("System.Net.WebSockets.WebSocketException")));
        var asked = (IfStatementSyntax)StatementTemplate.Parse($"if ({length} > {Limit})\n{{\n}}");
        return asked.WithStatement(((BlockSyntax)asked.Statement).WithStatements(SyntaxFactory.List([_receive.Close("MessageTooBig", isAhead: true), end])));
    }
}
