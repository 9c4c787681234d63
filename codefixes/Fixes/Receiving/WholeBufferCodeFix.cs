using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5002: cuts every whole use of the buffer to the bytes that arrived. Nothing is offered where the number of bytes cannot be named at the use, or where one of
/// the uses has no form that takes it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WholeBufferCodeFix))]
public sealed class WholeBufferCodeFix : ConnectionCodeFix
{
    private const string Key = "UseCount";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(WholeBufferRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction(Key, Key, static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        if (ReceiveSite.Of(site, cancellationToken) is not { } received || Bodies.Around(site.Node) is not { } body || CountAt(site, received, body, cancellationToken) is not { } count)
            return Refuse(site);
        var cuts = new List<(SyntaxNode Node, Func<SyntaxNode, ExpressionSyntax, SyntaxNode> Change)>();
        foreach (var use in received.Message.UsesOfItsData(cancellationToken))
        {
            if (use.IsLimited || use.Kind == DataUseKind.Leaves)
                continue;
            // What is left whole elsewhere would not be reported any more.
            if (Bodies.Around(use.Operation.Syntax) != body || use.Value.Syntax is not ExpressionSyntax value || CutToCount.Plan(site.Model, value, cancellationToken) is not { } cut)
                return Refuse(site);
            cuts.Add(cut);
        }

        if (cuts.Count == 0)
            return Refuse(site);
        return EditPlan.Of(target =>
        {
            if (target.HasEdit(cuts[0].Node, Key))
                return;
            var text = count.Text ?? target.FreshName(site.Node, "count");
            foreach (var (node, change) in cuts)
                target.Edit(node, EditOrder.Content, Key, current => change(current, SyntaxFactory.ParseExpression(text)).WithTriviaFrom(current));
            if (count.Ignoring is { } statement)
                target.Expand(statement, current => [Keep((ExpressionStatementSyntax)current, text)]);
        });
    }

    /// <summary>How the number of bytes is named at the use; without a text the statement that ignores it has to keep it first.</summary>
    private static (string? Text, ExpressionStatementSyntax? Ignoring)? CountAt(FixSite site, ReceiveSite received, SyntaxNode body, CancellationToken cancellationToken)
    {
        var (call, receive) = (received.Call, received.Message.Receive);
        if (body != Bodies.Around(call.Syntax))
            return receive.Unit == ReceivedUnit.Fragment && ResultParameterOf(site.Model, received, body, cancellationToken) is { } parameter ? (parameter.Name + ".Count", null) : null;
        if (HolderOf(call) is { } holder)
        {
            return IsInReach(site, call, holder) && SharesHolder(received, holder)
                ? (receive.Unit == ReceivedUnit.Fragment ? holder.Name + ".Count" : holder.Name, null)
                : null;
        }

        return receive.Unit == ReceivedUnit.Bytes && IgnoringStatement(call.Syntax) is { } ignoring && StatementLists.OwnerOf(ignoring) is { } owner
            && ignoring.Span.End < site.Node.SpanStart && owner.Span.Contains(site.Node.Span) && FillsAlone(received)
            ? (null, ignoring)
            : null;
    }

    /// <summary>The one parameter of the function that is a result, which the receive's own travels to beside the buffer.</summary>
    private static IParameterSymbol? ResultParameterOf(SemanticModel model, ReceiveSite received, SyntaxNode body, CancellationToken cancellationToken)
    {
        if ((FunctionShape.SymbolOf(model, body, cancellationToken) ?? model.GetDeclaredSymbol(body, cancellationToken) as IMethodSymbol) is not { } method)
            return null;
        IParameterSymbol? found = null;
        foreach (var parameter in method.Parameters)
        {
            if (!received.Connections.Receives.IsFragment(parameter.Type))
                continue;
            if (found is not null)
                return null;
            found = parameter;
        }

        return found;
    }

    /// <summary>The local that gets the result or the number, also by an assignment inside a condition.</summary>
    private static ILocalSymbol? HolderOf(IInvocationOperation call)
    {
        if (ValueFlow.LocalHolding(call) is var (local, _))
            return local;
        IOperation value = call;
        while (value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent))
            value = parent;
        return value.Parent is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment && assignment.Value == value ? target.Local : null;
    }

    private static bool IsInReach(FixSite site, IInvocationOperation call, ILocalSymbol holder) =>
        call.Syntax.SpanStart < site.Node.SpanStart
        && site.Model.LookupSymbols(site.Node.SpanStart, name: holder.Name) is { Length: 1 } found && SymbolEqualityComparer.Default.Equals(found[0], holder);

    private static bool SharesHolder(ReceiveSite received, ILocalSymbol holder)
    {
        foreach (var use in received.Message.Data)
        {
            if (use is { Kind: DataUseKind.Filled, Operation: IInvocationOperation other } && !SymbolEqualityComparer.Default.Equals(HolderOf(other), holder))
                return false;
        }

        return true;
    }

    private static bool FillsAlone(ReceiveSite received)
    {
        foreach (var use in received.Message.Data)
        {
            if (use.Kind == DataUseKind.Filled && use.Operation.Syntax != received.Call.Syntax)
                return false;
        }

        return true;
    }

    private static ExpressionStatementSyntax? IgnoringStatement(SyntaxNode call)
    {
        for (var node = call; node is ExpressionSyntax or ArgumentSyntax; node = node.Parent)
        {
            if (node.Parent is ExpressionStatementSyntax statement)
                return node is AssignmentExpressionSyntax ? null : statement;
            if (node.Parent is not (AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } or InvocationExpressionSyntax or ParenthesizedExpressionSyntax))
                return null;
        }

        return null;
    }

    private static StatementSyntax Keep(ExpressionStatementSyntax statement, string name) =>
        StatementTemplate.InPlaceOf(statement, StatementTemplate.Parse($"var {name} = received;", ("received", statement.Expression.WithoutTrivia())))[0];

    private static ConversionRefusal Refuse(FixSite site) => new(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
}
