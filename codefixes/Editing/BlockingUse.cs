using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>An expression that blocks on a task, and what would be awaited in its place.</summary>
/// <param name="Node">The whole blocking expression: <c>t.Result</c>, <c>t.Wait()</c>, <c>t.GetAwaiter().GetResult()</c>, <c>Task.WaitAll(..)</c>.</param>
/// <param name="Operand">What is awaited, taken from the node as inner edits left it; null means the receiver of a <c>?.</c> itself.</param>
/// <param name="CanConfigure">Whether the operand takes <c>.ConfigureAwait(false)</c> and does not carry one.</param>
/// <param name="IsValueTask">Whether the task is a <c>ValueTask</c>.</param>
/// <param name="Refusal">Why this use has no await that means the same, or null.</param>
internal sealed record BlockingUse(
    ExpressionSyntax Node,
    Func<ExpressionSyntax, ExpressionSyntax?> Operand,
    bool CanConfigure,
    bool IsValueTask,
    ConversionRefusal? Refusal = null)
{
    /// <summary>The blocking use that <paramref name="node"/> is, names or states; null when there is none.</summary>
    public static BlockingUse? At(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        node = node switch
        {
            ExpressionStatementSyntax statement => statement.Expression,
            ArgumentSyntax argument => argument.Expression,
            EqualsValueClauseSyntax initializer => initializer.Value,
            ArrowExpressionClauseSyntax arrow => arrow.Expression,
            _ => node,
        };
        node = node is ConditionalAccessExpressionSyntax access ? access.WhenNotNull : node;
        for (var current = node as ExpressionSyntax; current is not null; current = Container(current))
        {
            if (Match(model, current, cancellationToken) is { } use)
                return use with { Refusal = use.Refusal ?? CatchRefusal(model, use, cancellationToken) };
        }
        return null;
    }

    // The expression that this one is the name or the receiver of.
    private static ExpressionSyntax? Container(ExpressionSyntax expression) => expression.Parent switch
    {
        MemberAccessExpressionSyntax access => access,
        MemberBindingExpressionSyntax binding => binding,
        InvocationExpressionSyntax call when call.Expression == expression => call,
        _ => null,
    };

    private static BlockingUse? Match(SemanticModel model, ExpressionSyntax expression, CancellationToken cancellationToken)
    {
        switch (expression)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } or MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Result" }:
                return model.GetSymbolInfo(expression, cancellationToken).Symbol is IPropertySymbol { ContainingType: { } owner } && TaskTypes.IsTask(owner)
                    ? new BlockingUse(expression, static current => ReceiverOf(current), true, TaskTypes.IsValueTask(owner))
                    : null;
            case InvocationExpressionSyntax call when NameOf(call) is "Wait" or "GetResult" or "WaitAll" or "WaitAny"
                && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method:
                return method.Name switch
                {
                    "Wait" when TaskTypes.IsTask(method.ContainingType) => OfWait(model, call, method),
                    "GetResult" => OfGetResult(model, call, cancellationToken),
                    "WaitAll" or "WaitAny" when TaskTypes.IsTask(method.ContainingType) => OfWaitMany(model, call, method),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static BlockingUse OfWait(SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol method)
    {
        if (method.Parameters.Length == 0)
            return new BlockingUse(call, static current => ReceiverOf(((InvocationExpressionSyntax)current).Expression), true, false);

        // Wait(timeout) goes on when the time is over, whether its answer is looked at or not; WaitAsync throws. Only a token means the same to both.
        var use = new BlockingUse(call, static current => WithWaitAsync((InvocationExpressionSyntax)current), true, false);
        if (method.Parameters.Length > 1 || method.Parameters[0].Type.Name != "CancellationToken")
            return use with { Refusal = new ConversionRefusal(RefusalKind.TimedWait, call.GetLocation(), method.Name) };
        var binds = model.LookupSymbols(call.SpanStart, method.ContainingType, "WaitAsync", includeReducedExtensionMethods: false)
            .OfType<IMethodSymbol>()
            .Any(static candidate => candidate.Parameters.Length == 1 && candidate.Parameters[0].Type.Name == "CancellationToken");
        return binds ? use : use with { Refusal = new ConversionRefusal(RefusalKind.DoesNotBind, call.GetLocation(), "WaitAsync") };
    }

    private static InvocationExpressionSyntax WithWaitAsync(InvocationExpressionSyntax call)
    {
        var name = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier("WaitAsync"));
        ExpressionSyntax target = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.WithName(name.WithTriviaFrom(access.Name)),
            MemberBindingExpressionSyntax binding => binding.WithName(name.WithTriviaFrom(binding.Name)),
            var other => other,
        };
        return call.WithExpression(target).WithArgumentList(WithoutNames(call.ArgumentList));
    }

    // Wait and WaitAsync name their parameters differently.
    private static ArgumentListSyntax WithoutNames(ArgumentListSyntax list) =>
        list.ReplaceNodes(list.Arguments.Where(static argument => argument.NameColon is not null), static (_, argument) => argument.WithNameColon(null));

    private static BlockingUse? OfGetResult(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax awaiter } || NameOf(awaiter) != "GetAwaiter"
            || model.GetSymbolInfo(awaiter, cancellationToken).Symbol is not IMethodSymbol { ContainingType: { } task } || !TaskTypes.IsAwaited(task))
        {
            return null;
        }
        return new BlockingUse(
            call,
            static current => current is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax inner } }
                ? ReceiverOf(inner.Expression)
                : current,
            CanConfigure: TaskTypes.IsTask(task),
            TaskTypes.IsValueTask(task) || task.Name == "ConfiguredValueTaskAwaitable");
    }

    private static BlockingUse OfWaitMany(SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol method)
    {
        var name = method.Name == "WaitAll" ? "WhenAll" : "WhenAny";
        var hasToken = method.Parameters.Length == 2 && method.Parameters[1].Type.Name == "CancellationToken" && call.ArgumentList.Arguments.Count == 2;
        ExpressionSyntax? Rewrite(ExpressionSyntax current)
        {
            var rewritten = (InvocationExpressionSyntax)current;
            var target = rewritten.Expression switch
            {
                MemberAccessExpressionSyntax access => access.WithName(SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name))),
                _ => (ExpressionSyntax)SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(name)),
            };
            if (!hasToken)
                return rewritten.WithExpression(target).WithArgumentList(WithoutNames(rewritten.ArgumentList));
            var arguments = rewritten.ArgumentList.Arguments;
            var all = SyntaxFactory.InvocationExpression(target, SyntaxShapes.Arguments(arguments[0].Expression.WithoutTrivia()));
            return SyntaxShapes.Call(all, "WaitAsync", arguments[1].Expression.WithoutTrivia());
        }

        var isUsed = name == "WhenAny" && !CallSite.IsStatement(call);
        var use = new BlockingUse(call, Rewrite, CanConfigure: true, IsValueTask: false);
        if (isUsed)
            return use with { Refusal = new ConversionRefusal(RefusalKind.ResultIsUsed, call.GetLocation(), name) };
        var rewrittenCall = Rewrite(call)!;
        return (method.Parameters.Length == 1 || hasToken)
            && model.GetSpeculativeSymbolInfo(call.SpanStart, rewrittenCall, SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol
            ? use
            : use with { Refusal = new ConversionRefusal(RefusalKind.DoesNotBind, call.GetLocation(), name) };
    }

    // Blocking wraps failures into an AggregateException, awaiting does not: a catch of it would go dead.
    private static ConversionRefusal? CatchRefusal(SemanticModel model, BlockingUse use, CancellationToken cancellationToken)
    {
        if (use.Node is InvocationExpressionSyntax call && NameOf(call) == "GetResult")
            return null;
        for (var node = use.Node.Parent; node is not null && !SyntaxShapes.IsFunction(node) && node is not MemberDeclarationSyntax; node = node.Parent)
        {
            if (node.Parent is not TryStatementSyntax statement || statement.Block != node)
                continue;
            foreach (var clause in statement.Catches)
            {
                if (clause.Declaration is { } declaration && model.GetTypeInfo(declaration.Type, cancellationToken).Type is { Name: "AggregateException" })
                    return new ConversionRefusal(RefusalKind.CatchesAggregate, declaration.GetLocation(), null);
            }
        }
        return null;
    }

    private static ExpressionSyntax? ReceiverOf(ExpressionSyntax expression) => (expression as MemberAccessExpressionSyntax)?.Expression;

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };
}
