using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Rules.Blocking;

/// <summary>
/// Reports: an asynchronous read of Console.In, also through a variable that holds it, in a handler or in code that works on a connection itself.
/// Ignores: readers over other streams, that over OpenStandardInput among them; offloaded reads; code that has nothing to do with a connection.
/// </summary>
internal sealed class ConsoleReadRule : ConnectionRule
{
    /// <summary>WSA2007.</summary>
    public static readonly DiagnosticDescriptor Descriptor = WebSocketAnalyzers.Rule.Create("WSA2007", Categories.Blocking, DiagnosticSeverity.Warning);

    public ConsoleReadRule()
        : base(Descriptor)
    {
    }

    /// <inheritdoc/>
    public override void Register(FactSubscriptions facts) => facts.OnBlockingCall(static (context, call) =>
    {
        if (call.Kind == BlockingKind.Pretence && (context.HandlerAround(call.Operation) ?? UsedBeside(context, call)) is { } because)
            context.Report(Descriptor, call.Operation, [because], null, call.Name, because);
    });

    /// <summary>What the body around the read does on a connection: the loop that sends what is typed is seldom the one that receives.</summary>
    private static Evidence? UsedBeside(FactContext context, BlockingCall call)
    {
        if (Bodies.Around(call.Operation.Syntax) is not { } body || IsOffloaded(context, call.Operation))
            return null;
        return context.Connections.Summaries.Does(body, ApiKind.AnyConnectionIO, context.CancellationToken) is { Leaf.Call: var io }
            ? new Evidence("UsedBeside", io.Syntax.GetLocation(), null, io.TargetMethod.ShortName())
            : null;
    }

    /// <summary>Whether the innermost function around the read runs on another thread.</summary>
    private static bool IsOffloaded(FactContext context, IOperation read)
    {
        for (var parent = read.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation function)
                return function.CallGiven() is { } call && context.Connections.Apis.Of(call).Is(ApiKind.Offload);
        }

        return false;
    }
}
