using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// Keeps the task of a receive from turn to turn: declared before the loop, started where none is pending, forgotten when its result has been taken. Made only where the
/// task lives in the loop alone, and nothing touches the buffer, what the receive is given, or the connection while it is pending.
/// </summary>
/// <param name="Receive">The expression that starts the receive, as it is to stand behind <c>??=</c>.</param>
/// <param name="Result">What the task gives.</param>
/// <param name="Loop">The loop that the task outlives.</param>
/// <param name="Declaration">The declaration of the task in the loop, or null when the receive stands straight in the wait.</param>
/// <param name="Taking">The statement that takes the result.</param>
/// <param name="Buffer">The declaration of the buffer in the loop, which must live as long as the task, or null when it is outside already.</param>
internal sealed record PendingReceive(
    ExpressionSyntax Receive, ITypeSymbol Result, StatementSyntax Loop, LocalDeclarationStatementSyntax? Declaration, StatementSyntax Taking, LocalDeclarationStatementSyntax? Buffer)
{
    /// <summary>The shape around a receive, or null when the rewrite is not provably the same otherwise.</summary>
    /// <param name="connections">The connection model.</param>
    /// <param name="receive">The call.</param>
    /// <param name="made">The call with what gives its task another form.</param>
    /// <param name="given">The expressions that the receive keeps: all but those that the fix replaces.</param>
    /// <param name="awaiting">The await that takes the result.</param>
    /// <param name="early">The first operation sought among those that run before the next receive when the wait is over early.</param>
    /// <param name="mayRetry">Whether a handler for the type takes the end of the wait.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static PendingReceive? Of(
        ConnectionModel connections, IInvocationOperation receive, IOperation made, ImmutableArray<ExpressionSyntax> given, IAwaitOperation awaiting,
        Func<Func<IOperation, bool>, IOperation?> early, Func<ITypeSymbol, bool> mayRetry, CancellationToken cancellationToken)
    {
        if (receive.SemanticModel is not { } model || TaskTypes.ResultOf(made.Type) is not { } result || made.Syntax is not ExpressionSyntax expression
            || TakingOf(awaiting) is not { } taking || HasLabels(receive.Syntax))
        {
            return null;
        }

        var buffer = BufferIn(connections, receive, given, model, cancellationToken);
        if (LoopFor(receive, given, buffer, model, cancellationToken) is not { } loop || !Bodies.Contains(loop, taking))
            return null;
        if (buffer is not null && !Bodies.Contains(loop, buffer))
            buffer = null;
        var declaration = DeclarationOf(made);
        if (declaration is null ? !awaiting.Operation.Syntax.Span.Contains(expression.Span) : !Bodies.Contains(loop, declaration))
            return null;
        // Somebody else's use of what the pending receive fills.
        var message = connections.Receives.MessageOf(new Receive(receive, ReceivedUnit.Fragment, receive.Receiver(), BufferArgument(receive), true), cancellationToken);
        bool IsElsewhere(IOperation operation) => !expression.Span.Contains(operation.Syntax.Span) && buffer?.Span.Contains(operation.Syntax.Span) != true;
        if (early(operation => IsElsewhere(operation) && message.Buffers.Any(variable => SymbolEqualityComparer.Default.Equals(operation.ReferencedSymbol(), variable))) is not null)
            return null;
        // A failed task that is kept fails again in every turn.
        foreach (var @try in CatchClauses.TriesAround(awaiting))
        {
            foreach (var clause in @try.Catches)
            {
                var comesBack = new Continuation(operation => operation.Syntax == receive.Syntax, static _ => false, static _ => null).FirstIn(clause, awaiting, cancellationToken) is not null;
                if (comesBack && !(clause.ExceptionType is { } caught && mayRetry(caught) && caught.Name is not ("Exception" or "SystemException")))
                    return null;
            }
        }

        return new PendingReceive(expression, result, loop, declaration, taking, buffer);
    }

    /// <summary>The edits: <paramref name="rewrite"/> changes the receive itself, <paramref name="wait"/> makes of the name of the task what is awaited in its place.</summary>
    public EditPlan Plan(SemanticModel model, Func<ExpressionSyntax, ExpressionSyntax> rewrite, Func<ExpressionSyntax, ExpressionSyntax> wait) => EditPlan.Of(session =>
    {
        var name = Declaration?.Declaration.Variables[0].Identifier.ValueText ?? session.FreshName(Loop, "pending");
        var task = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
        var isNullable = model.GetNullableContext(Loop.SpanStart).AnnotationsEnabled();
        var type = TaskTypes.TaskOf(SyntaxFactory.ParseTypeName(Result.ToMinimalDisplayString(model, Loop.SpanStart)));
        session.Expand(Loop, current =>
        {
            // Blank lines stay in front; a comment is about the loop.
            var leading = current.GetLeadingTrivia();
            var blank = leading.TakeWhile(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
            blank = blank.Take(blank.FindLastIndex(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) + 1).ToList();
            var indent = IndentOf(current);
            var statements = new List<StatementSyntax>();
            if (Buffer is not null)
                statements.Add(OnOwnLine(Buffer.WithoutTrivia().WithLeadingTrivia(blank.Concat(indent)), current));
            var declared = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                (isNullable ? SyntaxFactory.NullableType(type) : type).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(
                    SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space),
                    null,
                    SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), SyntaxFactory.LiteralExpression(SyntaxKind.NullLiteralExpression))))));
            statements.Add(OnOwnLine(declared.WithLeadingTrivia(Buffer is null ? blank.Concat(indent) : indent), current));
            statements.Add(current.WithLeadingTrivia(leading.Skip(blank.Count)));
            return statements;
        });
        if (Buffer is not null)
            session.Expand(Buffer, static _ => Array.Empty<StatementSyntax>());
        StatementSyntax Start(StatementSyntax like) => SyntaxShapes.Statement(
            SyntaxFactory.AssignmentExpression(
                SyntaxKind.CoalesceAssignmentExpression, task.WithTrailingTrivia(SyntaxFactory.Space), SyntaxShapes.Spaced(SyntaxKind.QuestionQuestionEqualsToken), rewrite(Receive.WithoutTrivia())),
            like);
        if (Declaration is not null)
            session.Expand(Declaration, current => new[] { Start(current) });
        else
            session.Edit(Receive, EditOrder.Content, "pending", current => wait(task).WithTriviaFrom(current));
        session.Expand(Taking, current =>
        {
            var statements = new List<StatementSyntax>();
            if (Declaration is null)
            {
                statements.Add(OnOwnLine(Start(current).WithoutTrailingTrivia(), current));
                current = current.WithLeadingTrivia(IndentOf(current));
            }

            statements.Add(OnOwnLine(current, current));
            statements.Add(SyntaxFactory.ParseStatement(name + " = null;").WithLeadingTrivia(IndentOf(current)).WithTrailingTrivia(EndOf(current)));
            return statements;
        });
    });

    /// <summary>What ends a statement as the given one ends: its line, or a space where others follow on the line.</summary>
    private static SyntaxTriviaList EndOf(StatementSyntax statement) => statement.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia)
        ? SyntaxFactory.TriviaList(statement.GetTrailingTrivia().Where(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
        : SyntaxFactory.TriviaList(SyntaxFactory.Space);

    private static StatementSyntax OnOwnLine(StatementSyntax statement, StatementSyntax like) =>
        statement.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia) ? statement : statement.WithTrailingTrivia(EndOf(like));

    private static SyntaxTriviaList IndentOf(StatementSyntax statement) =>
        SyntaxFactory.TriviaList(statement.GetLeadingTrivia().Reverse().TakeWhile(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Reverse());

    /// <summary>The statement that does nothing but take the result: <c>var x = await t;</c>, <c>x = await t;</c>, <c>await t;</c>.</summary>
    private static StatementSyntax? TakingOf(IAwaitOperation awaiting)
    {
        var value = (SyntaxNode)awaiting.Syntax;
        while (value.Parent is ParenthesizedExpressionSyntax)
            value = value.Parent;
        return value.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } declaration } } } => declaration,
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax } statement } assignment when assignment.Right == value => statement,
            ExpressionStatementSyntax { Parent: BlockSyntax } statement => statement,
            _ => null,
        };
    }

    private static LocalDeclarationStatementSyntax? DeclarationOf(IOperation made) =>
        made.Syntax.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } declaration } } }
            ? declaration
            : null;

    private static bool HasLabels(SyntaxNode node) => Bodies.Around(node) is { } body && body.DescendantNodes().Any(static inner => inner is LabeledStatementSyntax or GotoStatementSyntax);

    private static IOperation? BufferArgument(IInvocationOperation receive)
    {
        foreach (var argument in receive.Arguments)
        {
            if (argument.Parameter?.Type is IArrayTypeSymbol or { Name: "ArraySegment" or "Memory" })
                return argument.Value;
        }

        return null;
    }

    /// <summary>The outermost loop around the receive outside of which everything is declared that the receive is given.</summary>
    private static StatementSyntax? LoopFor(
        IInvocationOperation receive, ImmutableArray<ExpressionSyntax> given, LocalDeclarationStatementSyntax? buffer, SemanticModel model, CancellationToken cancellationToken)
    {
        StatementSyntax? found = null;
        foreach (var ancestor in receive.Syntax.Ancestors())
        {
            if (Bodies.IsBody(ancestor))
                break;
            if (ancestor is not (WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax))
                continue;
            var loop = (StatementSyntax)ancestor;
            if (!IsAllOutside(given, loop, buffer, model, cancellationToken))
                break;
            found = loop;
        }

        return found is not null && StatementLists.OwnerOf(found) is not null ? found : null;
    }

    private static bool IsAllOutside(ImmutableArray<ExpressionSyntax> given, StatementSyntax loop, LocalDeclarationStatementSyntax? buffer, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var expression in given)
        {
            foreach (var name in expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            {
                if (model.GetSymbolInfo(name, cancellationToken).Symbol is not { } symbol)
                    continue;
                if (symbol is ILocalSymbol && symbol.DeclaringSyntaxReferences.Any(reference => loop.Span.Contains(reference.Span) && (buffer is null || !buffer.Span.Contains(reference.Span))))
                    return false;
            }
        }

        return true;
    }

    /// <summary>The declaration in the loop of a buffer that every turn makes anew although nobody keeps it; null when there is none.</summary>
    private static LocalDeclarationStatementSyntax? BufferIn(
        ConnectionModel connections, IInvocationOperation receive, ImmutableArray<ExpressionSyntax> given, SemanticModel model, CancellationToken cancellationToken)
    {
        if (BufferArgument(receive) is not { } argument)
            return null;
        var message = connections.Receives.MessageOf(new Receive(receive, ReceivedUnit.Fragment, receive.Receiver(), argument, true), cancellationToken);
        if (message.Buffers.Length != 1 || message.Buffers[0] is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations }
            || declarations[0].GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } declaration } } variable
            || variable.Initializer?.Value is not { } value || model.GetOperation(value, cancellationToken) is not IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes }
            || !sizes[0].ConstantValue.HasValue || SyntaxShapes.HasComments(declaration)
            || !given.Any(expression => expression.Span.Contains(argument.Syntax.Span)))
        {
            return null;
        }

        // In the next turn it holds what came before: only what is cut to its length may look at it.
        return message.Data.All(use => use.Kind == DataUseKind.Filled ? use.Operation.Syntax == receive.Syntax : use.IsLimited && use.Kind is DataUseKind.Decoded or DataUseKind.Read)
            ? declaration
            : null;
    }
}
