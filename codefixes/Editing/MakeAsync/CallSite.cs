using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>One use of a method whose return type becomes a task.</summary>
/// <param name="Model">The model of the use's document; null when refused.</param>
/// <param name="Call">The call to await; null for a use that may stay (<c>nameof</c>, <c>cref</c>, an accepted method group) and when refused.</param>
/// <param name="Refusal">Why the method may not change because of this use, or null.</param>
internal readonly record struct CallSite(SemanticModel? Model, InvocationExpressionSyntax? Call, ConversionRefusal? Refusal)
{
    private static readonly string[] s_generated = [".g.cs", ".g.i.cs", ".designer.cs", ".generated.cs"];

    /// <summary>What kind of use <paramref name="reference"/> is.</summary>
    public static async Task<CallSite> OfAsync(EditSession session, IMethodSymbol symbol, ReferenceLocation reference, CancellationToken cancellationToken)
    {
        CallSite Refuse(RefusalKind kind) => new(null, null, new ConversionRefusal(kind, reference.Location, FunctionShape.NameOf(symbol)));

        var document = reference.Document;
        if (document.Project.Language != LanguageNames.CSharp)
            return Refuse(RefusalKind.OtherLanguage);
        if (document is SourceGeneratedDocument || IsGenerated(document.FilePath)
            || await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is not { } root
            || await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return Refuse(RefusalKind.UnknownUse);
        }
        var token = root.FindToken(reference.Location.SourceSpan.Start, findInsideTrivia: true);
        if (token.Parent is not SimpleNameSyntax name)
            return Refuse(RefusalKind.UnknownUse);
        if (name.FirstAncestorOrSelf<DocumentationCommentTriviaSyntax>() is not null || IsInNameof(name))
            return default;

        ExpressionSyntax use = name.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Name == name => access,
            MemberBindingExpressionSyntax binding => binding,
            _ => name,
        };
        if (use.Parent is InvocationExpressionSyntax call && call.Expression == use)
        {
            // A dynamic or broken call binds to nothing certain.
            return reference.CandidateReason == CandidateReason.None ? new CallSite(model, call, null) : Refuse(RefusalKind.UnknownUse);
        }
        return AcceptsTask(model, use, cancellationToken) ? default : Refuse(RefusalKind.MethodGroup);
    }

    /// <summary>Whether a call stands alone as a statement, so that nothing uses its value.</summary>
    public static bool IsStatement(ExpressionSyntax call)
    {
        var expression = SyntaxShapes.Outermost(call);
        while (expression.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == expression)
            expression = SyntaxShapes.Outermost(access);
        return expression.Parent is ExpressionStatementSyntax;
    }

    /// <summary>The name of the member or local function around a node, for people.</summary>
    public static string? CallerName(SemanticModel model, SyntaxNode node)
    {
        var symbol = model.GetEnclosingSymbol(node.SpanStart);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            symbol = symbol.ContainingSymbol;
        return symbol is null ? null : FunctionShape.NameOf(symbol);
    }

    // A tool writes these again: an await in them would be lost.
    private static bool IsGenerated(string? path) =>
        path is not null && s_generated.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsInNameof(SyntaxNode name) =>
        name.FirstAncestorOrSelf<ArgumentSyntax>() is { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } };

    // A method group may stay where the callee looks at the method's own return type: Task.Run, and ASP.NET Core's Delegate parameters.
    private static bool AcceptsTask(SemanticModel model, ExpressionSyntax group, CancellationToken cancellationToken)
    {
        if (group.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol callee)
        {
            return false;
        }
        if (callee is { Name: "Run", ContainingType: { Name: "Task", Arity: 0 } type } && TaskTypes.IsInTasks(type))
            return model.GetMemberGroup(group, cancellationToken).Length == 1;
        return model.GetTypeInfo(group, cancellationToken).ConvertedType?.SpecialType == SpecialType.System_Delegate
            && callee.ContainingNamespace.ToDisplayString().StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
    }
}
