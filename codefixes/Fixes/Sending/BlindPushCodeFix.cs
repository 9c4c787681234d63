using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>WSA4011: passes the token of the request to the sends of the loop and to its delays. A token that is written there already is not replaced.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlindPushCodeFix))]
public sealed class BlindPushCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(BlindPushRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("PassRequestAborted", "PassRequestAborted", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (!site.Diagnostic.Properties.TryGetValue(BlindPushRule.Token, out var text) || text is null || site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } send
            || PassToken.TokenArgument(site.Model, send, cancellationToken) is not { } own || !TokenInScope.IsNone(own.Expression) || Loops.Outermost(send) is not { } loop)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        var token = TokenInScope.Written(text.Split('.'));
        var steps = new List<Action<EditSession>>();
        foreach (var node in SyntaxShapes.OwnNodes(loop))
        {
            if (node is not InvocationExpressionSyntax call || site.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation || !(connections.Apis.Of(operation).Is(ApiKind.Send) || IsDelay(operation)))
                continue;
            var existing = PassToken.TokenArgument(site.Model, call, cancellationToken);
            if (existing is null && IsDelay(operation))
                steps.Add(target => target.Edit(call, EditOrder.Content, "request token", current => ((InvocationExpressionSyntax)current).WithArgumentList(PassToken.Append(call.ArgumentList, Argument(token)))));
            else if (existing is not null && TokenInScope.IsNone(existing.Expression))
                steps.Add(target => target.Edit(existing.Expression, EditOrder.Content, "request token", current => token.WithTriviaFrom(current)));
        }
        return EditPlan.Of(steps);
    }

    private static ArgumentSyntax Argument(ExpressionSyntax value) => SyntaxFactory.Argument(value);

    /// <summary>Whether the call waits for a time and can be told to stop.</summary>
    private static bool IsDelay(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "Delay", ContainingType.Name: "Task", Parameters.Length: 1 or 2 } delay => delay.Parameters[delay.Parameters.Length - 1].Type.Name is "TimeSpan" or "Int32" or "CancellationToken",
        { Name: "WaitForNextTickAsync", ContainingType.Name: "PeriodicTimer" } => true,
        _ => false,
    };
}
