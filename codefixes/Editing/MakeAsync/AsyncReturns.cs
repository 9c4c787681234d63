using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Rewrites the returns of a function that hands tasks on into those of an async one.</summary>
internal sealed class AsyncReturns
{
    private readonly SemanticModel _model;
    private readonly SyntaxNode _body;
    private readonly ITypeSymbol? _result;
    private readonly bool _configure;
    private readonly List<Action<EditSession>> _edits = [];

    private AsyncReturns(SemanticModel model, SyntaxNode body, ITypeSymbol taskType)
    {
        _model = model;
        _body = body;
        _result = TaskTypes.ResultOf(taskType);
        _configure = ConfigureAwaitStyle.AppliesAt(body);
    }

    /// <summary>The edits, or why some return cannot be rewritten.</summary>
    /// <param name="model">The model of the document.</param>
    /// <param name="body">The block or expression of the function.</param>
    /// <param name="taskType">The task type that the function returns.</param>
    /// <param name="edits">The edits; empty when refused.</param>
    public static ConversionRefusal? Plan(SemanticModel model, SyntaxNode body, ITypeSymbol taskType, out IReadOnlyList<Action<EditSession>> edits)
    {
        var returns = new AsyncReturns(model, body, taskType);
        edits = returns._edits;
        if (body is ExpressionSyntax expression)
            return returns.PlanValue(expression, null);
        foreach (var node in SyntaxShapes.OwnNodes(body))
        {
            if (node is ReturnStatementSyntax { Expression: { } value } statement && returns.PlanValue(value, statement) is { } refusal)
                return refusal;
        }
        return null;
    }

    // Statement is null for an expression body.
    private ConversionRefusal? PlanValue(ExpressionSyntax value, ReturnStatementSyntax? statement)
    {
        var expression = SyntaxShapes.Unwrap(value);
        switch (Classify(expression))
        {
            case Form.Throws:
                return null;
            case Form.Completed when statement is not null:
                var drop = IsLast(statement) && !SyntaxShapes.HasComments(statement);
                _edits.Add(session => session.Expand(statement, current => drop ? [] : [WithoutValue((ReturnStatementSyntax)current)]));
                return null;
            case Form.Result:
                _edits.Add(session => session.Edit(value, EditOrder.Statement, "result", current =>
                    ResultOf(SyntaxShapes.Unwrap((ExpressionSyntax)current)).WithTriviaFrom(current)));
                return null;
            case Form.Unknown:
                return new ConversionRefusal(RefusalKind.ReturnType, value.GetLocation(), null);
        }

        // The task itself is awaited here, which is forbidden in some places where returning it was allowed.
        if (AwaitPosition.Of(value).Refusal is { } refusal)
            return refusal;
        var intent = new AwaitIntent(
            value,
            static current => current,
            _configure && TaskTypes.IsTask(_model.GetTypeInfo(value).Type),
            IsUsed: _result is not null,
            TaskTypes.IsValueTask(_model.GetTypeInfo(value).Type));
        if (SyntaxShapes.Unwrap(value) is ConditionalAccessExpressionSyntax)
            return new ConversionRefusal(RefusalKind.ReturnType, value.GetLocation(), null);
        _edits.Add(session => intent.AddTo(session, _model));
        if (_result is null && statement is not null)
        {
            var isLast = IsLast(statement);
            _edits.Add(session => session.Expand(statement, current => AwaitThenReturn((ReturnStatementSyntax)current, isLast)));
        }
        return null;
    }

    private static IReadOnlyList<StatementSyntax> AwaitThenReturn(ReturnStatementSyntax statement, bool isLast)
    {
        var awaited = SyntaxShapes.Statement(statement.Expression!, statement);
        if (isLast)
            return [awaited];
        var indentation = SyntaxFactory.TriviaList(statement.GetLeadingTrivia().Reverse().TakeWhile(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Reverse());
        var endOfLine = statement.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia) ? statement.GetTrailingTrivia().Last() : SyntaxFactory.ElasticCarriageReturnLineFeed;
        return
        [
            awaited,
            SyntaxFactory.ReturnStatement().WithLeadingTrivia(indentation).WithTrailingTrivia(endOfLine),
        ];
    }

    private static ReturnStatementSyntax WithoutValue(ReturnStatementSyntax statement) =>
        statement.WithReturnKeyword(statement.ReturnKeyword.WithTrailingTrivia()).WithExpression(null);

    private bool IsLast(ReturnStatementSyntax statement) =>
        statement.Parent == _body && _body is BlockSyntax block && block.Statements.Last() == statement;

    private enum Form
    {
        Task,
        Completed,
        Result,
        Throws,
        Unknown,
    }

    private Form Classify(ExpressionSyntax expression)
    {
        if (expression is ThrowExpressionSyntax)
            return Form.Throws;
        var type = _model.GetTypeInfo(expression).Type;
        if (expression is LiteralExpressionSyntax or DefaultExpressionSyntax)
        {
            // A default ValueTask is a completed one; a null Task is a mistake that an await would only move.
            if (!TaskTypes.IsValueTask(_model.GetTypeInfo(expression).ConvertedType))
                return Form.Unknown;
            return _result is null ? Form.Completed : Form.Result;
        }
        if (!TaskTypes.IsTask(type))
            return Form.Unknown;
        switch (expression)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CompletedTask" } when _result is null:
                return Form.Completed;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromResult" } access, ArgumentList.Arguments.Count: 1 }
                when _result is not null && _model.GetSymbolInfo(access).Symbol is IMethodSymbol { ContainingType: { } owner } && TaskTypes.IsTask(owner):
                return Form.Result;
            case BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 } } when _result is null:
                return Form.Completed;
            case BaseObjectCreationExpressionSyntax creation when _result is not null && TaskTypes.IsValueTask(type)
                && creation.ArgumentList?.Arguments.Only()?.Expression is { } argument:
                return TaskTypes.IsTask(_model.GetTypeInfo(argument).Type)
                    ? creation is ObjectCreationExpressionSyntax ? Form.Task : Form.Unknown
                    : Form.Result;
            case ImplicitObjectCreationExpressionSyntax:
                return Form.Unknown;
            default:
                return Form.Task;
        }
    }

    private static ExpressionSyntax ResultOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => call.ArgumentList.Arguments[0].Expression,
        BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } => arguments.Arguments[0].Expression,
        DefaultExpressionSyntax => SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression),
        _ => expression,
    };
}
