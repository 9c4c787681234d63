using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>An async lambda that a synchronous loop method runs for each item of a sequence: <c>list.ForEach(async item => ..)</c>.</summary>
/// <param name="Lambda">The lambda.</param>
/// <param name="Call">The call that runs it, a statement of its own.</param>
/// <param name="Method">What is called.</param>
/// <param name="Item">The lambda's parameter.</param>
/// <param name="Sequence">The items.</param>
internal sealed record LoopLambda(LambdaExpressionSyntax Lambda, InvocationExpressionSyntax Call, IMethodSymbol Method, ParameterSyntax Item, ExpressionSyntax Sequence)
{
    /// <summary>The loop whose body the lambda is, or null.</summary>
    public static LoopLambda? Of(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (node is not LambdaExpressionSyntax lambda || SyntaxShapes.Outermost(lambda).Parent is not ArgumentSyntax { NameColon: null, Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } arguments }
            || call.Expression is not MemberAccessExpressionSyntax access || call.Parent is not ExpressionStatementSyntax
            || ItemOf(lambda) is not { } item
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol { Name: "ForEach" } method)
        {
            return null;
        }
        var isOnInstance = arguments.Arguments.Count == 1 && !method.IsStatic && method.ContainingType is { Name: "List" or "ImmutableList", ContainingNamespace.Name: "Generic" or "Immutable" };
        var isStatic = arguments.Arguments.Count == 2 && method is { IsStatic: true, ContainingType: { Name: "Array", SpecialType: SpecialType.System_Array } };
        var isParallel = arguments.Arguments.Count is 2 or 3 && method is { IsStatic: true, ContainingType.Name: "Parallel" } && TaskTypes.IsInTasks(method.ContainingType);
        if (!isOnInstance && !isStatic && !isParallel)
            return null;
        return new LoopLambda(lambda, call, method, item, isOnInstance ? access.Expression : arguments.Arguments[0].Expression);
    }

    /// <summary>Whether the loop is <c>Parallel.ForEach</c>.</summary>
    public bool IsParallel => Method.ContainingType.Name == "Parallel";

    /// <summary>
    /// Whether the items are surely the same for as long as an asynchronous loop takes: a field with a list may be changed while the loop waits, which the loop that runs
    /// through at once never saw.
    /// </summary>
    public bool IsSequenceStable(SemanticModel model, CancellationToken cancellationToken)
    {
        var sequence = SyntaxShapes.Unwrap(Sequence);
        if (sequence is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax
            || model.GetSymbolInfo(sequence, cancellationToken).Symbol is ILocalSymbol or IParameterSymbol)
        {
            return true;
        }
        return IsStable(model.GetTypeInfo(sequence, cancellationToken).Type)
            || (sequence is MemberAccessExpressionSyntax access && IsStable(model.GetTypeInfo(access.Expression, cancellationToken).Type));
    }

    /// <summary><c>await Parallel.ForEachAsync(items, async (item, cancellationToken) => ..)</c>; null where it does not bind.</summary>
    public Action<EditSession>? ToForEachAsync(SemanticModel model)
    {
        var rewritten = Rename(Call.ReplaceNode(Lambda, WithToken(Lambda, "cancellationToken")));
        if (model.GetSpeculativeSymbolInfo(Call.SpanStart, rewritten, SpeculativeBindingOption.BindAsExpression).Symbol is not IMethodSymbol { Name: "ForEachAsync" })
            return null;
        return session =>
        {
            var token = session.FreshName(Lambda, "cancellationToken");
            session.Edit(Lambda, EditOrder.Statement, "token", current => WithToken((LambdaExpressionSyntax)current, token));
            session.Edit(Call, EditOrder.Content, "ForEachAsync", static current => Rename((InvocationExpressionSyntax)current));
            new AwaitIntent(Call, static current => current, ConfigureAwaitStyle.AppliesAt(Call), IsUsed: false, IsValueTask: false).AddTo(session, model);
        };
    }

    /// <summary><c>foreach (var item in items) { .. }</c> with the lambda's statements; null where a name or a jump would mean something else there.</summary>
    public Action<EditSession>? ToForEach(SemanticModel model)
    {
        var returns = SyntaxShapes.OwnNodes(Lambda.Body).OfType<ReturnStatementSyntax>().ToList();
        if (returns.Exists(statement => statement.Expression is not null || IsInInnerLoop(statement)))
            return null;
        // The variable of a foreach cannot be assigned.
        if (model.GetDeclaredSymbol(Item) is not { } item || LocalWrites.Find(model, item, Lambda, CancellationToken.None) is not null)
            return null;
        // Code of the lambda's own keeps its names, as long as the code around has no use for them.
        var statement = (ExpressionStatementSyntax)Call.Parent!;
        foreach (var node in Lambda.DescendantNodes())
        {
            var name = node switch
            {
                ParameterSyntax parameter => parameter.Identifier.ValueText,
                VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
                SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
                ForEachStatementSyntax loop => loop.Identifier.ValueText,
                CatchDeclarationSyntax caught => caught.Identifier.ValueText,
                LocalFunctionStatementSyntax or LabeledStatementSyntax => "",
                _ => null,
            };
            if (name is "" || (name is not null && model.LookupSymbols(statement.SpanStart, name: name).Any(static symbol => symbol is ILocalSymbol or IParameterSymbol or IRangeVariableSymbol)))
                return null;
        }
        return session =>
        {
            foreach (var jump in returns)
                session.Edit(jump, EditOrder.Statement, "continue", static current => SyntaxFactory.ContinueStatement().WithTriviaFrom(current));
            session.Edit(statement, EditOrder.Statement, "foreach", current => Loop((ExpressionStatementSyntax)current));
        };
    }

    private StatementSyntax Loop(ExpressionStatementSyntax current)
    {
        var call = (InvocationExpressionSyntax)current.Expression;
        var arguments = call.ArgumentList.Arguments;
        var lambda = (LambdaExpressionSyntax)SyntaxShapes.Unwrap(arguments[arguments.Count - 1].Expression);
        var sequence = arguments.Count == 1 ? ((MemberAccessExpressionSyntax)call.Expression).Expression : arguments[0].Expression;
        var body = lambda.Body as BlockSyntax ?? SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(((ExpressionSyntax)lambda.Body).WithoutTrivia()));
        return SyntaxFactory.ForEachStatement(Item.Type?.WithoutTrivia() ?? SyntaxFactory.IdentifierName("var"), Item.Identifier.WithoutTrivia(), sequence.WithoutTrivia(), body.WithTrailingTrivia())
            .WithTriviaFrom(current)
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static ParameterSyntax? ItemOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter,
        ParenthesizedLambdaExpressionSyntax { ReturnType: null } parenthesized => parenthesized.ParameterList.Parameters.Only(),
        _ => null,
    };

    private static InvocationExpressionSyntax Rename(InvocationExpressionSyntax call)
    {
        var access = (MemberAccessExpressionSyntax)call.Expression;
        var name = SyntaxShapes.Identifier("ForEachAsync").WithTriviaFrom(access.Name.Identifier);
        return call.WithExpression(access.WithName(access.Name is GenericNameSyntax generic ? generic.WithIdentifier(name) : SyntaxFactory.IdentifierName(name)));
    }

    private static LambdaExpressionSyntax WithToken(LambdaExpressionSyntax lambda, string token)
    {
        var added = SyntaxFactory.Parameter(SyntaxShapes.Identifier(token));
        switch (lambda)
        {
            case SimpleLambdaExpressionSyntax simple:
                var parameters = SyntaxFactory.ParameterList(SyntaxFactory.SeparatedList([simple.Parameter.WithoutTrivia(), added], [SyntaxShapes.Comma]));
                return SyntaxFactory.ParenthesizedLambdaExpression(
                    simple.AttributeLists, simple.Modifiers, null, parameters.WithTrailingTrivia(simple.Parameter.GetTrailingTrivia()), simple.ArrowToken, simple.Block, simple.ExpressionBody);
            case ParenthesizedLambdaExpressionSyntax parenthesized:
                if (parenthesized.ParameterList.Parameters[0].Type is not null)
                    added = added.WithType(TaskTypes.FrameworkType("System.Threading.CancellationToken").WithTrailingTrivia(SyntaxFactory.Space));
                var list = parenthesized.ParameterList;
                return parenthesized.WithParameterList(list.WithParameters(SyntaxFactory.SeparatedList([list.Parameters[0], added], [SyntaxShapes.Comma])));
            default:
                return lambda;
        }
    }

    private bool IsInInnerLoop(SyntaxNode node)
    {
        for (var parent = node.Parent; parent is not null && parent != Lambda; parent = parent.Parent)
        {
            if (parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
                return true;
        }
        return false;
    }

    private static bool IsStable(ITypeSymbol? type) =>
        type is IArrayTypeSymbol || type?.ContainingNamespace is { Name: "Concurrent" or "Immutable" or "Frozen", ContainingNamespace.Name: "Collections" };
}
