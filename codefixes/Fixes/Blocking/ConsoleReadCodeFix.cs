using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>WSA2007: reads on the thread pool, and waits for that as long as the token allows. A read into a buffer stays: what comes late would be written into it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConsoleReadCodeFix))]
public sealed class ConsoleReadCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ConsoleReadRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("ReadOnPool", "ReadOnPool", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        var refusal = new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        if (PassToken.CallAt(site.Node) is not { Expression: MemberAccessExpressionSyntax { Expression: var reader, Name.Identifier.ValueText: var name } } call
            || name is not ("ReadLineAsync" or "ReadToEndAsync")
            || site.Model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method
            || site.Model.GetSymbolInfo(reader, cancellationToken).Symbol is not { } read
            || SyntaxShapes.HasComments(call.WithoutTrivia()))
        {
            return refusal;
        }

        // What is awaited may be a task as well as a value task; what is kept may not.
        var whole = SyntaxShapes.Outermost(call);
        var isLimited = whole.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitAsync" };
        if (TaskTypes.IsValueTask(method.ReturnType) && whole.Parent is not (AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" }))
            return refusal;
        var given = PassToken.TokenArgument(site.Model, call, cancellationToken)?.Expression;
        var token = given is not null && !TokenInScope.IsNone(given) ? given.WithoutTrivia() : TokenInScope.Find(site.Model, call, cancellationToken);
        if (isLimited)
            token = null;

        var synchronous = SyntaxShapes.Member(ReaderOf(reader, read, name), name.Substring(0, name.Length - "Async".Length));
        ExpressionSyntax work = SyntaxFactory.InvocationExpression(SyntaxShapes.Member(TaskTypes.Task(), "Run"), SyntaxShapes.Arguments(synchronous));
        if (token is not null)
            work = SyntaxShapes.Call(work, "WaitAsync", token);
        // Older frameworks have no WaitAsync.
        if (PassToken.Bind(site.Model, call, work) is null)
            return refusal;
        return EditPlan.Of(target => target.Edit(call, EditOrder.Content, "console", current => work.WithTriviaFrom(current)));
    }

    /// <summary><c>Console</c> itself for its lines, else the reader as it is written.</summary>
    private static ExpressionSyntax ReaderOf(ExpressionSyntax reader, ISymbol read, string name)
    {
        if (name != "ReadLineAsync" || read is not IPropertySymbol { Name: "In", ContainingType.Name: nameof(Console) })
            return reader.WithoutTrivia();
        return reader is MemberAccessExpressionSyntax { Expression: var console } ? console.WithoutTrivia() : TaskTypes.FrameworkType("System.Console");
    }
}
