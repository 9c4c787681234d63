using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>A task that nobody looks at: a statement, a discard, an unused local, or the body of a function that returns nothing.</summary>
/// <param name="Task">The expression that gives the task; the last member of a <c>?.</c> chain.</param>
/// <param name="Whole">What the await replaces: the assignment to a discard, or the task itself.</param>
/// <param name="Declaration">The declaration of the unused local, or null.</param>
internal sealed record DroppedTask(ExpressionSyntax Task, ExpressionSyntax Whole, LocalDeclarationStatementSyntax? Declaration)
{
    /// <summary>The dropped task at <paramref name="node"/>, or null when its value is used or is no task.</summary>
    public static DroppedTask? At(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        node = node switch
        {
            ExpressionStatementSyntax statement => statement.Expression,
            ArrowExpressionClauseSyntax arrow => arrow.Expression,
            LocalDeclarationStatementSyntax local when local.Declaration.Variables.Only()?.Initializer is { } initializer => initializer.Value,
            VariableDeclaratorSyntax { Initializer.Value: { } value } => value,
            ArgumentSyntax argument => argument.Expression,
            _ => node,
        };
        if (node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard)
            node = discard.Right;
        for (var current = node; current is ExpressionSyntax or ArgumentListSyntax; current = current.Parent)
        {
            if (current is ExpressionSyntax expression && Drop(model, expression, cancellationToken) is { } dropped)
                return dropped;
        }
        return null;
    }

    /// <summary>Removes the discard or the local around the await.</summary>
    public void AddTo(EditSession session)
    {
        if (Whole is AssignmentExpressionSyntax assignment)
        {
            session.Edit(assignment, EditOrder.Statement, "discard", static current =>
                current is AssignmentExpressionSyntax { Right: { } right } ? right.WithTriviaFrom(current) : current);
        }
        if (Declaration is not null)
        {
            session.Edit(Declaration, EditOrder.Statement, "unused local", static current =>
                current is LocalDeclarationStatementSyntax statement && statement.Declaration.Variables.Only()?.Initializer is { } initializer
                    ? SyntaxShapes.Statement(initializer.Value, statement)
                    : current);
        }
    }

    private static DroppedTask? Drop(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        if (expression is ConditionalAccessExpressionSyntax conditional)
            expression = ConditionalChain.End(conditional);
        if (!TaskTypes.IsAwaited(model.GetTypeInfo(expression, cancellationToken).Type))
            return null;
        var whole = SyntaxShapes.Outermost(expression);
        while (whole.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == whole)
            whole = SyntaxShapes.Outermost(access);
        switch (whole.Parent)
        {
            case ExpressionStatementSyntax:
            case ForStatementSyntax loop when loop.Incrementors.Contains(whole) || loop.Initializers.Contains(whole):
                return new DroppedTask(expression, whole, null);
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard
                when discard.Right == whole && discard.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax
                    && model.GetSymbolInfo(discard.Left, cancellationToken).Symbol is null or IDiscardSymbol:
                return new DroppedTask(expression, discard, null);
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } } variable }
                when declaration.UsingKeyword == default && IsUnused(model, variable, cancellationToken):
                return new DroppedTask(expression, whole, declaration);
            case ArrowExpressionClauseSyntax { Parent: { } function } when ReturnsNothing(model, function, cancellationToken):
                return new DroppedTask(expression, whole, null);
            case LambdaExpressionSyntax lambda when lambda.Body == whole && ReturnsNothing(model, lambda, cancellationToken):
                return new DroppedTask(expression, whole, null);
            default:
                return null;
        }
    }

    private static bool ReturnsNothing(SemanticModel model, SyntaxNode function, CancellationToken cancellationToken) =>
        FunctionShape.SymbolOf(model, function, cancellationToken) is { } symbol
        && (symbol.ReturnsVoid || (symbol.IsAsync && TaskTypes.IsTask(symbol.ReturnType) && TaskTypes.ResultOf(symbol.ReturnType) is null));

    private static bool IsUnused(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var name = variable.Identifier.ValueText;
        var scope = variable.FirstAncestorOrSelf<BlockSyntax>() ?? variable.SyntaxTree.GetRoot(cancellationToken);
        return !scope.DescendantNodes().Any(use => use is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(identifier, cancellationToken).Symbol, model.GetDeclaredSymbol(variable, cancellationToken)));
    }
}
