using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;
using System.Collections.Immutable;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.CodeFixes.Fixes.Sending;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>WSA1007: puts a semaphore in the place of the lock, and awaits inside it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UncoveredSendCodeFix))]
public sealed class UncoveredSendCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(UncoveredSendRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("GateForLock", "GateForLock", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (LockStatements.Around(site.Node) is not { } statement)
            return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        var planned = await GateForLock.PlanAsync(site.Session, site.Document, statement.Expression, connections, cancellationToken).ConfigureAwait(false);
        if (!planned.IsPossible || site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call)
            return planned;
        // Awaited in a loop over connections, each peer would wait for the one before; also where that loop is in a caller.
        var awaited = new List<ModelledCall> { new(site.Model, call) };
        if (AwaitPosition.Of(statement.Expression).Function is { } function && !Bodies.IsAsync(function) && FunctionShape.SymbolOf(site.Model, function, cancellationToken) is { } symbol)
            awaited.AddRange(await ConnectionLoops.CallsOfAsync(site.Session, symbol, cancellationToken).ConfigureAwait(false));
        return await ConnectionLoops.AroundAsync(site.Session, connections, awaited, cancellationToken).ConfigureAwait(false) is { } loop
            ? new ConversionRefusal(RefusalKind.LoopOverConnections, loop, null)
            : planned;
    }
}
