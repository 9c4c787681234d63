using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Turns an await in a loop into a task that runs beside it: kept in a list, forgotten when it has succeeded, awaited with all others when the loop ends, however it
/// ends, so that no failure is lost.
/// </summary>
internal static class StartedTask
{
    /// <summary>
    /// The plan for the awaited call, or null when what stands around it belongs to it: a try, a using or a lock, or code behind it in the loop that uses what the loop
    /// declares.
    /// </summary>
    /// <param name="call">The awaited call, itself a statement.</param>
    /// <param name="model">Its file's model.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static EditPlan? Plan(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        if (call.FirstAncestorOrSelf<AwaitExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement } wait || Awaited(wait) != call
            || LoopAround(statement) is not { } loop || loop.Parent is LabeledStatementSyntax
            || UsesLater(statement, loop, model, cancellationToken)
            || Bodies.Around(loop) is not { } function || Bodies.IsIterator(function)
            || model.GetTypeInfo(call, cancellationToken).Type is not { } type || !TaskTypes.IsTask(type)
            // .NET Framework does not have it.
            || !type.SelfAndBaseTypes().Any(static current => !current.GetMembers("IsCompletedSuccessfully").IsEmpty))
        {
            return null;
        }

        var isValueTask = TaskTypes.IsValueTask(type);
        var configure = ConfigureAwaitStyle.AppliesAt(wait);
        var known = ListAround(loop, model, cancellationToken);
        var item = ItemName(model, statement);
        return EditPlan.Of(session =>
        {
            var list = known ?? session.NameFor(loop, "handlers");
            session.Expand(statement, current => Started((ExpressionStatementSyntax)current, list, item, isValueTask));
            if (known is null)
                session.Expand(loop, current => [Declaration(list, current), Guarded(current, list, configure, GateSyntax.EndOfLine(loop))]);
        });
    }

    private static ExpressionSyntax Awaited(AwaitExpressionSyntax wait)
    {
        var expression = SyntaxShapes.Unwrap(wait.Expression);
        return ConfigureAwaitStyle.IsConfigured(expression) && expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } ? SyntaxShapes.Unwrap(access.Expression) : expression;
    }

    /// <summary>The list of tasks that a finally around the loop awaits already: the fix of another handler of this loop put it there.</summary>
    private static string? ListAround(StatementSyntax loop, SemanticModel model, CancellationToken cancellationToken)
    {
        if (loop.Parent?.Parent is not TryStatementSyntax { Finally.Block.Statements: { Count: 1 } statements }
            || statements[0] is not ExpressionStatementSyntax { Expression: AwaitExpressionSyntax wait }
            || Awaited(wait) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } } all
            || all.ArgumentList.Arguments.Only()?.Expression is not IdentifierNameSyntax list)
        {
            return null;
        }

        return model.GetTypeInfo(list, cancellationToken).Type is INamedTypeSymbol { Name: "List", TypeArguments: { Length: 1 } arguments } && TaskTypes.IsTask(arguments[0]) && TaskTypes.ResultOf(arguments[0]) is null
            ? list.Identifier.ValueText
            : null;
    }

    /// <summary>A name for the parameter of a lambda that hides nothing.</summary>
    private static string ItemName(SemanticModel model, StatementSyntax statement)
    {
        var name = "handler";
        for (var number = 2; model.LookupSymbols(statement.SpanStart, name: name).Any(static symbol => symbol is ILocalSymbol or IParameterSymbol); number++)
            name = "handler" + number;
        return name;
    }

    /// <summary>The loop around the statement, when nothing but blocks and conditions stands between them.</summary>
    private static StatementSyntax? LoopAround(StatementSyntax statement)
    {
        for (SyntaxNode node = statement; node.Parent is { } parent; node = parent)
        {
            switch (parent)
            {
                case WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax:
                    return (StatementSyntax)parent;
                case BlockSyntax or IfStatementSyntax or ElseClauseSyntax or SwitchStatementSyntax or SwitchSectionSyntax:
                    foreach (var sibling in StatementLists.StatementsOf(parent))
                    {
                        if (sibling is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 })
                            return null;
                    }

                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether a statement that comes behind in the same turn of the loop mentions a local that the loop declares.</summary>
    private static bool UsesLater(StatementSyntax statement, StatementSyntax loop, SemanticModel model, CancellationToken cancellationToken)
    {
        for (SyntaxNode node = statement; node != loop; node = node.Parent!)
        {
            if (node is not StatementSyntax current)
                continue;
            foreach (var later in StatementLists.SiblingsOf(current))
            {
                if (later.SpanStart > current.SpanStart && MentionsLocalOf(later, loop, model, cancellationToken))
                    return true;
            }
        }

        return false;
    }

    private static bool MentionsLocalOf(SyntaxNode node, SyntaxNode loop, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var name in node.DescendantNodes())
        {
            if (name is IdentifierNameSyntax identifier && model.GetSymbolInfo(identifier, cancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations }
                && loop.Span.Contains(declarations[0].Span) && !node.Span.Contains(declarations[0].Span))
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<StatementSyntax> Started(ExpressionStatementSyntax statement, string list, string item, bool isValueTask)
    {
        var task = Awaited((AwaitExpressionSyntax)statement.Expression).WithoutTrivia();
        if (isValueTask)
            task = SyntaxShapes.Call(task, "AsTask");
        var add = SyntaxShapes.Call(Name(list), "Add", task);
        var completed = SyntaxFactory.SimpleLambdaExpression(
            SyntaxFactory.Parameter(SyntaxShapes.Identifier(item).WithTrailingTrivia(SyntaxFactory.Space)),
            SyntaxShapes.Member(Name(item), "IsCompletedSuccessfully"))
            .WithArrowToken(SyntaxShapes.Spaced(SyntaxKind.EqualsGreaterThanToken));
        var remove = SyntaxFactory.ExpressionStatement(SyntaxShapes.Call(Name(list), "RemoveAll", completed));
        var leading = statement.GetLeadingTrivia();
        var indentation = leading.Count > 0 && leading[leading.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading[leading.Count - 1]) : default;
        var end = SyntaxFactory.TriviaList(statement.GetTrailingTrivia().Where(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
        return [SyntaxShapes.Statement(add, statement), remove.WithLeadingTrivia(indentation).WithTrailingTrivia(end)];
    }

    private static StatementSyntax Declaration(string list, StatementSyntax loop)
    {
        var type = SyntaxFactory.QualifiedName(
            (NameSyntax)SyntaxFactory.ParseName("global::System.Collections.Generic"),
            SyntaxFactory.GenericName(SyntaxShapes.Identifier("List"), SyntaxFactory.TypeArgumentList(SyntaxFactory.SingletonSeparatedList(TaskTypes.Task()))))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, TaskTypes.ImportOf("T:System.Collections.Generic.List`1"));
        var creation = SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), type, SyntaxShapes.Arguments(), null);
        var declarator = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(list).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), creation));
        var var = SyntaxFactory.IdentifierName(SyntaxFactory.Identifier(SyntaxTriviaList.Empty, SyntaxKind.VarKeyword, "var", "var", SyntaxFactory.TriviaList(SyntaxFactory.Space)));
        return SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(var, SyntaxFactory.SingletonSeparatedList(declarator)))
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty))
            .WithLeadingTrivia(loop.GetLeadingTrivia())
            .WithTrailingTrivia(GateSyntax.EndOfLine(loop));
    }

    private static StatementSyntax Guarded(StatementSyntax loop, string list, bool configure, SyntaxTrivia endOfLine)
    {
        ExpressionSyntax all = SyntaxShapes.Call(TaskTypes.Task(), "WhenAll", Name(list));
        if (configure)
            all = SyntaxShapes.ConfigureAwaitFalse(all);
        var trailing = loop.GetTrailingTrivia();
        return SyntaxFactory.TryStatement(
                Block(loop.WithoutLeadingTrivia().WithTrailingTrivia(endOfLine), SyntaxFactory.TriviaList(endOfLine), endOfLine),
                default,
                SyntaxFactory.FinallyClause(
                    SyntaxFactory.Token(SyntaxKind.FinallyKeyword).WithTrailingTrivia(endOfLine),
                    Block(SyntaxFactory.ExpressionStatement(SyntaxShapes.Await(all)).WithTrailingTrivia(endOfLine), trailing, endOfLine)))
            .WithTryKeyword(SyntaxFactory.Token(SyntaxKind.TryKeyword).WithTrailingTrivia(endOfLine))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static BlockSyntax Block(StatementSyntax statement, SyntaxTriviaList trailing, SyntaxTrivia endOfLine) => SyntaxFactory.Block(
        SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(endOfLine),
        SyntaxFactory.SingletonList(statement),
        SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(trailing));

    private static IdentifierNameSyntax Name(string name) => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
}
