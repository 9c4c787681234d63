using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Keeps a dropped task in a new field, which the method that cancels the work awaits after that.</summary>
/// <param name="Drop">The statement that drops the task.</param>
/// <param name="Task">The expression that gives it.</param>
/// <param name="Source">The field behind which the new one is put: the source of the work's token.</param>
/// <param name="Cancel">The statement that cancels it, in a block of an async method.</param>
/// <param name="Wanted">What the field is to be called, without a prefix.</param>
internal sealed record KeptTask(StatementSyntax Drop, ExpressionSyntax Task, FieldDeclarationSyntax Source, StatementSyntax Cancel, string Wanted)
{
    /// <summary>The plan, or null when the type has a member of that name already.</summary>
    public EditPlan? Plan()
    {
        if (Source.Parent is not TypeDeclarationSyntax type || Cancel.Parent is not BlockSyntax block)
            return null;
        var name = (Source.Declaration.Variables[0].Identifier.ValueText.StartsWith("_", StringComparison.Ordinal) ? "_" : "") + Wanted;
        if (type.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name))
            return null;
        var configure = ConfigureAwaitStyle.AppliesAt(Cancel);
        return EditPlan.Of(session =>
        {
            session.Edit(Drop, EditOrder.Statement, "kept", current => Kept((StatementSyntax)current, name));
            session.Edit(type, EditOrder.Function, "field " + name, current => WithField((TypeDeclarationSyntax)current, name));
            session.Edit(block, EditOrder.Statement, "awaited " + name, current => Awaited((BlockSyntax)current, name, configure));
        });
    }

    private static StatementSyntax Kept(StatementSyntax statement, string name)
    {
        var task = statement switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax discard } => discard.Right,
            ExpressionStatementSyntax expression => expression.Expression,
            LocalDeclarationStatementSyntax local => local.Declaration.Variables[0].Initializer!.Value,
            _ => null,
        };
        return task is null
            ? statement
            : SyntaxShapes.Statement(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, Name(name).WithTrailingTrivia(SyntaxFactory.Space), SyntaxShapes.Spaced(SyntaxKind.EqualsToken), task.WithoutTrivia()), statement);
    }

    private TypeDeclarationSyntax WithField(TypeDeclarationSyntax type, string name)
    {
        var source = Source.Declaration.Variables[0].Identifier.ValueText;
        var index = type.Members.IndexOf(member => member is FieldDeclarationSyntax field && field.Declaration.Variables.Any(variable => variable.Identifier.ValueText == source));
        if (index < 0)
            return type;
        var endOfLine = GateSyntax.EndOfLine(Source);
        var value = SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), SyntaxShapes.Member(TaskTypes.Task(), "CompletedTask"));
        var variable = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space)).WithInitializer(value);
        var field = SyntaxFactory.FieldDeclaration(SyntaxFactory.VariableDeclaration(TaskTypes.Task().WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(variable)))
            .WithModifiers(SyntaxFactory.TokenList(SyntaxShapes.Spaced(SyntaxKind.PrivateKeyword)))
            .WithLeadingTrivia(GateSyntax.Indentation(Source.GetLeadingTrivia()))
            .WithTrailingTrivia(endOfLine);
        return type.WithMembers(type.Members.Insert(index + 1, field));
    }

    private BlockSyntax Awaited(BlockSyntax block, string name, bool configure)
    {
        var index = block.Statements.IndexOf(statement => SyntaxFactory.AreEquivalent(statement, Cancel));
        if (index < 0)
            return block;
        var endOfLine = GateSyntax.EndOfLine(Cancel);
        ExpressionSyntax task = Name(name);
        if (configure)
            task = SyntaxShapes.ConfigureAwaitFalse(task);
        var body = Block(SyntaxFactory.SingletonList<StatementSyntax>(SyntaxFactory.ExpressionStatement(SyntaxShapes.Await(task)).WithTrailingTrivia(endOfLine)), endOfLine);
        var clause = SyntaxFactory.CatchClause(
            SyntaxFactory.Token(SyntaxKind.CatchKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.CatchDeclaration(TaskTypes.FrameworkType("System.OperationCanceledException")).WithTrailingTrivia(endOfLine),
            null,
            Block(default, endOfLine));
        var statement = SyntaxFactory.TryStatement(body, SyntaxFactory.SingletonList(clause), null)
            .WithTryKeyword(SyntaxFactory.Token(SyntaxKind.TryKeyword).WithTrailingTrivia(endOfLine))
            .WithLeadingTrivia(GateSyntax.Indentation(Cancel.GetLeadingTrivia()))
            .WithAdditionalAnnotations(Formatter.Annotation);
        return block.WithStatements(block.Statements.Insert(index + 1, statement));
    }

    private static BlockSyntax Block(SyntaxList<StatementSyntax> statements, SyntaxTrivia endOfLine) => SyntaxFactory.Block(
        SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(endOfLine),
        statements,
        SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(endOfLine));

    private static IdentifierNameSyntax Name(string name) => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name));
}
