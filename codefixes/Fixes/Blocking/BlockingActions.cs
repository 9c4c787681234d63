using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>The actions that several blocking rules share.</summary>
internal static class BlockingActions
{
    /// <summary>Runs the call on a thread of the pool and awaits it: frees this thread, adds none to a starved pool.</summary>
    public static FixAction OffloadToPool { get; } =
        new("OffloadToPool", "OffloadToPool", static (site, cancellationToken) => OffloadAsync(site, OffloadTo.Pool, cancellationToken));

    /// <summary>Runs the call on a thread of its own and awaits it.</summary>
    public static FixAction OffloadToThread { get; } =
        new("OffloadToThread", "OffloadToThread", static (site, cancellationToken) => OffloadAsync(site, OffloadTo.Thread, cancellationToken));

    /// <summary>Awaits the counterpart that the diagnostic names.</summary>
    public static FixAction Counterpart(string equivalenceKey, string titleName) => new(equivalenceKey, titleName, static async (site, cancellationToken) =>
        site.Diagnostic.Properties.TryGetValue(Counterparts.Key, out var counterpart) && counterpart is not null
            ? await Editing.Counterpart.PlanAsync(site.Session, site.Document, site.Node, counterpart, cancellationToken).ConfigureAwait(false)
            : Refuse(site, RefusalKind.DoesNotBind));

    private static async Task<Planned> OffloadAsync(FixSite site, OffloadTo where, CancellationToken cancellationToken)
    {
        if (PassToken.CallAt(site.Node) is not { } call || site.Model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
            return Refuse(site, RefusalKind.NotThisShape);
        // Only making the sequence would move: it blocks where it is gone through.
        if (method.ReturnType is INamedTypeSymbol { Name: "IEnumerable" or "IEnumerator" or "ParallelQuery" })
            return Refuse(site, RefusalKind.ResultIsUsed);
        // What a thread owns it must give back itself.
        if (IsThreadAffine(site.Model, call, method, cancellationToken) || await IsLeafThreadAffineAsync(site, cancellationToken).ConfigureAwait(false))
            return Refuse(site, RefusalKind.ResultIsUsed);
        return await Offload.PlanAsync(site.Session, site.Document, site.Node, where, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsThreadAffine(SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol method, CancellationToken cancellationToken) =>
        method.ContainingType.Name == "Monitor"
        || (ReceiverOf(call) is { } receiver && IsMutex(model, receiver, cancellationToken));

    /// <summary>The call that blocks, which is the first additional location, in whatever file; null when it is not ordinary source of this solution.</summary>
    public static async Task<(Document Document, SyntaxNode Node)?> LeafAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Diagnostic.AdditionalLocations.Count == 0 || site.Diagnostic.AdditionalLocations[0] is not { SourceTree: { } tree } leaf
            || site.Session.Solution.GetDocument(tree) is not { } document || document is SourceGeneratedDocument)
        {
            return null;
        }

        var root = await tree.GetRootAsync(cancellationToken).ConfigureAwait(false);
        return root.FullSpan.Contains(leaf.SourceSpan) ? (document, root.FindNode(leaf.SourceSpan, getInnermostNodeForTie: true)) : null;
    }

    /// <summary>Whether the method may leave with a mutex, which the thread it ran on owns.</summary>
    private static async Task<bool> IsLeafThreadAffineAsync(FixSite site, CancellationToken cancellationToken) =>
        site.Diagnostic.Id == BlockingMethodRule.Descriptor.Id
        && (await LeafAsync(site, cancellationToken).ConfigureAwait(false) is not var (document, node)
            || await site.Session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || (PassToken.CallAt(node) is { } call && ReceiverOf(call) is { } receiver && IsMutex(model, receiver, cancellationToken)));

    private static bool IsMutex(SemanticModel model, ExpressionSyntax receiver, CancellationToken cancellationToken) =>
        model.GetTypeInfo(receiver, cancellationToken).Type is { Name: "Mutex" };

    private static ExpressionSyntax? ReceiverOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        MemberBindingExpressionSyntax => call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
        _ => null,
    };

    private static ConversionRefusal Refuse(FixSite site, RefusalKind kind) => new(kind, site.Diagnostic.Location, null);
}
