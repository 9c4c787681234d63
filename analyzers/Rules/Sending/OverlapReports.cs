using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>Two sends at once on one connection, whether in one function or because several functions of a type send with nothing between them. Its kinds differ in what then happens.</summary>
internal abstract class OverlapReports : ConnectionRule
{
    private readonly bool _isForbidden;

    /// <param name="descriptor">The rule.</param>
    /// <param name="isForbidden">Whether the rule speaks of connections on which the second send fails; else of those that put up with it.</param>
    protected OverlapReports(DiagnosticDescriptor descriptor, bool isForbidden)
        : base(descriptor) => _isForbidden = isForbidden;

    /// <inheritdoc/>
    public sealed override void Register(FactSubscriptions facts)
    {
        facts.OnConnectionCall((context, call) =>
        {
            if (!call.Facts.Is(ApiKind.Send) || ReportsOverlap(context, call.Call))
                return;
            // At the connection: what is said about one call of it, other rules say at the call.
            if (context.Connections.Ungated.At(call.Call, context.ContainingSymbol, context.CancellationToken) is { } ungated && ungated.IsForbidden == _isForbidden && call.Call.Receiver() is { } connection)
                context.Report(Rule, connection, [ungated.Because], null, call.Call.TargetMethod.ShortName(), ungated.Because);
        });
        facts.OnSourceCall((context, call) => ReportsOverlap(context, call));
    }

    private bool ReportsOverlap(FactContext context, IInvocationOperation send)
    {
        if (context.Connections.Overlaps.At(send, context.CancellationToken) is not { } overlap || overlap.IsForbidden != _isForbidden)
            return false;
        context.Report(Rule, send, [overlap.Because], null, send.TargetMethod.ShortName(), overlap.Because);
        return true;
    }
}
