using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Where an expression stands, as far as syntax decides whether it may be awaited.</summary>
/// <param name="Function">The method, local function or lambda around it; null for top-level code and when refused.</param>
/// <param name="Refusal">Why nothing can be awaited there, or null.</param>
internal readonly record struct AwaitPosition(SyntaxNode? Function, ConversionRefusal? Refusal)
{
    /// <summary>The position of <paramref name="node"/>.</summary>
    public static AwaitPosition Of(SyntaxNode node)
    {
        for (SyntaxNode child = node, parent = node.Parent!; parent is not null; child = parent, parent = parent.Parent!)
        {
            switch (parent)
            {
                case LockStatementSyntax statement when statement.Statement == child:
                    return Refuse(RefusalKind.Lock, statement.LockKeyword);
                case UnsafeStatementSyntax statement:
                    return Refuse(RefusalKind.Unsafe, statement.UnsafeKeyword);
                case FixedStatementSyntax statement:
                    return Refuse(RefusalKind.Fixed, statement.FixedKeyword);
                case CatchFilterClauseSyntax filter:
                    return Refuse(RefusalKind.CatchFilter, filter.WhenKeyword);
                case QueryExpressionSyntax query when !query.FromClause.Expression.Span.Contains(node.Span):
                    return Refuse(RefusalKind.Query, query.FromClause.FromKeyword);
                case AttributeSyntax attribute:
                    return Refuse(RefusalKind.Attribute, attribute);
                case ParameterSyntax parameter:
                    return Refuse(RefusalKind.Initializer, parameter);
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax:
                    return InUnsafe(parent) ?? new AwaitPosition(parent, null);
                case ConstructorDeclarationSyntax constructor:
                    return Refuse(RefusalKind.Constructor, constructor.Identifier);
                case PrimaryConstructorBaseTypeSyntax constructor:
                    return Refuse(RefusalKind.Constructor, constructor);
                case DestructorDeclarationSyntax finalizer:
                    return Refuse(RefusalKind.Finalizer, finalizer.Identifier);
                case OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax:
                    return Refuse(RefusalKind.Operator, parent);
                case AccessorDeclarationSyntax accessor:
                    return Refuse(RefusalKind.Accessor, accessor, (accessor.Parent?.Parent as PropertyDeclarationSyntax)?.Identifier.ValueText);
                case PropertyDeclarationSyntax property:
                    return Refuse(child is EqualsValueClauseSyntax ? RefusalKind.Initializer : RefusalKind.Accessor, property.Identifier);
                case IndexerDeclarationSyntax indexer:
                    return Refuse(RefusalKind.Accessor, indexer.ThisKeyword);
                case BaseFieldDeclarationSyntax or EnumMemberDeclarationSyntax:
                    return Refuse(RefusalKind.Initializer, parent);
                case GlobalStatementSyntax:
                    return new AwaitPosition(null, null);
                default:
                    continue;
            }
        }
        return Refuse(RefusalKind.NoFunction, node);
    }

    private static AwaitPosition? InUnsafe(SyntaxNode function)
    {
        for (var node = function; node is not null; node = node.Parent)
        {
            var modifiers = node switch
            {
                MemberDeclarationSyntax member => member.Modifiers,
                LocalFunctionStatementSyntax local => local.Modifiers,
                _ => default,
            };
            var index = modifiers.IndexOf(SyntaxKind.UnsafeKeyword);
            if (index >= 0)
                return Refuse(RefusalKind.Unsafe, modifiers[index]);
            if (node is UnsafeStatementSyntax statement)
                return Refuse(RefusalKind.Unsafe, statement.UnsafeKeyword);
        }
        return null;
    }

    private static AwaitPosition Refuse(RefusalKind kind, SyntaxToken token) =>
        new(null, new ConversionRefusal(kind, token.GetLocation(), token.IsKind(SyntaxKind.IdentifierToken) ? token.ValueText : null));

    private static AwaitPosition Refuse(RefusalKind kind, SyntaxNode node, string? name = null) =>
        new(null, new ConversionRefusal(kind, node.GetLocation(), name));
}
