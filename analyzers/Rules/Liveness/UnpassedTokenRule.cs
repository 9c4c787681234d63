using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Liveness;

/// <summary>
/// Reports: a connect, accept, send or receive written with <c>None</c> or a default, where the method's token, or that of its request, call or hub connection, can be named.
/// Ignores: omitted optional tokens; closes; calls whose task somebody limits or drops; catch and finally, dispose, and what runs once a token has been cancelled; lambdas and local functions, which may run when the token is over;
/// sends on a connection that does not belong to the code the token belongs to; what the rules about connects without limit and about shutdown report.
/// </summary>
internal sealed class UnpassedTokenRule : ConnectionRule
{
    /// <summary>WSA6004.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA6004", Categories.Liveness, DiagnosticSeverity.Info);

    /// <summary>The property that carries the token as it is written.</summary>
    public const string Token = "token";

    public UnpassedTokenRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnConnectionCall(static (context, wait) =>
    {
        var connections = context.Connections;
        if (connections.UnpassedTokens.At(wait, context.CancellationToken) is not { } token
            || connections.Waits.ConnectsWithoutEnd(wait, context.CancellationToken) is not null
            || connections.PushLoops.Around(wait, context.ContainingSymbol, context.CancellationToken) is not null
            || connections.HostedLoops.WaitsFor(wait, context.ContainingSymbol, context.CancellationToken) is not null)
        {
            return;
        }

        // At the token: whether somebody looks at the result is another matter of the same call.
        context.Report(Descriptor, Tokens.WrittenFor(wait.Call), [], ImmutableDictionary<string, string?>.Empty.Add(Token, token.Text), wait.Call.TargetMethod.ShortName(), token.Text);
    });
}
