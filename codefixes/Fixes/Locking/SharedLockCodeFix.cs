using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Rules.Locking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Locking;

/// <summary>
/// WSA1001: gives each connection its own lock. An instance field of the class that owns the connection where there is one, else a table from connection to lock,
/// which forgets a lock with its connection and so needs no clearing up.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SharedLockCodeFix))]
public sealed class SharedLockCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(SharedLockRule.Descriptor.Id);

    /// <inheritdoc/>
    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("GatePerConnection", "GatePerConnection", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax access }
            && Semaphores.IsSemaphore(site.Model.GetTypeInfo(access.Expression, cancellationToken).Type)
            && site.Model.GetSymbolInfo(access.Expression, cancellationToken).Symbol is { } gate)
        {
            var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
            return await GatePerConnection.PlanAsync(site.Session, site.Document, gate, connections, cancellationToken).ConfigureAwait(false);
        }

        return new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
    }
}
