using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>What about a function itself, apart from its callers, forbids making it asynchronous.</summary>
internal static class AsyncObstacles
{
    // Roslyn 4.5 has no name for it.
    private const int CSharp13 = 1300;

    // Attributes whose bearers a runtime calls and whose return type it fixes.
    private static readonly HashSet<string> s_fixedByAttribute =
    [
        "ConditionalAttribute", "ModuleInitializerAttribute", "UnmanagedCallersOnlyAttribute", "OnDeserializedAttribute",
        "OnDeserializingAttribute", "OnSerializedAttribute", "OnSerializingAttribute", "ComRegisterFunctionAttribute",
        "ComUnregisterFunctionAttribute",
    ];

    /// <summary>Why <paramref name="symbol"/>, declared by <paramref name="function"/>, cannot return a task, or null.</summary>
    public static ConversionRefusal? ToTask(IMethodSymbol symbol, SyntaxNode function)
    {
        ConversionRefusal Refuse(RefusalKind kind) => new(kind, FunctionShape.LocationOf(function), FunctionShape.NameOf(symbol));

        if (symbol.IsExtern)
            return Refuse(RefusalKind.Extern);
        if (symbol.IsPartialDefinition || symbol.PartialDefinitionPart is not null || symbol.PartialImplementationPart is not null)
            return Refuse(RefusalKind.Partial);
        if (symbol.ReturnsByRef || symbol.ReturnsByRefReadonly)
            return Refuse(RefusalKind.ByReference);
        foreach (var parameter in symbol.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
                return Refuse(RefusalKind.ByReference);
            if (parameter.Type.IsRefLikeType)
                return Refuse(RefusalKind.RefStruct);
            if (parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
                return Refuse(RefusalKind.Unsafe);
        }
        if (symbol.ReturnType.IsRefLikeType || symbol.ReturnType.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return Refuse(RefusalKind.ReturnType);
        if (symbol.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation)
        {
            if (symbol.Name == "Dispose" || symbol.Name.EndsWith(".Dispose", StringComparison.Ordinal))
                return Refuse(RefusalKind.Dispose);
            if (symbol.ContainingType is { IsValueType: true, IsReadOnly: false } && !symbol.IsStatic && !symbol.IsReadOnly)
                return Refuse(RefusalKind.MutableStruct);
            if (IsConvention(symbol))
                return Refuse(RefusalKind.Convention);
        }
        if (FunctionShape.BodyOf(function) is { } body && SyntaxShapes.OwnNodes(body).Any(static node => node is YieldStatementSyntax))
            return Refuse(RefusalKind.Iterator);
        return null;
    }

    /// <summary>Why awaiting at <paramref name="node"/> would carry a ref struct across, or null.</summary>
    /// <param name="model">The model of the document.</param>
    /// <param name="body">The body around the node; for top-level code the compilation unit.</param>
    /// <param name="node">What will be awaited.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ConversionRefusal? RefStructAcross(SemanticModel model, SyntaxNode body, SyntaxNode node, CancellationToken cancellationToken)
    {
        // Before C# 13 an async method may not even declare such a local; "preview" says nothing about an older compiler.
        var mayDeclare = node.SyntaxTree.Options is CSharpParseOptions options && (int)options.LanguageVersion >= CSharp13
            && (int)LanguageVersion.Latest.MapSpecifiedToEffectiveVersion() >= CSharp13;
        var nodes = body is CompilationUnitSyntax unit
            ? unit.Members.OfType<GlobalStatementSyntax>().SelectMany(SyntaxShapes.OwnNodes)
            : SyntaxShapes.OwnNodes(body);
        foreach (var local in nodes)
        {
            if (local is not (VariableDeclaratorSyntax or SingleVariableDesignationSyntax or ForEachStatementSyntax)
                || model.GetDeclaredSymbol(local, cancellationToken) is not ILocalSymbol symbol
                || !(symbol.Type.IsRefLikeType || symbol.IsRef))
            {
                continue;
            }
            if (!mayDeclare || LivesAcross(local, symbol.Name, node))
                return new ConversionRefusal(RefusalKind.RefStruct, local.GetLocation(), symbol.Name);
        }

        for (var ancestor = node.Parent; ancestor is not null && ancestor != body.Parent; ancestor = ancestor.Parent)
        {
            var kept = ancestor switch
            {
                CommonForEachStatementSyntax loop when !loop.Expression.Span.Contains(node.Span) => loop.Expression,
                UsingStatementSyntax { Expression: { } resource } statement when !resource.Span.Contains(node.Span) => statement.Expression,
                _ => null,
            };
            if (kept is not null && IsRefLike(model, kept, cancellationToken))
                return new ConversionRefusal(RefusalKind.RefStruct, kept.GetLocation(), null);
        }

        // A span computed earlier in the same statement would wait on the stack.
        var statementAround = node.FirstAncestorOrSelf<StatementSyntax>();
        var scope = statementAround is null || !body.Span.Contains(statementAround.Span) ? body : statementAround;
        foreach (var expression in SyntaxShapes.OwnNodes(scope).OfType<ExpressionSyntax>())
        {
            if (expression.Span.End <= node.SpanStart && expression.Parent is ArgumentSyntax or MemberAccessExpressionSyntax or AssignmentExpressionSyntax
                && expression.FirstAncestorOrSelf<StatementSyntax>() == statementAround
                && IsRefLike(model, expression, cancellationToken))
            {
                return new ConversionRefusal(RefusalKind.RefStruct, expression.GetLocation(), null);
            }
        }
        return null;
    }

    private static bool LivesAcross(SyntaxNode declaration, string name, SyntaxNode awaited)
    {
        var scope = declaration.FirstAncestorOrSelf<BlockSyntax>() ?? declaration.SyntaxTree.GetRoot();
        if (declaration.SpanStart > awaited.Span.End || !scope.Span.Contains(awaited.Span))
            return false;
        var loop = awaited.Ancestors().TakeWhile(ancestor => ancestor != scope).LastOrDefault(static ancestor =>
            ancestor is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax);
        return scope.DescendantNodes().OfType<IdentifierNameSyntax>().Any(use =>
            use.Identifier.ValueText == name && (use.SpanStart >= awaited.Span.End || loop?.Span.Contains(use.Span) == true));
    }

    private static bool IsRefLike(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        var info = model.GetTypeInfo(expression, cancellationToken);
        return info.Type?.IsRefLikeType == true || info.ConvertedType?.IsRefLikeType == true;
    }

    private static bool IsConvention(IMethodSymbol symbol)
    {
        // ASP.NET Core calls a Startup class by method name and ignores a returned task.
        if (symbol.Name is "Configure" or "ConfigureServices" or "ConfigureContainer"
            && symbol.ContainingType.Name.StartsWith("Startup", StringComparison.Ordinal))
        {
            return true;
        }
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is not { } type)
                continue;
            if (s_fixedByAttribute.Contains(type.Name))
                return true;
            if (type.Name == "MethodImplAttribute" && attribute.ConstructorArguments.FirstOrDefault() is { Value: int or short } option
                && (System.Convert.ToInt32(option.Value, System.Globalization.CultureInfo.InvariantCulture) & (int)System.Runtime.CompilerServices.MethodImplOptions.Synchronized) != 0)
            {
                return true;
            }
        }
        return false;
    }
}
