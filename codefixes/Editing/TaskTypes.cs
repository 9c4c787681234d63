using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>What is a task, and how tasks are written: full names that the clean-up shortens and imports.</summary>
internal static class TaskTypes
{
    private const string TaskNamespace = "System.Threading.Tasks";

    // The workspace reads this annotation wherever AddImportsAnnotation stands; its own factory for it is not public in 4.5.
    private const string ImportKind = "SymbolId";

    /// <summary>Whether a type is <c>Task</c>, <c>Task&lt;T&gt;</c>, <c>ValueTask</c> or <c>ValueTask&lt;T&gt;</c>.</summary>
    public static bool IsTask(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 0 or 1 } named && IsInTasks(named);

    /// <summary>Whether a type is <c>ValueTask</c> or <c>ValueTask&lt;T&gt;</c>.</summary>
    public static bool IsValueTask(ITypeSymbol? type) => IsTask(type) && type!.Name == "ValueTask";

    /// <summary>The value a task gives, or null for <c>Task</c>, <c>ValueTask</c> and everything else.</summary>
    public static ITypeSymbol? ResultOf(ITypeSymbol? type) =>
        IsTask(type) && type is INamedTypeSymbol { Arity: 1 } named ? named.TypeArguments[0] : null;

    /// <summary>Whether a type is what <c>ConfigureAwait</c> returns for a task.</summary>
    public static bool IsConfigured(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable", ContainingNamespace: { Name: "CompilerServices" } space }
        && space.ContainingNamespace.Name == "Runtime";

    /// <summary>Whether a type is a task or a configured one.</summary>
    public static bool IsAwaited(ITypeSymbol? type) => IsTask(type) || IsConfigured(type);

    /// <summary>Whether a type is declared in <c>System.Threading.Tasks</c>.</summary>
    public static bool IsInTasks(INamedTypeSymbol type) => type.ContainingNamespace?.ToDisplayString() == TaskNamespace;

    /// <summary>The name of <c>Task</c>.</summary>
    public static TypeSyntax Task() => FrameworkType("System.Threading.Tasks.Task");

    /// <summary><c>Task&lt;result&gt;</c>.</summary>
    public static TypeSyntax TaskOf(TypeSyntax result) =>
        SyntaxFactory.QualifiedName(
            (NameSyntax)SyntaxFactory.ParseName("global::" + TaskNamespace),
            SyntaxFactory.GenericName(
                SyntaxShapes.Identifier("Task"),
                SyntaxFactory.TypeArgumentList(SyntaxFactory.SingletonSeparatedList(result.WithoutTrivia()))))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, ImportOf("T:System.Threading.Tasks.Task"));

    /// <summary>A framework type by its full name, to be shortened and imported.</summary>
    public static TypeSyntax FrameworkType(string fullName) =>
        SyntaxFactory.ParseTypeName("global::" + fullName)
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, ImportOf("T:" + fullName));

    /// <summary>A static member of a framework type, such as <c>Task.CompletedTask</c>.</summary>
    public static ExpressionSyntax FrameworkMember(string fullTypeName, string member) =>
        SyntaxShapes.Member(FrameworkType(fullTypeName), member);

    /// <summary><c>Task.CompletedTask</c>.</summary>
    public static ExpressionSyntax CompletedTask() => SyntaxShapes.Member(Task(), "CompletedTask");

    /// <summary>Whether the simple name that a node is marked to import for already means something at a place: the type itself, or another.</summary>
    public static bool IsNameTaken(SemanticModel model, int position, SyntaxNode marked)
    {
        if (marked.GetAnnotations(ImportKind).FirstOrDefault()?.Data is not { } id)
            return false;
        var name = id.Substring(id.LastIndexOf('.') + 1).Split('`')[0];
        return model.LookupNamespacesAndTypes(position, name: name).Length > 0;
    }

    /// <summary>
    /// Whether the namespace that a node is marked to import declares a name of the document that means something else there, or nothing yet: <c>Debug</c> of a library that is
    /// not restored. With the import it would mean that.
    /// </summary>
    public static bool IsImportAmbiguous(SemanticModel model, SyntaxNode root, SyntaxNode marked)
    {
        if (marked.GetAnnotations(ImportKind).FirstOrDefault()?.Data is not { } id || DocumentationCommentId.GetFirstSymbolForDeclarationId(id, model.Compilation) is not INamedTypeSymbol type
            || model.Compilation.GetCompilationNamespace(type.ContainingNamespace) is not { } imported)
        {
            return false;
        }
        foreach (var node in root.DescendantNodes())
        {
            if (node is SimpleNameSyntax { Parent: not (QualifiedNameSyntax or NameColonSyntax) } name && name.Identifier.ValueText != type.Name && IsFirst(name)
                && imported.GetTypeMembers(name.Identifier.ValueText, name.Arity).Any(static other => other.DeclaredAccessibility == Accessibility.Public)
                && model.LookupSymbols(name.SpanStart, name: name.Identifier.ValueText) is var found
                && (found.IsEmpty || found.Any(other => other is INamedTypeSymbol { ContainingType: null } && other.ContainingNamespace.ToDisplayString() != imported.ToDisplayString())))
            {
                return true;
            }
        }
        return false;

        static bool IsFirst(SimpleNameSyntax name) => name.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression == name,
            MemberBindingExpressionSyntax or AliasQualifiedNameSyntax => false,
            _ => true,
        };
    }

    /// <summary>The mark under which the clean-up imports the namespace of the type with this documentation id.</summary>
    public static SyntaxAnnotation ImportOf(string documentationId) => new(ImportKind, documentationId);
}
