using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// What both rules about overlapping sends offer for those of one function: await one after the other. Only in a function that is asynchronous already; a WhenAll is taken apart only when all it waits for are
/// sends on one connection, for anything else may be what ends the first.
/// </summary>
internal static class SendsInOrder
{
    /// <summary>The action.</summary>
    public static FixAction Action { get; } = new("AwaitInOrder", "AwaitInOrder", PlanAsync);

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        Planned planned = site.Model.GetOperation(site.Node, cancellationToken) is IInvocationOperation send && PlanOf(site, send, cancellationToken) is { } plan
            ? plan
            : new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        return Task.FromResult(planned);
    }

    private static EditPlan? PlanOf(FixSite site, IInvocationOperation send, CancellationToken cancellationToken)
    {
        IOperation task = send;
        while (task.Parent is IConversionOperation or IInvocationOperation { TargetMethod.Name: "AsTask" })
            task = task.Parent;
        if (task.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add", Syntax: InvocationExpressionSyntax add } })
            return IsAsync(add) ? AwaitInOrder.Added(add) : null;
        if (CombinationAround(site.Node) is { } combination)
            return IsAsync(combination) ? Combined(site, combination, cancellationToken) : null;
        // The additional location is the send that still runs.
        if (site.Diagnostic.AdditionalLocations.Count == 0 || !IsAsync(site.Node) || site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } later
            || site.Node.SyntaxTree.GetRoot(cancellationToken).FindNode(site.Diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true) is not { } earlier
            || site.Model.GetOperation(earlier, cancellationToken) is not IInvocationOperation first || ValueFlow.LocalHolding(first) is not var (local, declarator))
        {
            return null;
        }
        return AwaitInOrder.Before(later, local, declarator);
    }

    private static EditPlan? Combined(FixSite site, InvocationExpressionSyntax combination, CancellationToken cancellationToken)
    {
        if (combination.ArgumentList.Arguments.Only()?.Expression is InvocationExpressionSyntax select && site.Node.FirstAncestorOrSelf<LambdaExpressionSyntax>() is { } lambda)
        {
            // What else the lambda does stays as it is: only one that is nothing but the send.
            return lambda.ExpressionBody is { } body && SendOf(body) == site.Node ? AwaitInOrder.Items(lambda, select, combination, site.Model, cancellationToken) : null;
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        ConnectionName? connection = null;
        foreach (var argument in combination.ArgumentList.Arguments)
        {
            if (site.Model.GetOperation(SendOf(argument.Expression), cancellationToken) is not IInvocationOperation call || connections.Overlaps.ConnectionOf(call, out _, cancellationToken) is not { } name
                || (connection is not null && !connection.Is(name)))
            {
                return null;
            }
            connection = name;
        }
        return AwaitInOrder.Arguments(combination, site.Model, cancellationToken);
    }

    /// <summary>The call behind an await, ConfigureAwait and AsTask.</summary>
    private static ExpressionSyntax SendOf(ExpressionSyntax expression)
    {
        while (true)
        {
            switch (expression)
            {
                case ParenthesizedExpressionSyntax inner:
                    expression = inner.Expression;
                    continue;
                case AwaitExpressionSyntax wait:
                    expression = wait.Expression;
                    continue;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask" } access }:
                    expression = access.Expression;
                    continue;
                default:
                    return expression;
            }
        }
    }

    private static InvocationExpressionSyntax? CombinationAround(SyntaxNode node)
    {
        for (var current = node.Parent; current is not null and not StatementSyntax; current = current.Parent)
        {
            if (current is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } combination)
                return combination;
        }
        return null;
    }

    private static bool IsAsync(SyntaxNode node) => AwaitPosition.Of(node) is { Refusal: null } position && (position.Function is null || Bodies.IsAsync(position.Function));
}
