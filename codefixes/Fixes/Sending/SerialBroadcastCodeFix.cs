using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Formatting;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4010: <c>WhenAll</c> over a function that sends to one peer, with a timeout and a catch of its own. <c>WhenAll</c> alone would wait for the slowest peer as before. Offered where
/// the send is the last thing that a turn does, so that all before it still runs in order.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SerialBroadcastCodeFix))]
public sealed class SerialBroadcastCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(SerialBroadcastRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("LimitEachSend", "LimitEachSend", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (LimitedSend.At(site.Model, site.Node, cancellationToken) is not { } send || site.Node.SyntaxTree.Options is not CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp9 })
            return Refuse(site);
        if (AwaitedCall.StatementOf(send.Call, out var isConfigured) is { } statement)
        {
            if (statement.Ancestors().TakeWhile(static node => !SyntaxShapes.IsFunction(node)).OfType<ForEachStatementSyntax>().FirstOrDefault() is { } loop)
                return PlanLoop(site, send, statement, loop, isConfigured, cancellationToken);
            return statement.FirstAncestorOrSelf<LambdaExpressionSyntax>() is { Block: { } block } && IsLastIn(statement, block) && CountAwaits(block) == 1 ? PlanStatement(send, statement) : Refuse(site);
        }
        return site.Node.FirstAncestorOrSelf<LambdaExpressionSyntax>() is { ExpressionBody: { } body } lambda && SyntaxShapes.Unwrap(body is AwaitExpressionSyntax wait ? wait.Expression : body) is { } task
            && (task == send.Call || (task is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask" } form } && form.Expression == send.Call))
                ? PlanLambda(send, lambda)
                : Refuse(site);
    }

    private static Planned PlanStatement(LimitedSend send, ExpressionStatementSyntax statement) => EditPlan.Of(target =>
    {
        var source = send.AddToken(target);
        var failure = send.FailureName(target);
        target.Expand(statement, current => StatementTemplate.InPlaceOf(current, [.. send.Statements(current, source, failure)]));
    });

    private static Planned PlanLambda(LimitedSend send, LambdaExpressionSyntax lambda) => EditPlan.Of(target =>
    {
        var source = send.AddToken(target);
        var failure = send.FailureName(target);
        target.Edit(lambda, EditOrder.Statement, "limited send", current =>
        {
            var function = (LambdaExpressionSyntax)current;
            var body = function.ExpressionBody!.WithoutTrivia();
            var awaited = SyntaxFactory.ExpressionStatement(body is AwaitExpressionSyntax ? body : SyntaxShapes.Await(body));
            var block = SyntaxFactory.Block(send.Statements(awaited, source, failure)).WithAdditionalAnnotations(Formatter.Annotation);
            if (!function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword))
                function = function.WithoutLeadingTrivia().WithAsyncKeyword(SyntaxShapes.Spaced(SyntaxKind.AsyncKeyword).WithLeadingTrivia(function.GetLeadingTrivia()));
            return function.WithArrowToken(function.ArrowToken.WithTrailingTrivia(SyntaxFactory.Space)).WithExpressionBody(null).WithBlock(block.WithTrailingTrivia(current.GetTrailingTrivia()));
        });
    });

    private static Planned PlanLoop(FixSite site, LimitedSend send, ExpressionStatementSyntax statement, ForEachStatementSyntax loop, bool isConfigured, CancellationToken cancellationToken)
    {
        if (loop.AwaitKeyword != default || HasJumps(loop) || CountAwaits(loop.Statement) != 1 || !IsLastIn(statement, loop.Statement) || HeaderHasComments(loop)
            || site.Model.GetDeclaredSymbol(loop, cancellationToken) is not { Type: { IsAnonymousType: false, TypeKind: not TypeKind.Error } type }
            || !SymbolEqualityComparer.Default.Equals(site.Model.GetForEachStatementInfo(loop).ElementType, type) || !CanSelect(site, loop))
        {
            return Refuse(site);
        }
        // A variable declared with var may always be null; its peers may only where the sequence says so.
        var declared = loop.Type.IsVar ? ItemOf(site.Model.GetTypeInfo(loop.Expression, cancellationToken).Type) : null;
        var item = SyntaxFactory.ParseTypeName((declared ?? type).ToMinimalDisplayString(site.Model, loop.SpanStart));
        return EditPlan.Of(target =>
        {
            var source = send.AddToken(target);
            var failure = send.FailureName(target);
            var function = target.NameFor(loop, "SendToAsync");
            target.Expand(statement, current => StatementTemplate.InPlaceOf(current, [.. send.Statements(current, source, failure)]));
            foreach (var node in loop.Statement.DescendantNodesAndSelf())
            {
                if (node is ContinueStatementSyntax next)
                    target.Edit(next, EditOrder.Statement, "continue", static current => SyntaxFactory.ReturnStatement().WithTriviaFrom(current));
            }
            target.Expand(loop, current => Together((ForEachStatementSyntax)current, item, function, isConfigured, GateSyntax.EndOfLine(loop)));
        });
    }

    /// <summary>The function for one peer, and the wait for all of them.</summary>
    private static IReadOnlyList<StatementSyntax> Together(ForEachStatementSyntax loop, TypeSyntax item, string name, bool isConfigured, SyntaxTrivia endOfLine)
    {
        var indentation = GateSyntax.Indentation(loop.GetLeadingTrivia());
        var header = (LocalFunctionStatementSyntax)SyntaxFactory.ParseStatement("async Task " + name + "(T item) { }");
        var body = loop.Statement as BlockSyntax ?? SyntaxFactory.Block(loop.Statement).WithAdditionalAnnotations(Formatter.Annotation);
        var function = header
            .WithReturnType(TaskTypes.FrameworkType("System.Threading.Tasks.Task").WithTrailingTrivia(SyntaxFactory.Space))
            .WithParameterList(SyntaxFactory.ParameterList(SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.Parameter(loop.Identifier.WithoutTrivia()).WithType(item.WithTrailingTrivia(SyntaxFactory.Space)))).WithTrailingTrivia(endOfLine))
            .WithBody(body.WithTrailingTrivia(endOfLine))
            .WithLeadingTrivia(loop.GetLeadingTrivia());
        if (loop.Statement is not BlockSyntax)
            function = function.WithAdditionalAnnotations(Formatter.Annotation);
        var peers = SyntaxShapes.Call(SyntaxShapes.AsPrimary(loop.Expression.WithoutTrivia()), "Select", SyntaxFactory.IdentifierName(name));
        ExpressionSyntax all = SyntaxShapes.Call(TaskTypes.FrameworkType("System.Threading.Tasks.Task"), "WhenAll", peers);
        if (isConfigured)
            all = SyntaxShapes.ConfigureAwaitFalse(all);
        var wait = SyntaxFactory.ExpressionStatement(SyntaxShapes.Await(all))
            .WithLeadingTrivia(indentation.Insert(0, endOfLine))
            .WithTrailingTrivia(loop.GetTrailingTrivia());
        return [function, wait];
    }

    /// <summary>Whether nothing runs behind the statement in the body: it ends blocks and branches of conditions only.</summary>
    private static bool IsLastIn(StatementSyntax statement, StatementSyntax body)
    {
        for (SyntaxNode current = statement; current != body; current = current.Parent!)
        {
            var isLast = current.Parent switch
            {
                BlockSyntax block => block.Statements.Last() == current,
                IfStatementSyntax or ElseClauseSyntax => true,
                _ => false,
            };
            if (!isLast)
                return false;
        }
        return true;
    }

    private static int CountAwaits(SyntaxNode body) => SyntaxShapes.OwnNodes(body).Count(static node => node is AwaitExpressionSyntax or ForEachStatementSyntax { AwaitKeyword.RawKind: not 0 }
        or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 } or UsingStatementSyntax { AwaitKeyword.RawKind: not 0 });

    private static bool HasJumps(ForEachStatementSyntax loop) =>
        SyntaxShapes.OwnNodes(loop.Statement).Any(static node => node is BreakStatementSyntax or ReturnStatementSyntax or YieldStatementSyntax or GotoStatementSyntax || Loops.IsLoop(node));

    private static bool HeaderHasComments(ForEachStatementSyntax loop) =>
        SyntaxShapes.HasComments(loop.Type) || SyntaxShapes.HasComments(loop.Expression) || SyntaxShapes.IsWorthKeeping(loop.CloseParenToken.TrailingTrivia) || SyntaxShapes.IsWorthKeeping(loop.OpenParenToken.TrailingTrivia);

    private static ITypeSymbol? ItemOf(ITypeSymbol? sequence)
    {
        if (sequence is IArrayTypeSymbol array)
            return array.ElementType;
        return (sequence is INamedTypeSymbol own ? sequence.AllInterfaces.Insert(0, own) : sequence?.AllInterfaces)
            ?.FirstOrDefault(static type => type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0];
    }

    /// <summary>Whether <c>Select</c> of LINQ can be called on what the loop goes through.</summary>
    private static bool CanSelect(FixSite site, ForEachStatementSyntax loop)
    {
        var call = SyntaxFactory.ParseExpression("(" + loop.Expression.WithoutTrivia() + ").Select(static item => item)");
        return site.Model.GetSpeculativeSymbolInfo(loop.SpanStart, call, SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol { ContainingType.Name: "Enumerable" };
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
