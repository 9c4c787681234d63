using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>What a use of a lock does.</summary>
internal enum LockUseKind
{
    /// <summary>A <c>lock</c> statement.</summary>
    Statement,

    /// <summary>A call that takes it.</summary>
    Enter,

    /// <summary>A call that gives it back.</summary>
    Exit,
}

/// <summary>One use of a lock that belongs to a thread.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Document">Its document.</param>
/// <param name="Model">The document's model.</param>
/// <param name="Expression">What names the lock.</param>
/// <param name="Statement">The lock statement, or null.</param>
/// <param name="Call">The call that takes it or gives it back, a statement of its own; or null.</param>
/// <param name="Owner">The field.</param>
internal sealed record LockUse(LockUseKind Kind, Document Document, SemanticModel Model, ExpressionSyntax Expression, LockStatementSyntax? Statement, InvocationExpressionSyntax? Call, IFieldSymbol Owner)
{
    /// <summary>The declaration of the field when it declares nothing else and makes a lock that nobody else has: <c>new object()</c>, <c>new Lock()</c>, <c>new Mutex()</c>.</summary>
    public static FieldDeclarationSyntax? DeclarationOf(SyntaxNode declarator, IFieldSymbol field) =>
        (field.Type.SpecialType == SpecialType.System_Object || field.Type is { Name: "Lock" or "Mutex", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } })
        && declarator is VariableDeclaratorSyntax
        {
            Initializer.Value: BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: null or { Arguments.Count: 0 } } creation,
            Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration },
        }
        && (creation is not ObjectCreationExpressionSyntax { Type: var made } || IsSameName(made, declaration.Declaration.Type))
            ? declaration
            : null;

    /// <summary>Every use of the lock in the solution; null when there is one of another kind.</summary>
    public static async Task<List<LockUse>?> FindAsync(EditSession session, IFieldSymbol field, CancellationToken cancellationToken)
    {
        var uses = new List<LockUse>();
        var seen = new HashSet<(DocumentId, TextSpan)>();
        foreach (var referenced in await session.ReferencesAsync(field, cancellationToken).ConfigureAwait(false))
        {
            foreach (var location in referenced.Locations)
            {
                if (!seen.Add((location.Document.Id, location.Location.SourceSpan)))
                    continue;
                if (location.Document is SourceGeneratedDocument || location.IsCandidateLocation
                    || await session.ModelAsync(location.Document, cancellationToken).ConfigureAwait(false) is not { } model
                    || location.Location.SourceTree!.GetRoot(cancellationToken).FindNode(location.Location.SourceSpan, getInnermostNodeForTie: true) is not IdentifierNameSyntax name
                    || Of(location.Document, model, name, field, cancellationToken) is not { } use)
                {
                    return null;
                }

                uses.Add(use);
            }
        }

        return GateUses.HasUsesInDisabledText(uses.Select(static use => use.Model.SyntaxTree), field.Name) ? null : uses;
    }

    private static LockUse? Of(Document document, SemanticModel model, IdentifierNameSyntax name, IFieldSymbol field, CancellationToken cancellationToken)
    {
        ExpressionSyntax expression = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == name ? access : name;
        if (expression.Parent is LockStatementSyntax statement && statement.Expression == expression)
            return StatementLists.OwnerOf(statement) is not null && !statement.ContainsDirectives ? new LockUse(LockUseKind.Statement, document, model, expression, statement, null, field) : null;
        var call = expression.Parent switch
        {
            ArgumentSyntax { RefKindKeyword.RawKind: 0, Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: InvocationExpressionSyntax monitor } } => monitor,
            MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } method } receiver when receiver.Expression == expression => method,
            _ => null,
        };
        if (call?.Parent is not ExpressionStatementSyntax || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol target)
            return null;
        return (target.ContainingType.Name, target.Name) switch
        {
            ("Monitor" or "Lock", "Enter") or ("Mutex" or "WaitHandle", "WaitOne") => new LockUse(LockUseKind.Enter, document, model, expression, null, call, field),
            ("Monitor" or "Lock", "Exit") or ("Mutex", "ReleaseMutex") => new LockUse(LockUseKind.Exit, document, model, expression, null, call, field),
            _ => null,
        };
    }

    /// <summary>What names the lock in a call that takes it or gives it back: its one argument, or what it is called on; null for calls with more to say, such as a timeout.</summary>
    public static ExpressionSyntax? LockOf(InvocationExpressionSyntax call) => (call.Expression, call.ArgumentList.Arguments.Count) switch
    {
        (_, 1) => call.ArgumentList.Arguments[0].Expression,
        (MemberAccessExpressionSyntax access, 0) => access.Expression,
        _ => null,
    };

    private static bool IsSameName(TypeSyntax made, TypeSyntax declared) => made.RightmostName() == declared.RightmostName() || made.IsEquivalentTo(declared);
}
