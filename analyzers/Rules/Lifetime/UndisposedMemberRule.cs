using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a private field or auto-property for which its type makes a connection that nothing in the type disposes, or only while it is open.
/// Ignores: connections that are given in or given away; members that others can see; static ones; a dispose anywhere in the type, whenever it runs.
/// </summary>
internal sealed class UndisposedMemberRule : ConnectionRule
{
    /// <summary>WSA3002.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3002", Categories.Lifetime, DiagnosticSeverity.Warning);

    /// <summary>The property of diagnostics that stand at a dispose which is skipped unless the connection is open; without it they stand where the connection is made.</summary>
    public const string SkippedDispose = "skippedDispose";

    private static readonly ImmutableDictionary<string, string?> Skipped = ImmutableDictionary<string, string?>.Empty.Add(SkippedDispose, null);

    public UndisposedMemberRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts)
    {
        facts.OnCreation(static (context, creation) =>
        {
            if (context.Connections.Undisposed.MadeBy(creation, context.CancellationToken) is { } undisposed)
                context.Report(Descriptor, creation, [undisposed.Because], null, undisposed.Member.Name, creation.Type!.Name, undisposed.Because);
        });
        facts.OnDisposal(static (context, dispose) =>
        {
            if (context.Connections.Undisposed.SkippedBy(dispose, context.CancellationToken) is { } undisposed)
                context.Report(Descriptor, dispose, [undisposed.Because], Skipped, undisposed.Member.Name, undisposed.Made.Type!.Name, undisposed.Because);
        });
    }
}
