using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a connection created, accepted or built into a local that is not disposed on some path; in tests as a suggestion.
/// Ignores: connections that escape (returned, stored, handed to something that may keep them), that a callee disposes, whose stream is disposed,
/// and the WebSocket of a request, which the server disposes.
/// </summary>
internal sealed class UndisposedConnectionRule : ConnectionRule
{
    /// <summary>WSA3001.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3001", Categories.Lifetime, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics about connections that may still be used when their variable's scope ends; without it the scope may dispose them.</summary>
    public const string MayOutliveScope = "mayOutliveScope";

    private static readonly ImmutableDictionary<string, string?> Outlives = ImmutableDictionary<string, string?>.Empty.Add(MayOutliveScope, null);

    public UndisposedConnectionRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnCreation(static (context, creation) =>
    {
        if (context.Connections.Leaks.LeakOf(creation, context.CancellationToken) is { } leak)
        {
            // The process of a test ends with its tests, and so does what it leaks.
            var severity = context.ContainingSymbol.IsOfTests() ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
            context.Report(Descriptor, creation.Syntax, severity, [leak.Because], leak.MayOutliveScope ? Outlives : null, leak.Local.Name, leak.Local.Type.Name, leak.Because);
        }
    });
}
