using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Gives a type one more field.</summary>
internal static class AddedField
{
    /// <summary>Adds a private, read-only instance field behind the last field of the declaration, or before its first member.</summary>
    public static void AddTo(EditSession session, TypeDeclarationSyntax type, TypeSyntax fieldType, string name, ExpressionSyntax value)
    {
        var endOfLine = GateSyntax.EndOfLine(type);
        session.Edit(type, EditOrder.Function, "added " + name, current => With((TypeDeclarationSyntax)current, FieldOf(fieldType, name, value), endOfLine));
    }

    /// <summary>A name for a field of the type, in the style of its other fields, that nothing in sight has.</summary>
    public static string NameFor(SemanticModel model, TypeDeclarationSyntax type, string local)
    {
        var bare = local.TrimStart('_');
        var fields = type.Members.OfType<FieldDeclarationSyntax>().Where(static field => !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword)).ToList();
        var isUnderscored = fields.Count == 0 || fields.Exists(static field => field.Declaration.Variables[0].Identifier.ValueText.StartsWith("_", StringComparison.Ordinal));
        var wanted = isUnderscored ? "_" + bare : bare;
        var taken = type.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText != local).Select(static token => token.ValueText).ToImmutableHashSet();
        var position = type.OpenBraceToken.Span.End;
        var name = wanted;
        for (var number = 2; taken.Contains(name) || !model.LookupSymbols(position, name: name).IsEmpty; number++)
            name = wanted + number;
        return name;
    }

    private static FieldDeclarationSyntax FieldOf(TypeSyntax type, string name, ExpressionSyntax value)
    {
        var declarator = SyntaxFactory.VariableDeclarator(SyntaxShapes.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxShapes.Spaced(SyntaxKind.EqualsToken), value.WithoutTrivia()));
        return SyntaxFactory.FieldDeclaration(SyntaxFactory.VariableDeclaration(type.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(declarator)))
            .WithModifiers(SyntaxFactory.TokenList(SyntaxShapes.Spaced(SyntaxKind.PrivateKeyword), SyntaxShapes.Spaced(SyntaxKind.ReadOnlyKeyword)))
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.SemicolonToken, SyntaxTriviaList.Empty));
    }

    private static TypeDeclarationSyntax With(TypeDeclarationSyntax type, FieldDeclarationSyntax field, SyntaxTrivia endOfLine)
    {
        var members = type.Members;
        var last = members.LastIndexOf(static member => member is FieldDeclarationSyntax);
        if (last >= 0)
        {
            field = field.WithLeadingTrivia(GateSyntax.Indentation(members[last].GetLeadingTrivia())).WithTrailingTrivia(endOfLine);
            return type.WithMembers(members.Insert(last + 1, field));
        }

        var first = members[0];
        field = field.WithLeadingTrivia(GateSyntax.Indentation(first.GetLeadingTrivia())).WithTrailingTrivia(endOfLine);
        return type.WithMembers(members.Replace(first, first.WithLeadingTrivia(first.GetLeadingTrivia().Insert(0, endOfLine))).Insert(0, field));
    }
}
