using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5005: the time limit ends the wait instead of the receive, whose task is kept for the next turn. The receive itself gets the token that the limit was linked to, or none.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CancelledReceiveCodeFix))]
public sealed class CancelledReceiveCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(CancelledReceiveRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("KeepReceive", "KeepReceive", PlanAsync));

    private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) => Task.FromResult(Plan(site, cancellationToken));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (site.Node is not InvocationExpressionSyntax call || site.Model.GetOperation(call, cancellationToken) is not IInvocationOperation receive
            || connections.Cancelled.At(receive, cancellationToken) is not { IsClose: false, Source: { } source } cancelled
            || CancelledReceives.AwaitOf(receive) is not { } awaiting
            || TokenOf(receive) is not { Syntax: ArgumentSyntax { Expression: { } token } } argument
            || !MayWaitWithToken(receive.TargetMethod.ReturnType)
            || OuterToken(source, site.Model, cancellationToken) is not { } outer)
        {
            return Refuse(site);
        }

        IOperation made = receive.Parent is IInvocationOperation { TargetMethod.Name: "AsTask" } form ? form : receive;
        var given = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        given.Add(call.Expression);
        foreach (var other in receive.Arguments)
        {
            if (other.Value.Syntax is ExpressionSyntax value && other.Parameter?.Ordinal != argument.Parameter?.Ordinal)
                given.Add(value);
        }

        if (outer.Kept is not null)
            given.Add(outer.Kept);
        var shape = PendingReceive.Of(
            connections, receive, made, given.ToImmutable(), awaiting, isSought => connections.Cancelled.FirstAfter(receive, cancelled, isSought, cancellationToken), Timeouts.IsCancellation, cancellationToken);
        if (shape is null)
            return Refuse(site);
        var position = token.SpanStart - made.Syntax.SpanStart;
        return shape.Plan(
            site.Model,
            start =>
            {
                // The expression is that of the original, without what stood around it.
                var own = start.FindToken(start.SpanStart + position).Parent!.FirstAncestorOrSelf<ArgumentSyntax>()!;
                var replaced = start.ReplaceNode(own.Expression, outer.Written.WithoutTrivia());
                return TaskTypes.IsValueTask(made.Type) ? SyntaxShapes.Call(replaced, "AsTask") : replaced;
            },
            pending => SyntaxShapes.Call(pending, "WaitAsync", token.WithoutTrivia()));
    }

    private static IArgumentOperation? TokenOf(IInvocationOperation receive)
    {
        foreach (var argument in receive.Arguments)
        {
            if (argument.Parameter?.Type.Name == "CancellationToken")
                return argument;
        }

        return null;
    }

    /// <summary>Before .NET 6 a task could not be waited for with a token.</summary>
    private static bool MayWaitWithToken(ITypeSymbol type)
    {
        if (TaskTypes.IsValueTask(type))
            type = type.GetMembers("AsTask").OfType<IMethodSymbol>().FirstOrDefault()?.ReturnType ?? type;
        return type.GetMembers("WaitAsync").OfType<IMethodSymbol>().Any(static method => method.Parameters.Length == 1 && method.Parameters[0].Type.Name == "CancellationToken");
    }

    /// <summary>The token that ends the receive besides the limit: the one the source is linked to, or none; null when there are several or the source is made elsewhere.</summary>
    private static (ExpressionSyntax Written, ExpressionSyntax? Kept)? OuterToken(IOperation source, SemanticModel model, CancellationToken cancellationToken)
    {
        var made = source;
        if (source is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations })
        {
            if (model.GetOperation(declarations[0].GetSyntax(cancellationToken), cancellationToken) is not IVariableDeclaratorOperation { Initializer.Value: { } initial })
                return null;
            made = initial.WithoutConversions();
        }

        switch (made)
        {
            case IObjectCreationOperation:
                return (TaskTypes.FrameworkMember("System.Threading.CancellationToken", "None"), null);
            case IInvocationOperation { TargetMethod.Name: "CreateLinkedTokenSource", Arguments: { Length: 1 } arguments } when arguments[0].Value.WithoutConversions() is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation:
                return arguments[0].Value.Syntax is ExpressionSyntax linked ? (linked, linked) : null;
            default:
                return null;
        }
    }

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
