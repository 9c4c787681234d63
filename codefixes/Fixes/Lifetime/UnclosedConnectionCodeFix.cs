using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Lifetime;
using Bodies = WebSocketAnalyzers.Roslyn.Bodies;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Lifetime;

/// <summary>
/// WSA3008: sends a close frame as the last act of the scope, where its end is the only way out. <c>CloseOutputAsync</c> does not wait for the peer, and its token is none that may be cancelled by then.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnclosedConnectionCodeFix))]
public sealed class UnclosedConnectionCodeFix : ConnectionCodeFix
{
    private const string Close = "await Connection.CloseOutputAsync(Status.NormalClosure, null, Token.None)";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnclosedConnectionRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("CloseBeforeDispose", "CloseBeforeDispose", static (site, _) => Task.FromResult(Plan(site))));

    private static Planned Plan(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { } variable
            || ScopeOf(variable) is not var (block, first)
            || block.Statements.Count <= first
            || site.Model.AnalyzeControlFlow(block.Statements[first], block.Statements[block.Statements.Count - 1]) is not { Succeeded: true, EndPointIsReachable: true } flow
            || !flow.ExitPoints.IsEmpty
            || Bodies.Around(block) is not { } body || !Bodies.IsAsync(body))
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }

        var last = block.Statements[block.Statements.Count - 1];
        var close = StatementTemplate.Parse(
            Close + (ConfigureAwaitStyle.AppliesAt(variable) ? ".ConfigureAwait(false);" : ";"),
            ("Connection", SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(variable.Identifier.ValueText))),
            ("Status", TaskTypes.FrameworkType("System.Net.WebSockets.WebSocketCloseStatus")),
            ("Token", TaskTypes.FrameworkType("System.Threading.CancellationToken"))).WithTrailingTrivia(GateSyntax.EndOfLine(variable));
        return EditPlan.Of(session => session.Expand(last, current => [current, close]));
    }

    /// <summary>The block that ends with the connection, and the first of its statements that has it.</summary>
    private static (BlockSyntax Block, int First)? ScopeOf(VariableDeclaratorSyntax variable) => variable.Parent?.Parent switch
    {
        LocalDeclarationStatementSyntax { Parent: BlockSyntax block } declaration when declaration.UsingKeyword != default => (block, block.Statements.IndexOf(declaration) + 1),
        UsingStatementSyntax { Statement: BlockSyntax block } => (block, 0),
        _ => null,
    };
}
