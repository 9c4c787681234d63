using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How what a receive has put into its buffer is written to a stream.</summary>
internal static class ReceivedWrite
{
    /// <summary>The arguments of <c>Stream.Write</c> as text, or null when the buffer cannot be named again.</summary>
    /// <param name="model">The model of the receive's file.</param>
    /// <param name="buffer">The argument for the buffer.</param>
    /// <param name="count">The number of bytes, as text.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static string? ArgumentsFor(SemanticModel model, ExpressionSyntax buffer, string count, CancellationToken cancellationToken)
    {
        buffer = SyntaxShapes.Unwrap(buffer);
        switch (buffer)
        {
            case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 or 3 } arguments, Initializer: null } when IsArray(arguments[0].Expression):
                return OfArray(arguments[0].Expression, arguments.Count == 3 ? arguments[1].Expression : null);
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsMemory", Expression: var array }, ArgumentList.Arguments: { Count: 0 or 2 } arguments } when IsArray(array):
                return OfArray(array, arguments.Count == 2 ? arguments[0].Expression : null);
        }

        if (!ReceiveStatement.IsStable(buffer))
            return null;
        switch (model.GetTypeInfo(buffer, cancellationToken).Type)
        {
            case IArrayTypeSymbol:
                return OfArray(buffer, null);
            case INamedTypeSymbol { Name: "ArraySegment" }:
                var suppression = model.GetNullableContext(buffer.SpanStart).WarningsEnabled() ? "!" : "";
                return $"{buffer}.Array{suppression}, {buffer}.Offset, {count}";
            case INamedTypeSymbol { Name: "Memory" }:
                return buffer.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 } ? $"{buffer}.Span[..{count}]" : $"{buffer}.Span.Slice(0, {count})";
            default:
                return null;
        }

        bool IsArray(ExpressionSyntax expression) => ReceiveStatement.IsStable(expression) && model.GetTypeInfo(expression, cancellationToken).Type is IArrayTypeSymbol;

        string? OfArray(ExpressionSyntax array, ExpressionSyntax? offset) =>
            offset is null || ReceivedCount.IsZero(offset) ? $"{array.WithoutTrivia()}, 0, {count}"
            : ReceiveStatement.IsStable(offset) ? $"{array.WithoutTrivia()}, {offset.WithoutTrivia()}, {count}"
            : null;
    }
}
