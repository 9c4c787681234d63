using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Passes the token in scope to a call that takes one.</summary>
internal static class PassToken
{
    /// <summary>The plan for the call at <paramref name="node"/>; refused when it passes a token, when none is in scope, or when no overload takes it.</summary>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || CallAt(node) is not { } call
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, node.GetLocation(), null);
        }
        if (TokenInScope.Find(model, call, cancellationToken) is not { } token)
            return new ConversionRefusal(RefusalKind.NothingInScope, call.GetLocation(), method.Name);
        var existing = TokenArgument(model, call, cancellationToken);
        if (existing is not null && !TokenInScope.IsNone(existing.Expression))
            return new ConversionRefusal(RefusalKind.HasToken, existing.GetLocation(), method.Name);
        if (existing is not null)
        {
            return EditPlan.Of(target => target.Edit(existing.Expression, EditOrder.Content, "token", current => token.WithTriviaFrom(current)));
        }
        foreach (var list in WithToken(model, call, call.ArgumentList, token, cancellationToken))
        {
            var rewritten = call.WithArgumentList(list);
            if (Bind(model, call, rewritten) is { } bound && TakesToken(bound, list) && KeepsShape(method, bound))
            {
                var added = list.Arguments.Last();
                return EditPlan.Of(target => target.Edit(call, EditOrder.Content, "token", current =>
                {
                    var invocation = (InvocationExpressionSyntax)current;
                    return invocation.WithArgumentList(Append(invocation.ArgumentList, added));
                }));
            }
        }
        return new ConversionRefusal(RefusalKind.DoesNotBind, call.GetLocation(), method.Name);
    }

    /// <summary>The argument of type <c>CancellationToken</c>, or null.</summary>
    public static ArgumentSyntax? TokenArgument(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken) =>
        call.ArgumentList.Arguments.FirstOrDefault(argument => TokenInScope.IsToken(model.GetTypeInfo(argument.Expression, cancellationToken).ConvertedType));

    /// <summary>The argument lists with the token that are worth trying: as last argument, then by each parameter name that takes a token.</summary>
    public static IEnumerable<ArgumentListSyntax> WithToken(
        SemanticModel model, InvocationExpressionSyntax call, ArgumentListSyntax arguments, ExpressionSyntax token, CancellationToken cancellationToken)
    {
        if (!arguments.Arguments.Any(static argument => argument.NameColon is not null))
            yield return Append(arguments, SyntaxFactory.Argument(token));
        var names = model.GetMemberGroup(call.Expression, cancellationToken).OfType<IMethodSymbol>()
            .SelectMany(static method => method.Parameters).Where(static parameter => TokenInScope.IsToken(parameter.Type))
            .Select(static parameter => parameter.Name).Append("cancellationToken").Distinct();
        foreach (var name in names)
            yield return Append(arguments, SyntaxFactory.Argument(
                SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)), SyntaxShapes.Spaced(SyntaxKind.ColonToken)), default, token));
    }

    /// <summary>Whether the last argument of <paramref name="list"/> is taken by a parameter for tokens, and not by <c>params</c> or <c>object</c>.</summary>
    public static bool TakesToken(IMethodSymbol bound, ArgumentListSyntax list)
    {
        var last = list.Arguments.Last();
        var parameter = last.NameColon is { Name.Identifier.ValueText: var name }
            ? bound.Parameters.FirstOrDefault(candidate => candidate.Name == name)
            : bound.Parameters.ElementAtOrDefault(list.Arguments.Count - 1);
        return TokenInScope.IsToken(parameter?.Type);
    }

    /// <summary>What a rewritten call binds to in the place of the original, or null.</summary>
    public static IMethodSymbol? Bind(SemanticModel model, ExpressionSyntax original, ExpressionSyntax rewritten) =>
        model.GetSpeculativeSymbolInfo(
            original.SpanStart, ConditionalChain.Unconditional(original, rewritten), SpeculativeBindingOption.BindAsExpression).Symbol as IMethodSymbol;

    /// <summary>The list with one more argument.</summary>
    public static ArgumentListSyntax Append(ArgumentListSyntax list, ArgumentSyntax argument)
    {
        if (list.Arguments.Count == 0)
            return list.WithArguments(SyntaxFactory.SingletonSeparatedList(argument));
        // The trailing trivia of the last argument stays at the end of the list.
        var last = list.Arguments.Last();
        var arguments = list.Arguments.Replace(last, last.WithoutTrailingTrivia());
        var separators = arguments.GetSeparators().Append(SyntaxShapes.Comma);
        return list.WithArguments(SyntaxFactory.SeparatedList(arguments.Append(argument.WithTrailingTrivia(last.GetTrailingTrivia())), separators));
    }

    /// <summary>The call that a node is, names, or is the whole statement of.</summary>
    public static InvocationExpressionSyntax? CallAt(SyntaxNode node)
    {
        node = node switch
        {
            ExpressionStatementSyntax statement => statement.Expression,
            ArgumentSyntax argument => argument.Expression,
            EqualsValueClauseSyntax initializer => initializer.Value,
            _ => node,
        };
        for (SyntaxNode? current = node; current is ExpressionSyntax; current = current.Parent)
        {
            switch (current)
            {
                case InvocationExpressionSyntax call:
                    return call;
                case AwaitExpressionSyntax { Expression: InvocationExpressionSyntax call } when node == current:
                    return call;
                case ConditionalAccessExpressionSyntax conditional when node == current:
                    return ConditionalChain.End(conditional) as InvocationExpressionSyntax;
            }
        }
        return null;
    }

    private static bool KeepsShape(IMethodSymbol before, IMethodSymbol after) =>
        before.Name == after.Name
        && SymbolEqualityComparer.Default.Equals(before.ReturnType, after.ReturnType)
        && SymbolEqualityComparer.Default.Equals(before.ContainingType.OriginalDefinition, after.ContainingType.OriginalDefinition);
}
