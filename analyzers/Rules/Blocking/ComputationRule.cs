using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: in a handler, a catalogued call that keeps the processor busy for long (key derivation, compression, hashing of streams, pictures, Parallel, PLINQ).
/// Ignores: small constant input; asynchronous functions given to Parallel, which return at once; offloaded code.
/// </summary>
internal sealed class ComputationRule : ConnectionRule
{
    /// <summary>WSA2006.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2006", Categories.Blocking, DiagnosticSeverity.Info);

    public ComputationRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnComputation(static (context, call) =>
    {
        // What blocks as well has a counterpart to await: WSA2003.
        if (context.HandlerAround(call) is { } handler && !Computations.IsShort(call) && context.Connections.Blocking.At(call, context.CancellationToken) is null)
            context.Report(Descriptor, call, [handler], null, call.TargetMethod.ShortName(), handler);
    });
}
