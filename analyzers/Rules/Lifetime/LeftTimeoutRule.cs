using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Lifetime;

/// <summary>
/// Reports: a CancellationTokenSource with a timer, or linked to another token, that code for a connection makes, or a type keeps beside its connection, and nobody disposes.
/// Ignores: sources that are disposed or get out of sight (returned, given away, captured by a function, stored where others may dispose them); sources that hold nothing; what a program makes once.
/// </summary>
internal sealed class LeftTimeoutRule : ConnectionRule
{
    /// <summary>WSA3011.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA3011", Categories.Lifetime, DiagnosticSeverity.Info);

    /// <summary>The property of diagnostics about sources whose token may be watched when their variable's scope ends.</summary>
    public const string MayOutliveScope = "mayOutliveScope";

    private static readonly ImmutableDictionary<string, string?> Outlives = ImmutableDictionary<string, string?>.Empty.Add(MayOutliveScope, null);

    public LeftTimeoutRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnTokenSource(static (context, creation) =>
    {
        if (context.Connections.KeptSources.At(creation, context.CancellationToken) is { } kept)
            context.Report(Descriptor, creation, [kept.Because], Outlives, kept.Member.Name, kept.Because);
        if (TimeoutSources.At(creation, context.CancellationToken) is not { } left || (context.HandlerAround(creation) ?? UsedBeside(context, creation)) is not { } because)
            return;
        context.Report(Descriptor, creation, [because], left.MayOutliveScope ? Outlives : null, left.Local?.Name ?? nameof(CancellationTokenSource), because);
    });

    /// <summary>What the body around it does on a connection; the one body of a program runs once.</summary>
    private static Evidence? UsedBeside(FactContext context, IOperation creation)
    {
        if (Bodies.Around(creation.Syntax) is not { } body || (body is CompilationUnitSyntax or MethodDeclarationSyntax { Identifier.ValueText: "Main" } && Loops.Outermost(creation.Syntax) is null))
            return null;
        return context.Connections.Summaries.Does(body, ApiKind.AnyConnectionIO, context.CancellationToken) is { Leaf.Call: var io }
            ? new Evidence("UsedBeside", io.Syntax.GetLocation(), null, io.TargetMethod.ShortName())
            : null;
    }
}
