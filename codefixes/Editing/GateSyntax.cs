using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The pieces of syntax that a lock for each connection is made of.</summary>
internal static class GateSyntax
{
    /// <summary>The declaration without <c>static</c>.</summary>
    public static MemberDeclarationSyntax WithoutStatic(MemberDeclarationSyntax member)
    {
        var index = member.Modifiers.IndexOf(SyntaxKind.StaticKeyword);
        if (index < 0)
            return member;
        var leading = member.GetLeadingTrivia();
        return member.WithModifiers(member.Modifiers.RemoveAt(index)).WithLeadingTrivia(leading);
    }

    /// <summary>The declaration of a lock (field, property or local) as that of a table of locks.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="table">The table's type.</param>
    public static SyntaxNode AsTable(SyntaxNode declaration, string name, TypeSyntax table) => declaration switch
    {
        FieldDeclarationSyntax field => field.WithDeclaration(AsTable(field.Declaration, name, table)),
        LocalDeclarationStatementSyntax local => WithoutUsing(local).WithDeclaration(AsTable(local.Declaration, name, table)),
        PropertyDeclarationSyntax property => property
            .WithType(table.WithTriviaFrom(property.Type))
            .WithIdentifier(SyntaxShapes.Identifier(name).WithTriviaFrom(property.Identifier))
            .WithInitializer(property.Initializer?.WithValue(Creation(table, property).WithTriviaFrom(property.Initializer.Value))),
        _ => declaration,
    };

    /// <summary>The full name of <c>ConditionalWeakTable&lt;key, gate&gt;</c>.</summary>
    public static TypeSyntax TableOf(TypeSyntax key, TypeSyntax gate) =>
        SyntaxFactory.QualifiedName(
            (NameSyntax)SyntaxFactory.ParseName("global::System.Runtime.CompilerServices"),
            SyntaxFactory.GenericName(
                SyntaxShapes.Identifier("ConditionalWeakTable"),
                SyntaxFactory.TypeArgumentList(SyntaxFactory.SeparatedList([key, gate], [SyntaxShapes.Comma]))));

    /// <summary>A new, empty table for a target of its type.</summary>
    public static ExpressionSyntax Creation(TypeSyntax table, SyntaxNode place) =>
        KnowsCSharp9(place) ? SyntaxFactory.ImplicitObjectCreationExpression() : ExplicitCreation(table);

    /// <summary><c>new SemaphoreSlim(1, 1)</c> for a target of its type.</summary>
    public static ExpressionSyntax NewGate(TypeSyntax gate, SyntaxNode place)
    {
        var one = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1));
        var arguments = SyntaxShapes.Arguments(one, one);
        return KnowsCSharp9(place)
            ? SyntaxFactory.ImplicitObjectCreationExpression(arguments, null)
            : SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), gate, arguments, null);
    }

    /// <summary>The declaration of a local without <c>using</c>: a lock that somebody may be waiting for must not be disposed.</summary>
    public static LocalDeclarationStatementSyntax WithoutUsing(LocalDeclarationStatementSyntax local) =>
        local.UsingKeyword.IsKind(SyntaxKind.None) ? local : local.WithAwaitKeyword(default).WithUsingKeyword(default).WithLeadingTrivia(local.GetLeadingTrivia());

    /// <summary><c>var name = table.GetValue(key, static _ => new SemaphoreSlim(..));</c></summary>
    /// <param name="name">The local's name.</param>
    /// <param name="table">What names the table.</param>
    /// <param name="key">The connection.</param>
    /// <param name="gate">The lock's type.</param>
    /// <param name="arguments">What the lock is made with.</param>
    /// <param name="place">The code it is for: its language version decides.</param>
    public static StatementSyntax GateOf(string name, ExpressionSyntax table, ExpressionSyntax key, TypeSyntax gate, ArgumentListSyntax arguments, SyntaxNode place)
    {
        var creation = SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), gate.WithoutTrivia(), arguments.WithoutTrivia(), null);
        var parameter = SyntaxFactory.Parameter(SyntaxShapes.Identifier("_").WithTrailingTrivia(SyntaxFactory.Space));
        var lambda = SyntaxFactory.SimpleLambdaExpression(parameter, creation)
            .WithArrowToken(SyntaxShapes.Spaced(SyntaxKind.EqualsGreaterThanToken));
        if (KnowsCSharp9(place))
            lambda = lambda.WithModifiers(SyntaxFactory.TokenList(SyntaxShapes.Spaced(SyntaxKind.StaticKeyword)));
        var value = SyntaxShapes.Call(table.WithoutTrivia(), "GetValue", key, lambda);
        return StatementTemplate.Declaration(name, value);
    }

    /// <summary>Two statements in the place of the second: what led it now leads the first.</summary>
    public static IReadOnlyList<StatementSyntax> Before(StatementSyntax statement, StatementSyntax first)
    {
        var leading = statement.GetLeadingTrivia();
        return [first.WithLeadingTrivia(leading).WithTrailingTrivia(EndOfLine(statement)), statement.WithLeadingTrivia(Indentation(leading))];
    }

    /// <summary>The loop with its items' work under a lock each, in the place of a lock around the loop.</summary>
    /// <param name="declaration">The declaration of the item's lock, or null when the lock is a member of the item.</param>
    /// <param name="wait">The wait, already for the item's lock.</param>
    /// <param name="guard">The try around the loop, its release already for the item's lock.</param>
    public static StatementSyntax AroundEachItem(StatementSyntax? declaration, StatementSyntax wait, TryStatementSyntax guard)
    {
        var loop = (CommonForEachStatementSyntax)guard.Block.Statements[0];
        var endOfLine = EndOfLine(wait);
        // The try's braces and comments stay around the item's work; the body's own braces become those of the loop.
        var body = loop.Statement as BlockSyntax;
        var inner = guard.WithBlock(guard.Block.WithStatements(body?.Statements ?? SyntaxFactory.SingletonList(loop.Statement)));
        var statements = new List<StatementSyntax>();
        if (declaration is not null)
            statements.Add(declaration.WithTrailingTrivia(endOfLine));
        statements.Add(wait.WithLeadingTrivia(wait.GetLeadingTrivia().SkipWhile(static trivia => !SyntaxShapes.IsWorthKeeping(SyntaxFactory.TriviaList(trivia)))));
        statements.Add(inner);
        var block = body is null
            ? SyntaxFactory.Block(
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(endOfLine),
                SyntaxFactory.List(statements),
                SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(endOfLine))
            : body.WithStatements(SyntaxFactory.List(statements)).WithTrailingTrivia(guard.GetTrailingTrivia());
        var blank = wait.GetLeadingTrivia().TakeWhile(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia));
        var result = loop.WithStatement(block);
        return result.WithLeadingTrivia(blank.Concat(loop.GetLeadingTrivia().SkipWhile(static trivia => !SyntaxShapes.IsWorthKeeping(SyntaxFactory.TriviaList(trivia)))))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The gate expression with another last name: <c>Server.Gate</c> as <c>Server.Gates</c>.</summary>
    public static ExpressionSyntax Renamed(ExpressionSyntax gate, string name) => gate switch
    {
        MemberAccessExpressionSyntax access => access.WithName(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name))),
        _ => SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)),
    };

    /// <summary>The name of a table of locks: the lock's own in the plural.</summary>
    public static string Plural(string name)
    {
        if (name.EndsWith("s", StringComparison.Ordinal))
            return name + "ByConnection";
        return name.EndsWith("x", StringComparison.Ordinal) || name.EndsWith("ch", StringComparison.Ordinal) || name.EndsWith("sh", StringComparison.Ordinal) ? name + "es" : name + "s";
    }

    /// <summary>The name of a local for the lock in a member of the given name: <c>_sendGate</c>, <c>s_sendGate</c> and <c>SendGate</c> as <c>sendGate</c>.</summary>
    public static string LocalName(string name)
    {
        var bare = name.Length > 2 && name[1] == '_' ? name.Substring(2) : name;
        bare = bare.TrimStart('_');
        if (bare.Length == 0)
            return "gate";
        bare = char.ToLowerInvariant(bare[0]) + bare.Substring(1);
        return SyntaxFacts.GetKeywordKind(bare) == SyntaxKind.None ? bare : "gate";
    }

    /// <summary>The end of line that the statement's file uses.</summary>
    public static SyntaxTrivia EndOfLine(SyntaxNode node)
    {
        foreach (var trivia in node.GetTrailingTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return trivia;
        }

        foreach (var trivia in node.SyntaxTree.GetRoot().DescendantTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return trivia;
        }

        return SyntaxFactory.ElasticCarriageReturnLineFeed;
    }

    private static VariableDeclarationSyntax AsTable(VariableDeclarationSyntax declaration, string name, TypeSyntax table)
    {
        var variable = declaration.Variables[0];
        var value = declaration.Type.IsVar ? ExplicitCreation(table) : Creation(table, declaration);
        return declaration
            .WithType(declaration.Type.IsVar ? declaration.Type : table.WithTriviaFrom(declaration.Type))
            .WithVariables(SyntaxFactory.SingletonSeparatedList(variable
                .WithIdentifier(SyntaxShapes.Identifier(name).WithTriviaFrom(variable.Identifier))
                .WithInitializer(variable.Initializer?.WithValue(value.WithTriviaFrom(variable.Initializer.Value)))));
    }

    private static ExpressionSyntax ExplicitCreation(TypeSyntax table) =>
        SyntaxFactory.ObjectCreationExpression(SyntaxShapes.Spaced(SyntaxKind.NewKeyword), table, SyntaxShapes.Arguments(), null);

    /// <summary>The white space in front of a statement whose leading trivia these are.</summary>
    public static SyntaxTriviaList Indentation(SyntaxTriviaList leading) =>
        leading.Count > 0 && leading[leading.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(leading[leading.Count - 1]) : SyntaxTriviaList.Empty;

    private static bool KnowsCSharp9(SyntaxNode place) => place.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp9 };
}
