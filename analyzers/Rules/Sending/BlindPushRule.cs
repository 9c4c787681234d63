using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Sending;

/// <summary>
/// Reports: the first send of an endless loop that only sends, on the socket of a request that was upgraded, when no token in the loop knows the request.
/// Ignores: loops with another way out; requests whose socket somebody reads, or may read; sockets that others close; programs that set an answer timeout for pings; broadcasters, which no request waits for.
/// </summary>
internal sealed class BlindPushRule : ConnectionRule
{
    /// <summary>WSA4011.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA4011", Categories.Sending, DiagnosticSeverity.Warning);

    /// <summary>The property that carries the token of the request, as it is written; missing when it cannot be named.</summary>
    public const string Token = "token";

    public BlindPushRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, wait) =>
    {
        if (context.Connections.PushLoops.Around(wait, context.ContainingSymbol, context.CancellationToken) is not { } push || push.FirstSend.Syntax != wait.Call.Syntax)
            return;
        var request = TokensInReach.OfRequest(wait.Call, context.CancellationToken);
        var properties = request is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Token, request);
        // At the token, as the other rules about tokens.
        context.Report(Descriptor, Tokens.WrittenFor(wait.Call), [push.Because], properties, wait.Call.TargetMethod.ShortName(), push.Because);
    });
}
