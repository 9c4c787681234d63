using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: in a loop that the host waits for when it stops (a request that was upgraded, a background service), a receive with no token or only that of the request.
/// Ignores: loops that only send, which have to hear of their peer first (WSA4011); tokens that know the application or the caller; programs that look at <c>ApplicationStopping</c> anywhere; types that close their connections when they are stopped; loops
/// whose connection another function closes.
/// </summary>
internal sealed class UnstoppableLoopRule : ConnectionRule
{
    /// <summary>WSA6003.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6003", Categories.Liveness, DiagnosticSeverity.Info);

    /// <summary>The property that carries a token that ends with the application, as it is written; missing when none can be named.</summary>
    public const string Token = "token";

    public UnstoppableLoopRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, wait) =>
    {
        if (context.Connections.HostedLoops.WaitsFor(wait, context.ContainingSymbol, context.CancellationToken) is not { } hosted)
            return;
        var stopping = HostedLoops.StoppingToken(wait.Call, context.CancellationToken);
        var properties = stopping is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Token, stopping);
        context.Report(Descriptor, Tokens.WrittenFor(wait.Call), [hosted], properties, wait.Call.TargetMethod.ShortName(), hosted);
    });
}
