using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Calls the asynchronous counterpart of a blocking call and awaits it.</summary>
internal static class Counterpart
{
    /// <summary>The plan for the call at <paramref name="node"/>, or why the counterpart cannot stand there.</summary>
    /// <param name="session">The session that the plan is for.</param>
    /// <param name="document">The document of the call.</param>
    /// <param name="node">The call, its name or its statement.</param>
    /// <param name="counterpart">The counterpart's documentation id; without a parameter list it means every overload.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<Planned> PlanAsync(
        EditSession session, Document document, SyntaxNode node, string counterpart, CancellationToken cancellationToken)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || PassToken.CallAt(node) is not { } call || CounterpartId.Parse(counterpart) is not { } id)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, node.GetLocation(), null);
        }
        if (Choose(model, call, id, cancellationToken) is not { } chosen)
            return new ConversionRefusal(RefusalKind.DoesNotBind, call.GetLocation(), counterpart);
        if (!AwaitIntent.CanStandAt(model, call))
            return new ConversionRefusal(RefusalKind.ResultIsUsed, call.GetLocation(), counterpart);
        var planned = await MakeAsync.PlanAsync(session, document, call, cancellationToken).ConfigureAwait(false);
        var intent = new AwaitIntent(
            call,
            current => chosen.Rewrite((InvocationExpressionSyntax)current),
            ConfigureAwaitStyle.AppliesAt(call),
            AwaitIntent.IsValueUsed(model, call),
            TaskTypes.IsValueTask(chosen.Bound.ReturnType));
        return planned.Then(target => intent.AddTo(target, model));
    }

    private sealed record Form(IMethodSymbol Bound, Func<InvocationExpressionSyntax, ExpressionSyntax> Rewrite);

    private static Form? Choose(SemanticModel model, InvocationExpressionSyntax call, CounterpartId id, CancellationToken cancellationToken)
    {
        var type = DocumentationCommentId.GetFirstSymbolForDeclarationId("T:" + id.TypeName, model.Compilation) as INamedTypeSymbol;
        var forms = from target in Targets(type, id)
                    from arguments in Arguments(model, call, cancellationToken)
                    from added in Tokens(model, call, arguments(call.ArgumentList), cancellationToken)
                    select (target, arguments, added);
        foreach (var (target, arguments, added) in forms)
        {
            InvocationExpressionSyntax Rewrite(InvocationExpressionSyntax current)
            {
                var list = arguments(current.ArgumentList);
                return current.WithExpression(target.Rewrite(current)).WithArgumentList(added is null ? list : PassToken.Append(list, added));
            }

            var rewritten = Rewrite(call);
            var list = rewritten.ArgumentList;
            var bound = PassToken.Bind(model, call, rewritten);
            // An extension that is not imported yet is asked about in its static form.
            if (bound is null && target.IsExtension)
                (bound, list) = BindStatically(model, call, rewritten, id);
            if (bound is not null && id.Matches(bound) && (added is null || PassToken.TakesToken(bound, list)) && KeepsResult(model, call, bound, cancellationToken))
                return new Form(bound, Rewrite);
        }
        return null;
    }

    // Where the call may go: the same receiver with another name, then the counterpart's own type.
    private static IEnumerable<(Func<InvocationExpressionSyntax, ExpressionSyntax> Rewrite, bool IsExtension)> Targets(INamedTypeSymbol? type, CounterpartId id)
    {
        var import = type is { IsStatic: true } ? TaskTypes.ImportOf("T:" + id.TypeName) : null;
        yield return (current => Renamed(current.Expression, id.Name, import), import is not null);
        if (type is not null && type.GetMembers(id.Name).Any(static member => member.IsStatic))
            yield return (current => SyntaxShapes.Member(TaskTypes.FrameworkType(id.TypeName), id.Name).WithTriviaFrom(current.Expression), false);
    }

    // As written; and, since the counterpart may name its parameters differently, without names that only repeat the order.
    private static IEnumerable<Func<ArgumentListSyntax, ArgumentListSyntax>> Arguments(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        yield return static list => list;
        if (call.ArgumentList.Arguments.Any(static argument => argument.NameColon is not null)
            && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method
            && call.ArgumentList.Arguments.Select((argument, index) => argument.NameColon is null
                || method.Parameters.ElementAtOrDefault(index)?.Name == argument.NameColon.Name.Identifier.ValueText).All(static inOrder => inOrder))
        {
            yield return static list => list.ReplaceNodes(
                list.Arguments.Where(static argument => argument.NameColon is not null), static (_, argument) => argument.WithNameColon(null).WithTriviaFrom(argument));
        }
    }

    private static IEnumerable<ArgumentSyntax?> Tokens(
        SemanticModel model, InvocationExpressionSyntax call, ArgumentListSyntax arguments, CancellationToken cancellationToken)
    {
        if (PassToken.TokenArgument(model, call, cancellationToken) is null && TokenInScope.Find(model, call, cancellationToken) is { } token)
        {
            foreach (var list in PassToken.WithToken(model, call, arguments, token, cancellationToken))
                yield return list.Arguments.Last();
        }
        yield return null;
    }

    private static bool KeepsResult(SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol bound, CancellationToken cancellationToken)
    {
        if (!TaskTypes.IsTask(bound.ReturnType))
            return false;
        var before = model.GetTypeInfo(call, cancellationToken).Type;
        if (before is null or { SpecialType: SpecialType.System_Void } || CallSite.IsStatement(call))
            return true;
        return TaskTypes.ResultOf(bound.ReturnType) is { } after && model.Compilation.ClassifyConversion(after, before).IsImplicit;
    }

    private static (IMethodSymbol? Bound, ArgumentListSyntax List) BindStatically(
        SemanticModel model, InvocationExpressionSyntax call, InvocationExpressionSyntax rewritten, CounterpartId id)
    {
        if (ConditionalChain.Unconditional(call, rewritten) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } plain)
            return (null, rewritten.ArgumentList);
        var list = plain.ArgumentList.WithArguments(plain.ArgumentList.Arguments.Insert(0, SyntaxFactory.Argument(access.Expression.WithoutTrivia())));
        var direct = SyntaxFactory.InvocationExpression(SyntaxShapes.Member(SyntaxFactory.ParseTypeName("global::" + id.TypeName), id.Name), list);
        var bound = model.GetSpeculativeSymbolInfo(call.SpanStart, direct, SpeculativeBindingOption.BindAsExpression).Symbol as IMethodSymbol;
        return (bound is { IsExtensionMethod: true } ? bound : null, list);
    }

    private static ExpressionSyntax Renamed(ExpressionSyntax callee, string name, SyntaxAnnotation? import)
    {
        SimpleNameSyntax Rename(SimpleNameSyntax old)
        {
            var renamed = old.WithIdentifier(SyntaxFactory.Identifier(old.Identifier.LeadingTrivia, name, old.Identifier.TrailingTrivia));
            return import is null ? renamed : renamed.WithAdditionalAnnotations(Simplifier.AddImportsAnnotation, import);
        }

        return callee switch
        {
            MemberAccessExpressionSyntax access => access.WithName(Rename(access.Name)),
            MemberBindingExpressionSyntax binding => binding.WithName(Rename(binding.Name)),
            SimpleNameSyntax simple => Rename(simple),
            _ => callee,
        };
    }
}
