using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using TaskTypes = WebSocketAnalyzers.CodeFixes.Editing.TaskTypes;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// What both rules about overlapping sends offer for a connection that an object keeps: a lock beside it, which every send on it takes, and every close that would race with them. All or nothing: a lock that
/// some sends do not take helps nobody. Where a lock of the object guards the closes already it is that one.
/// </summary>
internal static class SendGate
{
    private const string Semaphore = "System.Threading.SemaphoreSlim";

    /// <summary>The action.</summary>
    public static FixAction Action { get; } = new("GateSends", "GateSends", PlanAsync);

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (Reported(site, connections, cancellationToken) is not { Member: { IsStatic: false } member } ungated
            || member.ContainingType is not { TypeKind: TypeKind.Class, IsRecord: false, IsStatic: false } owner || DeclarationOf(member, cancellationToken) is not { Members.Count: > 0 } declaration
            || GateUses.HasUsesInDisabledText(owner.DeclaringSyntaxReferences.Select(static reference => reference.SyntaxTree), member.Name))
        {
            return Refuse(RefusalKind.NotThisShape, site.Node, null);
        }

        var calls = new List<(InvocationExpressionSyntax Call, UnderGate Under)>();
        foreach (var send in ungated.All)
        {
            if (!IsMessage(send, ungated.All) || Gated(site, send, owner, connections, cancellationToken) is not { } gated)
                return Refuse(RefusalKind.NotThisShape, send.Syntax, member.Name);
            calls.Add(gated);
        }

        var sends = calls.ConvertAll(static gated => gated.Call);
        IFieldSymbol? gate = null;
        foreach (var (close, held) in connections.RacingCloses.On(member, owner.OutermostType()!, cancellationToken))
        {
            if (held.IsEmpty)
            {
                // Left outside of the lock, it would race with the sends inside.
                if (Gated(site, close, owner, connections, cancellationToken) is not { } gated)
                    return Refuse(RefusalKind.NotThisShape, close.Syntax, member.Name);
                calls.Add(gated);
                continue;
            }

            if (held.Length != 1 || held[0].Gate is not IFieldSymbol field || (gate is not null && !SymbolEqualityComparer.Default.Equals(field, gate)) || !MaySendsTake(field, owner, close.Syntax, site.Model.Compilation, connections, cancellationToken))
                return Refuse(RefusalKind.Lock, close.Syntax, held[0].Gate.Name);
            gate = field;
        }

        if (await ConnectionEscapes.FirstAsync(site.Session, member, sends, cancellationToken).ConfigureAwait(false) is { } escape)
            return Refuse(RefusalKind.UnknownUse, escape, member.Name);
        if (gate is not null)
            return PlanOf(calls, gate.Name, site.Model, cancellationToken);

        var model = connections.Summaries.ModelOf(declaration);
        var name = site.Session.FreshName(declaration, AddedField.NameFor(model, declaration, "sendGate"));
        if (owner.DeclaringSyntaxReferences.Any(reference => Mentions(reference.GetSyntax(cancellationToken), name)))
            return Refuse(RefusalKind.DoesNotBind, declaration, name);
        var type = TaskTypes.FrameworkType(Semaphore);
        return PlanOf(calls, name, site.Model, cancellationToken).Then(target => AddedField.AddTo(target, declaration, type, name, GateSyntax.NewGate(type, declaration)));
    }

    private static EditPlan PlanOf(List<(InvocationExpressionSyntax Call, UnderGate Under)> calls, string gate, SemanticModel site, CancellationToken cancellationToken)
    {
        var plan = EditPlan.Of([]);
        foreach (var (call, under) in calls)
        {
            var model = call.SyntaxTree == site.SyntaxTree ? site : site.Compilation.GetSemanticModel(call.SyntaxTree);
            var identifier = SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(gate));
            ExpressionSyntax named = IsQualified(call) ? SyntaxShapes.Member(SyntaxFactory.ThisExpression(), gate) : identifier;
            var token = PassToken.TokenArgument(model, call, cancellationToken)?.Expression;
            plan = plan.Then(under.Plan(named, token is IdentifierNameSyntax or MemberAccessExpressionSyntax && !TokenInScope.IsNone(token) ? token : null));
        }

        return plan;
    }

    /// <summary>The sends on the connection that the diagnostic stands at.</summary>
    private static UngatedSend? Reported(FixSite site, ConnectionModel connections, CancellationToken cancellationToken)
    {
        for (var node = site.Node; node is ExpressionSyntax; node = node.Parent)
        {
            if (node is InvocationExpressionSyntax call && site.Model.GetOperation(call, cancellationToken) is IInvocationOperation send
                && site.Model.GetEnclosingSymbol(call.SpanStart, cancellationToken) is { } around && connections.Ungated.At(send, around, cancellationToken) is { } ungated
                && send.Receiver()?.Syntax.Span.Contains(site.Node.Span) == true)
            {
                return ungated;
            }
        }

        return null;
    }

    /// <summary>The declaration that the lock goes into: the one that the connection stands in.</summary>
    private static TypeDeclarationSyntax? DeclarationOf(ISymbol member, CancellationToken cancellationToken) =>
        member.DeclaringSyntaxReferences is { Length: 1 } references ? references[0].GetSyntax(cancellationToken).FirstAncestorOrSelf<ClassDeclarationSyntax>() : null;

    /// <summary>
    /// Whether the send is a message, as far as the code tells. Not a fragment, whose message needs the lock as a whole; of a stream or a writer, which do not say where one ends, not one of several writes of a function
    /// or of a loop over parts; and not what flushes a writer that is written to without a lock.
    /// </summary>
    private static bool IsMessage(IInvocationOperation send, ImmutableArray<IInvocationOperation> all)
    {
        foreach (var argument in send.Arguments)
        {
            if (argument.Parameter is { Name: "endOfMessage" } or { Type.Name: "WebSocketMessageFlags" })
                return BufferSteps.SendsWhole(send);
        }

        if (send.Receiver()?.Type is not { } type)
            return false;
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current.Name == "PipeWriter")
                return false;
            if (current.Name is nameof(Stream) or nameof(TextWriter) or nameof(BinaryWriter))
                return !all.Any(other => other != send && Bodies.Around(other.Syntax) == Bodies.Around(send.Syntax)) && !IsInLoopOverParts(send.Syntax);
        }

        return true;
    }

    private static bool IsInLoopOverParts(SyntaxNode send)
    {
        for (var node = send.Parent; node is not null && !Bodies.IsBody(node); node = node.Parent)
        {
            if (node is ForStatementSyntax or CommonForEachStatementSyntax)
                return true;
        }

        return false;
    }

    /// <summary>The call in its document, when it can be put under a lock of the object that the connection belongs to; else null.</summary>
    private static (InvocationExpressionSyntax Call, UnderGate Under)? Gated(FixSite site, IInvocationOperation call, INamedTypeSymbol owner, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (call is not { Syntax: InvocationExpressionSyntax syntax, SemanticModel: { } model, TargetMethod.ReturnType: INamedTypeSymbol { IsGenericType: false } } || UnderGate.Of(syntax) is not { } under
            || site.Session.Solution.GetDocument(syntax.SyntaxTree) is null or SourceGeneratedDocument || SendsMeanwhile(call, connections, cancellationToken))
        {
            return null;
        }

        // A function of an initialiser does not know the object, although it may know a parameter of its constructor.
        if (Bodies.OutermostAround(syntax) is not { } body || Bodies.IsNested(body) || model.GetEnclosingSymbol(syntax.SpanStart, cancellationToken) is not { } around)
            return null;
        return SymbolEqualityComparer.Default.Equals(around.ContainingType, owner) ? (syntax, under) : null;
    }

    /// <summary>Whether what makes an argument of the call may send itself: under the lock it would wait for the lock.</summary>
    private static bool SendsMeanwhile(IInvocationOperation call, ConnectionModel connections, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            foreach (var operation in argument.SelfAndDescendantsInBody())
            {
                if (operation is IInvocationOperation inner && connections.Summaries.Does(inner, ApiKind.Send | ApiKind.Close, cancellationToken) is not null)
                    return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a lock that guards closes may guard the sends as well: one of the same object that admits one, that is not disposed, and under which nobody waits for a message, or for work that may send.
    /// That no send is made under it already is why there is a diagnostic.
    /// </summary>
    private static bool MaySendsTake(IFieldSymbol gate, INamedTypeSymbol owner, SyntaxNode place, Compilation compilation, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (gate.IsStatic || !Semaphores.IsSemaphore(gate.Type) || !SymbolEqualityComparer.Default.Equals(gate.ContainingType, owner) || !Gates.AdmitsOne(gate, compilation, cancellationToken))
            return false;
        var uses = SemaphoreUses.Of(gate, place, connections.Apis, connections.Summaries, cancellationToken);
        if (uses.IsHandedOut || !uses.Disposals.IsEmpty)
            return false;
        foreach (var wait in uses.Waits)
        {
            if (connections.Locks.StatementsUnder(wait, cancellationToken).IsEmpty || Bodies.Around(wait.Syntax) is not { } body || !connections.Summaries.FactsOf(body, cancellationToken).AwaitedMembers.IsEmpty)
                return false;
            foreach (var (operation, _) in connections.Guarded.Under(wait, gate, cancellationToken))
            {
                if (!connections.Apis.Of(operation).Is(ApiKind.Close | ApiKind.Connect))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether the code names the connection as that of <c>this</c>.</summary>
    private static bool IsQualified(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Expression: { } connection } && connection.DescendantNodesAndSelf().Any(static node => node is ThisExpressionSyntax);

    private static bool Mentions(SyntaxNode declaration, string name) =>
        declaration.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);

    private static Planned Refuse(RefusalKind kind, SyntaxNode place, string? name) => new ConversionRefusal(kind, place.GetLocation(), name);
}
