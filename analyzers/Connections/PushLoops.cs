using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A loop of a request that only sends, and that does not notice when its peer is gone.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="FirstSend">The first of its sends.</param>
/// <param name="Because">Why it serves a request.</param>
internal sealed record PushLoop(ILoopOperation Loop, IInvocationOperation FirstSend, Evidence Because);

/// <summary>
/// Loops that push to the socket of a request: on a server the sends to a peer that has left succeed for ever, so the end of the request has to come in by a token, or by a receive.
/// </summary>
internal sealed class PushLoops
{
    /// <summary>How many calls are followed in search of somebody who reads the socket.</summary>
    private const int MaxDepth = 4;

    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly SourceMethods _methods;
    private readonly Summaries _summaries;
    private readonly Tokens _tokens;
    private readonly Waits _waits;
    private readonly HostedLoops _hosted;
    private readonly KeepAlive _keepAlive;

    public PushLoops(Apis apis, ConnectionTypes types, SourceMethods methods, Summaries summaries, Tokens tokens, Waits waits, HostedLoops hosted, KeepAlive keepAlive)
    {
        _apis = apis;
        _types = types;
        _methods = methods;
        _summaries = summaries;
        _tokens = tokens;
        _waits = waits;
        _hosted = hosted;
        _keepAlive = keepAlive;
    }

    /// <summary>The loop that the send stands in, when it cannot see that the peer left; null when it can, or may.</summary>
    public PushLoop? Around(ConnectionCall wait, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        var send = wait.Call;
        if (!wait.Facts.Is(ApiKind.Send) || send.Receiver()?.Type is not { Name: "WebSocket" } || Tokens.ArgumentOf(send) is null || LoopAround(send) is not { } loop || !BodyFacts.IsEndless(loop, _apis)
            || containingSymbol.OutermostType() is not { } type || Bodies.Around(send.Syntax) is not { } body || _hosted.ServesRequest(body, type, cancellationToken) is not { } served)
        {
            return null;
        }

        return FirstSend(loop) is { } first && !HearsOfTheEnd(loop, cancellationToken) && !MayBeRead(body, RootOf(served, body), cancellationToken)
            && !_waits.IsEndedFromOutside(send, cancellationToken) && _keepAlive.TimeoutWithin(TimeSpan.MaxValue, cancellationToken) is null
                ? new PushLoop(loop, first, served)
                : null;
    }

    /// <summary>The outermost loop around the call in its own function, or null.</summary>
    private static ILoopOperation? LoopAround(IOperation call)
    {
        ILoopOperation? loop = null;
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
            loop = parent as ILoopOperation ?? loop;
        return loop;
    }

    /// <summary>The body in which the request is upgraded.</summary>
    private static SyntaxNode RootOf(Evidence served, SyntaxNode body)
    {
        var root = served;
        while (root.Cause is { } cause)
            root = cause;
        return root.Location.SourceTree is { } tree && Bodies.Around(tree.GetRoot().FindNode(root.Location.SourceSpan)) is { } upgrading ? upgrading : body;
    }

    private IInvocationOperation? FirstSend(ILoopOperation loop)
    {
        foreach (var operation in loop.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation { Arguments: var arguments } call && _apis.Of(call).Is(ApiKind.Send) && !arguments.IsEmpty && call.Receiver()?.Type is { Name: "WebSocket" } && Tokens.ArgumentOf(call) is not null)
                return call;
        }

        return null;
    }

    /// <summary>Whether some token that the loop asks or waits with may know more than the end of the application.</summary>
    private bool HearsOfTheEnd(ILoopOperation loop, CancellationToken cancellationToken)
    {
        foreach (var operation in loop.SelfAndDescendantsInBody())
        {
            var token = operation switch
            {
                IInvocationOperation call => Tokens.ArgumentOf(call)?.Value ?? (Tokens.IsToken(call.Instance?.Type) ? call.Instance : null),
                IPropertyReferenceOperation { Property.Name: "IsCancellationRequested", Instance: { } instance } => instance,
                // Another way out, unless it waits for an exception that no send throws.
                IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break } when !operation.IsImplicit && operation.Syntax.FirstAncestorOrSelf<CatchClauseSyntax>() is null => operation,
                _ => null,
            };
            if (token is null)
                continue;
            if (token == operation || (Tokens.IsToken(token.Type) ? _tokens.EndsOf(token, cancellationToken) : TokenEnds.Unknown) is var ends && (ends & ~TokenEnds.Shutdown) != 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether somebody may read the socket meanwhile: a function that the request comes to receives, or the socket goes to code that is not in sight.</summary>
    private bool MayBeRead(SyntaxNode body, SyntaxNode root, CancellationToken cancellationToken)
    {
        var seen = new HashSet<SyntaxNode>();
        var pending = new Queue<(SyntaxNode Body, int Depth)>();
        pending.Enqueue((root, 0));
        pending.Enqueue((body, 0));
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (current, depth) = pending.Dequeue();
            if (!seen.Add(current))
                continue;
            var model = _summaries.ModelOf(current);
            // The lambdas in it as well, whoever runs them.
            foreach (var node in current.DescendantNodes())
            {
                switch (node)
                {
                    case BaseObjectCreationExpressionSyntax { ArgumentList: { } list } when TakesConnection(list, model, cancellationToken):
                        return true;
                    case InvocationExpressionSyntax syntax when model.GetOperation(syntax, cancellationToken) is IInvocationOperation call:
                        var facts = _apis.Of(call);
                        if (facts.Is(ApiKind.Receive))
                            return true;
                        if (facts != ApiFacts.None)
                            continue;
                        if (_methods.Target(call, cancellationToken) is { } target && Bodies.Of(target, cancellationToken) is { } callee && depth < MaxDepth)
                            pending.Enqueue((callee, depth + 1));
                        else if (TakesConnection(syntax.ArgumentList, model, cancellationToken))
                            return true;
                        break;
                    // Kept where others find it.
                    case AssignmentExpressionSyntax assignment when model.GetTypeInfo(assignment.Right, cancellationToken).Type is { } assigned && _types.IsConnection(assigned)
                        && model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol is not ILocalSymbol:
                        return true;
                }
            }
        }

        return false;
    }

    private bool TakesConnection(ArgumentListSyntax list, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var argument in list.Arguments)
        {
            if (model.GetTypeInfo(argument.Expression, cancellationToken).Type is { } type && _types.IsConnection(type))
                return true;
        }

        return false;
    }
}
