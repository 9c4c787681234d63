using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

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

    /// <summary>The property with the name of the field or property.</summary>
    public const string Member = "member";

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
                context.Report(Descriptor, creation, [undisposed.Because], Named(undisposed), undisposed.Member.Name, creation.Type!.Name, undisposed.Because);
        });
        facts.OnDisposal(static (context, dispose) =>
        {
            if (context.Connections.Undisposed.SkippedBy(dispose, context.CancellationToken) is { } undisposed)
                context.Report(Descriptor, dispose, [undisposed.Because], Named(undisposed).Add(SkippedDispose, null), undisposed.Member.Name, undisposed.Made.Type!.Name, undisposed.Because);
        });
    }

    private static ImmutableDictionary<string, string?> Named(UndisposedMember undisposed) => ImmutableDictionary<string, string?>.Empty.Add(Member, undisposed.Member.Name);
}
