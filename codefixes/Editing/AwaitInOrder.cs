using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Awaits tasks one after the other that are started at once: the arguments of a WhenAll, those made for each item of a sequence, those kept in locals or lists.</summary>
internal static class AwaitInOrder
{
    /// <summary>The plan for <c>await Task.WhenAll(a, b);</c>: <c>await a; await b;</c>. Null when it is no statement of its own, or an argument is no call that is started there.</summary>
    public static EditPlan? Arguments(InvocationExpressionSyntax combination, SemanticModel model, CancellationToken cancellationToken)
    {
        if (StatementOf(combination) is not { } statement || combination.ArgumentList.Arguments.Count < 2 || SyntaxShapes.HasComments(combination.ArgumentList))
            return null;
        foreach (var argument in combination.ArgumentList.Arguments)
        {
            if (argument.NameColon is not null || SyntaxShapes.Unwrap(argument.Expression) is not InvocationExpressionSyntax || !TaskTypes.IsTask(model.GetTypeInfo(argument.Expression, cancellationToken).Type))
                return null;
        }
        var configured = IsConfigured(combination);
        return EditPlan.Of(session => session.Expand(statement, current => InOrder((ExpressionStatementSyntax)current, configured)));
    }

    /// <summary>The plan for <c>await Task.WhenAll(items.Select(item => task));</c>: a foreach that awaits. Null where that would not mean the same.</summary>
    public static EditPlan? Items(LambdaExpressionSyntax lambda, InvocationExpressionSyntax select, InvocationExpressionSyntax combination, SemanticModel model, CancellationToken cancellationToken)
    {
        if (StatementOf(combination) is not { } statement || combination.ArgumentList.Arguments.Only()?.Expression != select || SyntaxShapes.HasComments(combination)
            || select.Expression is not MemberAccessExpressionSyntax { Expression: { } sequence } || select.ArgumentList.Arguments.Only()?.Expression != lambda
            || lambda is not { ExpressionBody: { } work } || model.GetSymbolInfo(select, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }
        var item = lambda switch
        {
            SimpleLambdaExpressionSyntax simple => simple.Parameter,
            ParenthesizedLambdaExpressionSyntax { ReturnType: null } parenthesized => parenthesized.ParameterList.Parameters.Only(),
            _ => null,
        };
        if (item is null || !new LoopLambda(lambda, select, method, item, sequence).IsSequenceStable(model, cancellationToken) || IsTaken(item.Identifier.ValueText, statement, model))
            return null;
        var configured = IsConfigured(combination);
        return EditPlan.Of(session => session.Edit(statement, EditOrder.Statement, "in order", current =>
        {
            if (Awaited((ExpressionStatementSyntax)current) is not { } all || all.ArgumentList.Arguments.Only()?.Expression is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } made
                || made.ArgumentList.Arguments.Only()?.Expression is not LambdaExpressionSyntax { ExpressionBody: { } body })
            {
                return current;
            }
            var wait = SyntaxFactory.ExpressionStatement(Await(body is AwaitExpressionSyntax inner ? inner.Expression : body, configured));
            return SyntaxFactory.ForEachStatement(item.Type?.WithoutTrivia() ?? SyntaxFactory.IdentifierName("var"), item.Identifier.WithoutTrivia(), access.Expression.WithoutTrivia(), wait)
                .WithTriviaFrom(current)
                .WithAdditionalAnnotations(Formatter.Annotation);
        }));
    }

    /// <summary>The plan that awaits the local's task before the statement; null when they are not in one list of statements, or the task may be awaited only once.</summary>
    public static EditPlan? Before(StatementSyntax later, ILocalSymbol task, SyntaxNode declarator)
    {
        if (StatementLists.OwnerOf(later) is not { } owner || declarator.FirstAncestorOrSelf<StatementSyntax>() is not { } earlier || StatementLists.OwnerOf(earlier) != owner
            || task.Type is not INamedTypeSymbol { Name: nameof(Task) } || later is LabeledStatementSyntax)
        {
            return null;
        }
        var configure = ConfigureAwaitStyle.AppliesAt(later);
        return EditPlan.Of(session => session.Expand(later, current =>
        {
            var wait = SyntaxFactory.ExpressionStatement(Await(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(task.Name)), configure))
                .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty));
            return GateSyntax.Before(current, wait);
        }));
    }

    /// <summary>The plan for <c>tasks.Add(task);</c>: <c>await task;</c>. Null when it is no statement of its own.</summary>
    public static EditPlan? Added(InvocationExpressionSyntax add)
    {
        if (add.Parent is not ExpressionStatementSyntax statement || add.ArgumentList.Arguments.Only() is null)
            return null;
        var configure = ConfigureAwaitStyle.AppliesAt(statement);
        return EditPlan.Of(session => session.Edit(statement, EditOrder.Statement, "in order", current =>
            current is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && call.ArgumentList.Arguments.Only()?.Expression is { } task
                ? SyntaxShapes.Statement(Await(task, configure), (StatementSyntax)current)
                : current));
    }

    private static IReadOnlyList<StatementSyntax> InOrder(ExpressionStatementSyntax statement, bool configured)
    {
        if (Awaited(statement) is not { } combination)
            return [statement];
        var statements = new List<StatementSyntax>();
        var arguments = combination.ArgumentList.Arguments;
        var indentation = GateSyntax.Indentation(statement.GetLeadingTrivia());
        var endOfLine = GateSyntax.EndOfLine(statement);
        for (var i = 0; i < arguments.Count; i++)
        {
            statements.Add(SyntaxFactory.ExpressionStatement(
                Await(arguments[i].Expression, configured).WithLeadingTrivia(i == 0 ? statement.GetLeadingTrivia() : indentation),
                SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, i == arguments.Count - 1 ? statement.GetTrailingTrivia() : SyntaxFactory.TriviaList(endOfLine))));
        }
        return statements;
    }

    private static ExpressionSyntax Await(ExpressionSyntax task, bool configured)
    {
        task = task.WithoutTrivia();
        return SyntaxShapes.Await(configured && !ConfigureAwaitStyle.IsConfigured(task) ? SyntaxShapes.ConfigureAwaitFalse(task) : task);
    }

    /// <summary>The statement that awaits the combination and does nothing else, or null.</summary>
    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax combination) =>
        combination.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } statement && Awaited(statement) == combination ? statement : null;

    private static InvocationExpressionSyntax? Awaited(ExpressionStatementSyntax statement)
    {
        if (statement.Expression is not AwaitExpressionSyntax wait)
            return null;
        var expression = SyntaxShapes.Unwrap(wait.Expression);
        if (ConfigureAwaitStyle.IsConfigured(expression) && expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access })
            expression = SyntaxShapes.Unwrap(access.Expression);
        return expression as InvocationExpressionSyntax;
    }

    private static bool IsConfigured(InvocationExpressionSyntax combination) =>
        combination.FirstAncestorOrSelf<AwaitExpressionSyntax>() is { } wait && ConfigureAwaitStyle.IsConfigured(SyntaxShapes.Unwrap(wait.Expression));

    private static bool IsTaken(string name, StatementSyntax statement, SemanticModel model) =>
        model.LookupSymbols(statement.SpanStart, name: name).Any(static symbol => symbol is ILocalSymbol or IParameterSymbol or IRangeVariableSymbol);
}
