using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5003: asks behind the receive whether it gave a close, answers it and leaves; where the close is noticed already, only answers it.
/// Nothing is offered where leaving would skip what stands behind the receive loop, or would need a value to return.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnseenCloseCodeFix))]
public sealed class UnseenCloseCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnseenCloseRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("AnswerClose", "AnswerClose", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken) =>
        (site.Node is InvocationExpressionSyntax call ? AskAndAnswer(site, call, cancellationToken) : Answer(site, cancellationToken))
        ?? new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);

    private static Planned? AskAndAnswer(FixSite site, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        if (ReceiveStatement.Of(site.Model, call, cancellationToken) is not { } receive || !receive.CanClose(site.Model)
            || LeaveReceive.At(site.Model, receive.Statement, cancellationToken) is not { } leave)
        {
            return null;
        }

        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        var answer = connections.Closes.ClosesAnything ? Guarded(receive) : receive.Close("NormalClosure");
        var ask = (IfStatementSyntax)StatementTemplate.Parse(
            "if (result.MessageType == close)\n{\n}",
            ("result", SyntaxFactory.IdentifierName(receive.Result.Name)),
            ("close", TaskTypes.FrameworkMember("System.Net.WebSockets.WebSocketMessageType", "Close")));
        ask = ask.WithStatement(((BlockSyntax)ask.Statement).WithStatements(SyntaxFactory.List([answer, leave])));
        return EditPlan.Of(target => target.Expand(receive.Statement, current =>
            [current, ask.WithLeadingTrivia(SyntaxFactory.ElasticMarker)]));
    }

    // Whoever closes first gets a close in return, which asks for no answer.
    private static StatementSyntax Guarded(ReceiveStatement receive)
    {
        var guard = (IfStatementSyntax)StatementTemplate.Parse(
            "if (socket.State == received)\n    answer();",
            ("socket", receive.Connection),
            ("received", TaskTypes.FrameworkMember("System.Net.WebSockets.WebSocketState", "CloseReceived")));
        return guard.WithStatement(receive.Close("NormalClosure"));
    }

    /// <summary>The answer at the start of the branch that notices the close.</summary>
    private static Planned? Answer(FixSite site, CancellationToken cancellationToken)
    {
        if (ReceiveSite.Of(site, cancellationToken) is not { Call.Syntax: InvocationExpressionSyntax call } || Bodies.Around(call) != Bodies.Around(site.Node)
            || ReceiveStatement.Of(site.Model, call, cancellationToken) is not { } receive || !receive.CanClose(site.Model)
            || BranchOf(site.Node) is not { } first || first.Ancestors().Any(static ancestor => ancestor is LockStatementSyntax))
        {
            return null;
        }

        return EditPlan.Of(target => target.Expand(first, current =>
            [receive.Close("NormalClosure").WithLeadingTrivia(current.GetLeadingTrivia()), current.WithLeadingTrivia(SyntaxFactory.ElasticMarker)]));
    }

    /// <summary>The first statement of the branch that is taken on a close alone, or null.</summary>
    private static StatementSyntax? BranchOf(SyntaxNode noticed)
    {
        if (noticed is CaseSwitchLabelSyntax { Parent: SwitchSectionSyntax { Labels.Count: 1, Statements: { Count: > 0 } statements } })
            return statements[0] is BlockSyntax { Statements: { Count: > 0 } inner } ? inner[0] : statements[0];
        if (noticed is not ExpressionSyntax expression || noticed is BinaryExpressionSyntax { RawKind: not (int)SyntaxKind.EqualsExpression })
            return null;
        return SyntaxShapes.Outermost(expression).Parent switch
        {
            IfStatementSyntax { Statement: BlockSyntax { Statements: { Count: > 0 } then } } => then[0],
            IfStatementSyntax { Statement: not BlockSyntax } branch => branch.Statement,
            _ => null,
        };
    }
}
