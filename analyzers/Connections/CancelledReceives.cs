using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A receive that is cancelled although the connection is to go on.</summary>
/// <param name="Await">The await of the receive.</param>
/// <param name="Handler">The catch clause that takes the cancellation.</param>
/// <param name="Use">What is done on the connection then.</param>
/// <param name="IsClose">Whether that is a close.</param>
/// <param name="Source">The local or new source whose time limit cancels the receive, or null when somebody else's token does.</param>
internal sealed record CancelledReceive(IAwaitOperation Await, ICatchClauseOperation Handler, IInvocationOperation Use, bool IsClose, IOperation? Source);

/// <summary>
/// Which receives on WebSockets are cancelled and caught while the code goes on with the connection: a cancelled receive aborts it. Streams and sockets survive a cancelled read.
/// </summary>
internal sealed class CancelledReceives
{
    private const string WebSocket = "WebSocket";

    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly ConnectionUses _uses;

    public CancelledReceives(Apis apis, Summaries summaries, ConnectionUses uses)
    {
        _apis = apis;
        _summaries = summaries;
        _uses = uses;
    }

    /// <summary>What the code does with the connection once the receive, which the call makes by itself or in the method that it runs, is cancelled; null when it leaves the connection.</summary>
    public CancelledReceive? At(IInvocationOperation receive, CancellationToken cancellationToken)
    {
        if (!receive.TargetMethod.ReturnType.IsTaskLike() || receive.SemanticModel is not { } model || TokenOf(receive, cancellationToken) is not { } token || Bodies.Around(receive.Syntax) is not { } body)
            return null;
        if (_uses.UsedBy(receive, ApiKind.Receive, model, cancellationToken) is not { } name || ValueFlow.AwaitOf(receive) is not { } awaiting)
            return null;
        var source = Timeouts.SourceOf(token, model, cancellationToken);
        if (source is not null && !Timeouts.IsTimed(source, body, model, cancellationToken))
            source = null;
        var cancelled = new Cancellation(token, source, model);
        if (CatchClauses.First(awaiting, Timeouts.IsCancellationOrBase, clause => Conditions.ValueOf(clause.Filter!, cancelled.ValueOfPart)) is not { } handler)
            return null;
        // A handler for everything says nothing about cancellation when the token is somebody else's.
        if (source is null && !Timeouts.IsCancellation(handler.ExceptionType))
            return null;
        // Only a time limit is meant to be survived: with any other token it is the close in the handler that fails.
        var kinds = source is null ? ApiKind.Close : ApiKind.Send | ApiKind.Receive | ApiKind.Close;
        var ways = new Continuation(
            operation => UseOf(operation, receive, kinds, name, model, cancellationToken) is not null,
            operation => _uses.Ends(operation, name, model, cancellationToken),
            condition => cancelled.ValueOf(condition, name));
        if (ways.FirstIn(handler, awaiting, cancellationToken) is not { } found || UseOf(found, receive, kinds, name, model, cancellationToken) is not { } use)
            return null;
        return new CancelledReceive(awaiting, handler, use, _apis.Of(use).Is(ApiKind.Close), source);
    }

    /// <summary>The first receive of the close's body whose cancellation leads to the close, which fails then whatever it is given; null when there is none.</summary>
    public IInvocationOperation? LeadingTo(IInvocationOperation close, CancellationToken cancellationToken)
    {
        if (close.SemanticModel is not { } model || Bodies.Around(close.Syntax) is not { } body || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return null;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IInvocationOperation receive && At(receive, cancellationToken) is { IsClose: true } cancelled && cancelled.Use.Syntax == close.Syntax)
                return receive;
        }

        return null;
    }

    /// <summary>The first operation sought among those that run between the cancellation and the next start of the receive, or null.</summary>
    public IOperation? FirstAfter(IInvocationOperation receive, CancelledReceive cancelled, Func<IOperation, bool> isSought, CancellationToken cancellationToken) =>
        new Continuation(isSought, operation => operation.Syntax == receive.Syntax, static _ => null).FirstIn(cancelled.Handler, cancelled.Await, cancellationToken);

    private IInvocationOperation? UseOf(IOperation operation, IInvocationOperation receive, ApiKind kinds, ConnectionName name, SemanticModel model, CancellationToken cancellationToken)
    {
        if (operation is not IInvocationOperation || ConnectionUses.CallOf(operation, model) is not { } call)
            return null;
        if (_uses.UsedBy(call, kinds, model, cancellationToken) is not { } used || !used.Is(name))
            return null;
        if (call.Syntax == receive.Syntax)
            return call;
        // Whoever guards a close expects that it may fail; a method that sends may ask for the state first.
        return _apis.Of(call).Is(ApiKind.Close) ? (IsGuarded(call) ? null : call) : AsksForState(call, cancellationToken) ? null : call;
    }

    /// <summary>Whether the call is of a method in source that closes, or looks at a state or catches something on its way.</summary>
    private bool AsksForState(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (_apis.Of(call).Is(ApiKind.Send | ApiKind.Receive))
            return false;
        if (_summaries.Does(call, ApiKind.Close, cancellationToken) is not null || Bodies.Of(call.TargetMethod, cancellationToken) is not { } body)
            return true;
        foreach (var node in body.DescendantNodes())
        {
            if (node is TryStatementSyntax or IdentifierNameSyntax { Identifier.ValueText: "State" })
                return true;
        }

        return false;
    }

    private static bool IsGuarded(IInvocationOperation call)
    {
        foreach (var @try in CatchClauses.TriesAround(call))
        {
            foreach (var clause in @try.Catches)
            {
                if (clause.ExceptionType is null or { Name: "WebSocketException" or "Exception" or "Object" or "SystemException" or "ExternalException" or "Win32Exception" })
                    return true;
            }
        }

        return false;
    }

    /// <summary>The token that can cancel the receive on a WebSocket; for a method in source, that which it hands on to the receive. Null when there is none.</summary>
    private IOperation? TokenOf(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var facts = _apis.Of(call);
        if (facts.Is(ApiKind.Receive))
            return IsOnWebSocket(call) ? TokenIn(call) : null;
        if (facts != ApiFacts.None || TokenIn(call) is not { } token || _summaries.Does(call, ApiKind.Receive, cancellationToken) is not { Path.IsEmpty: true, Leaf.Call: var leaf } || !IsOnWebSocket(leaf))
            return null;
        // What the method catches itself does not come out of it.
        foreach (var @try in CatchClauses.TriesAround(leaf))
        {
            foreach (var clause in @try.Catches)
            {
                if (clause.ExceptionType is null || Timeouts.IsCancellationOrBase(clause.ExceptionType))
                    return null;
            }
        }

        return TokenIn(leaf)?.WithoutConversions() is IParameterReferenceOperation { Parameter: var parameter } && ValueFlow.AwaitOf(leaf) is not null && call.ArgumentFor(parameter.Ordinal) == token ? token : null;
    }

    private static bool IsOnWebSocket(IInvocationOperation call)
    {
        if (call.Receiver()?.Type is not { } type)
            return false;
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: WebSocket, ContainingNamespace: { Name: "WebSockets", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } })
                return true;
        }

        return false;
    }

    private static IOperation? TokenIn(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Type.Name != "CancellationToken")
                continue;
            var value = argument.Value.WithoutConversions();
            var isNone = argument.ArgumentKind == ArgumentKind.DefaultValue || value is IDefaultValueOperation or IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } };
            return isNone ? null : argument.Value;
        }

        return null;
    }

    /// <summary>What is known when a token has cancelled a receive: the token is cancelled, other tokens are not, and the WebSocket is aborted.</summary>
    private sealed class Cancellation
    {
        private readonly IOperation _token;
        private readonly IOperation? _source;
        private readonly SemanticModel _model;

        public Cancellation(IOperation token, IOperation? source, SemanticModel model)
        {
            _token = token.WithoutConversions();
            _source = source;
            _model = model;
        }

        public bool? ValueOf(IOperation condition, ConnectionName name) => Conditions.ValueOf(condition, part => ValueOfPart(part) ?? ValueOfState(part, name));

        public bool? ValueOfPart(IOperation part)
        {
            if (part is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested", Instance: { } instance })
                return IsCancelled(ConnectionName.Written(instance, _model) ?? instance);
            return CatchClauses.TypeTest(part, Timeouts.IsCancellationOrBase);
        }

        private bool? IsCancelled(IOperation asked)
        {
            if (asked is IPropertyReferenceOperation { Property.Name: "Token", Instance: { } owner })
                asked = ConnectionName.Written(owner, _model) ?? owner;
            if (asked.ReferencedSymbol() is not { } symbol)
                return null;
            if (SymbolEqualityComparer.Default.Equals(symbol, _token.ReferencedSymbol()) || SymbolEqualityComparer.Default.Equals(symbol, _source.ReferencedSymbol()))
                return true;
            // A time limit passes while nobody else cancels anything.
            return _source is null ? null : false;
        }

        /// <summary>The condition of a loop is asked by code that goes on: it sees the state only because of the cancellation. Any other question is meant.</summary>
        private bool? ValueOfState(IOperation part, ConnectionName name)
        {
            if (_source is not null && IsOfLoop(part.Syntax))
                return null;
            return SocketStates.Of(part, SocketStates.Aborted, operation => IsStateOf(operation, name)) switch
            {
                Outcome.True => true,
                Outcome.False => false,
                _ => null,
            };
        }

        private static bool IsOfLoop(SyntaxNode condition)
        {
            while (condition.Parent is ExpressionSyntax around)
                condition = around;
            return condition.Parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax;
        }

        private bool IsStateOf(IOperation operation, ConnectionName name) =>
            SocketStates.IsState(operation) && operation.WithoutConversions() is IPropertyReferenceOperation { Instance: { } instance } && (ConnectionName.Of(instance, _model)?.Is(name) ?? false);
    }
}
