using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Cuts an expression for a whole buffer to the bytes that arrived: another overload where one takes a count, else a part of the buffer.</summary>
internal static class CutToCount
{
    /// <summary>The node to edit, and what it becomes; null when nothing binds that means the same otherwise.</summary>
    /// <param name="model">The model of the file.</param>
    /// <param name="value">The buffer, or a segment, memory or span over it, as something is given it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static (SyntaxNode Node, Func<SyntaxNode, ExpressionSyntax, SyntaxNode> Change)? Plan(SemanticModel model, ExpressionSyntax value, CancellationToken cancellationToken)
    {
        while (true)
        {
            value = SyntaxShapes.Unwrap(value);
            if (LengthBeside(value) is { } length)
                return (length, static (_, count) => count);
            switch (value)
            {
                case BaseObjectCreationExpressionSyntax { ArgumentList: { Arguments: { Count: > 0 } arguments } list }:
                    if (LengthBeside(arguments[0].Expression) is { } whole)
                        return (whole, static (_, count) => count);
                    return arguments.Count == 1 ? (list, static (current, count) => Append((ArgumentListSyntax)current, count)) : null;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsSpan" or "AsMemory" }, ArgumentList: { Arguments.Count: 0 } list }:
                    return (list, static (current, count) => Append((ArgumentListSyntax)current, count));
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray", Expression: var copied }, ArgumentList.Arguments.Count: 0 }:
                    if (model.GetTypeInfo(copied, cancellationToken).Type is IArrayTypeSymbol)
                        return (copied, static (current, count) => SyntaxShapes.Call((ExpressionSyntax)current, "AsSpan", Zero(), count));
                    value = copied;
                    continue;
            }

            return model.GetTypeInfo(value, cancellationToken).Type switch
            {
                IArrayTypeSymbol => OfArgument(model, value, cancellationToken),
                INamedTypeSymbol { Name: "Memory" or "ReadOnlyMemory" or "Span" or "ReadOnlySpan" or "ArraySegment" } type => OfView(model, value, type),
                _ => null,
            };
        }
    }

    /// <summary>The <c>buffer.Length</c> that stands beside the buffer as a number of bytes.</summary>
    private static ExpressionSyntax? LengthBeside(ExpressionSyntax buffer)
    {
        if (SyntaxShapes.Outermost(buffer).Parent is not ArgumentSyntax { Parent: ArgumentListSyntax list })
            return null;
        foreach (var argument in list.Arguments)
        {
            if (SyntaxShapes.Unwrap(argument.Expression) is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length", Expression: var of } length && SyntaxFactory.AreEquivalent(of, buffer))
                return length;
        }

        return null;
    }

    private static (SyntaxNode, Func<SyntaxNode, ExpressionSyntax, SyntaxNode>)? OfView(SemanticModel model, ExpressionSyntax value, INamedTypeSymbol type)
    {
        if (!ReceiveStatement.IsStable(value))
            return null;
        if (Gives(model, value, SyntaxFactory.ParseExpression($"{value.WithoutTrivia()}[..0]"), type) && value.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 })
            return (value, static (current, count) => Range((ExpressionSyntax)current, count));
        if (Gives(model, value, SyntaxFactory.ParseExpression($"{value.WithoutTrivia()}.Slice(0, 0)"), type))
            return (value, static (current, count) => SyntaxShapes.Call((ExpressionSyntax)current, "Slice", Zero(), count));
        return null;
    }

    private static bool Gives(SemanticModel model, ExpressionSyntax place, ExpressionSyntax expression, ITypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(model.GetSpeculativeTypeInfo(place.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Type, type);

    private static (SyntaxNode, Func<SyntaxNode, ExpressionSyntax, SyntaxNode>)? OfArgument(SemanticModel model, ExpressionSyntax array, CancellationToken cancellationToken)
    {
        var expression = array.Parent is PostfixUnaryExpressionSyntax suppressed ? suppressed : SyntaxShapes.Outermost(array);
        if (expression.Parent is not ArgumentSyntax { NameColon: null, Parent: ArgumentListSyntax { Parent: ExpressionSyntax call } list } argument
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        var position = list.Arguments.IndexOf(argument);
        var withCount = Insert(list, position, StartOf(model, array, cancellationToken), Zero());
        if (Binds(model, call, withCount, method) is { } overload && TakesCountAt(overload, position))
            return (list, (current, count) => Insert((ArgumentListSyntax)current, position, StartOf(model, array, cancellationToken), count));
        Func<ExpressionSyntax, ExpressionSyntax, ExpressionSyntax>[] parts =
        [
            static (buffer, count) => SyntaxShapes.Call(buffer, "AsSpan", Zero(), count),
            static (buffer, count) => SyntaxShapes.Call(buffer, "AsMemory", Zero(), count),
            static (buffer, count) => SyntaxFactory.ObjectCreationExpression(
                SyntaxShapes.Spaced(SyntaxKind.NewKeyword), SyntaxFactory.ParseTypeName("ArraySegment<byte>"), SyntaxShapes.Arguments(buffer.WithoutTrivia(), Zero(), count), null),
            static (buffer, count) => SyntaxShapes.Call(buffer, "Take", count),
        ];
        foreach (var part in parts)
        {
            var changed = list.ReplaceNode(expression, part(expression, Zero()));
            if (Binds(model, call, changed, method) is not null)
                return (expression, (current, count) => part((ExpressionSyntax)current, count).WithTriviaFrom(current));
        }

        return null;
    }

    /// <summary>What the call binds to with other arguments, when that is the same method in another form.</summary>
    private static IMethodSymbol? Binds(SemanticModel model, ExpressionSyntax call, ArgumentListSyntax arguments, IMethodSymbol before)
    {
        ExpressionSyntax changed = call switch
        {
            InvocationExpressionSyntax invocation => invocation.WithArgumentList(arguments),
            ObjectCreationExpressionSyntax creation => creation.WithArgumentList(arguments),
            _ => call,
        };
        return changed != call && PassToken.Bind(model, call, changed) is { } after && after.Name == before.Name
            && SymbolEqualityComparer.Default.Equals(after.ReturnType, before.ReturnType)
            && SymbolEqualityComparer.Default.Equals(after.ContainingType.OriginalDefinition, before.ContainingType.OriginalDefinition)
            ? after
            : null;
    }

    private static bool TakesCountAt(IMethodSymbol overload, int position) =>
        overload.Parameters.Length > position + 2
        && overload.Parameters[position + 1] is { Name: "index" or "offset" or "start" or "startIndex" or "inOffset" or "byteIndex", Type.SpecialType: SpecialType.System_Int32 }
        && overload.Parameters[position + 2] is { Name: "count" or "length" or "size" or "byteCount", Type.SpecialType: SpecialType.System_Int32 };

    // A segment may begin inside its array.
    private static ExpressionSyntax StartOf(SemanticModel model, ExpressionSyntax array, CancellationToken cancellationToken) =>
        array is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Array", Expression: var segment } && model.GetTypeInfo(segment, cancellationToken).Type?.Name == "ArraySegment"
            ? SyntaxShapes.Member(segment.WithoutTrivia(), "Offset")
            : Zero();

    private static ArgumentListSyntax Insert(ArgumentListSyntax list, int position, ExpressionSyntax start, ExpressionSyntax count)
    {
        var arguments = list.Arguments.ToList();
        var separators = list.Arguments.GetSeparators().ToList();
        var trailing = arguments[position].GetTrailingTrivia();
        arguments[position] = arguments[position].WithoutTrailingTrivia();
        arguments.InsertRange(position + 1, [SyntaxFactory.Argument(start), SyntaxFactory.Argument(count).WithTrailingTrivia(trailing)]);
        separators.InsertRange(position, [SyntaxShapes.Comma, SyntaxShapes.Comma]);
        return list.WithArguments(SyntaxFactory.SeparatedList(arguments, separators));
    }

    private static ArgumentListSyntax Append(ArgumentListSyntax list, ExpressionSyntax count) =>
        PassToken.Append(PassToken.Append(list, SyntaxFactory.Argument(Zero())), SyntaxFactory.Argument(count));

    private static ExpressionSyntax Range(ExpressionSyntax value, ExpressionSyntax count) =>
        SyntaxFactory.ElementAccessExpression(
            value.WithoutTrailingTrivia(),
            SyntaxFactory.BracketedArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.RangeExpression(null, count)))))
            .WithTrailingTrivia(value.GetTrailingTrivia());

    private static ExpressionSyntax Zero() => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(0));
}
