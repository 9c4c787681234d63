using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Options;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Which bodies run for one connection, and why. Decided per outermost type, on demand: the roots, then whatever they call inside that type.
/// Code handed to another thread is not followed.
/// </summary>
internal sealed class Handlers
{
    /// <summary>The phrase of bodies that accept connections in a loop.</summary>
    public const string AcceptLoop = "AcceptLoop";

    /// <summary>The phrase of bodies that receive in a loop.</summary>
    public const string ReceiveLoop = "ReceiveLoop";

    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly Summaries _summaries;
    private readonly SourceMethods _methods;
    private readonly ConnectionOptions _options;
    private readonly Mentions _mentions;
    private readonly HandedMethods _handed;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableDictionary<SyntaxNode, Evidence>> _handlers = new(SymbolEqualityComparer.Default);

    public Handlers(Compilation compilation, Apis apis, ConnectionTypes types, Summaries summaries, SourceMethods methods, ConnectionOptions options, HandedMethods handed, Mentions mentions)
    {
        _compilation = compilation;
        _apis = apis;
        _types = types;
        _summaries = summaries;
        _methods = methods;
        _options = options;
        _mentions = mentions;
        _handed = handed;
    }

    /// <summary>Why the innermost body around the node runs for a connection, or null when it does not.</summary>
    public Evidence? Around(SyntaxNode node, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        if (Bodies.Around(node) is not { } body || containingSymbol.OutermostType() is not { } type)
            return null;
        return In(type, cancellationToken).TryGetValue(body, out var evidence) && Serves(evidence, body, node, cancellationToken) ? evidence : null;
    }

    /// <summary>Why a method's own body runs for a connection, or null when it does not.</summary>
    public Evidence? Of(IMethodSymbol method, CancellationToken cancellationToken) =>
        method.OutermostType() is { } type && Bodies.Of(method, cancellationToken) is { } body && In(type, cancellationToken).TryGetValue(body, out var evidence) ? evidence : null;

    /// <summary>All bodies of an outermost type that run for a connection.</summary>
    public ImmutableDictionary<SyntaxNode, Evidence> In(INamedTypeSymbol outermostType, CancellationToken cancellationToken) =>
        _handlers.TryGetValue(outermostType, out var known) ? known : _handlers.GetOrAdd(outermostType, Find(outermostType, cancellationToken));

    private ImmutableDictionary<SyntaxNode, Evidence> Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (!_mentions.Any && !_options.NameHandlers(type))
            return ImmutableDictionary<SyntaxNode, Evidence>.Empty;

        var found = new Dictionary<SyntaxNode, Evidence>();
        var pending = new Queue<SyntaxNode>();
        // One model a file: what it has bound of a body serves the lambdas in it as well.
        var models = new Dictionary<SyntaxTree, SemanticModel>();
        foreach (var body in _summaries.BodiesOf(type, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var model = ModelOf(body.SyntaxTree);
            if (RootBySymbol(body, model, cancellationToken) is { } root)
                Add(body, root);
            AddHandedOver(body);
            if (!MayHaveRoots(body) || BodyFacts.OperationOf(body, model, cancellationToken) is not { } operation)
                continue;
            if (ServesInPlace(body, operation, cancellationToken) is { } serves)
                Add(body, serves);
            AddCallbacks(operation, type, Add, cancellationToken);
        }

        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = pending.Dequeue();
            Spread(type, body, found[body], ModelOf(body.SyntaxTree), Add, cancellationToken);
        }

        return found.ToImmutableDictionary();

        SemanticModel ModelOf(SyntaxTree tree)
        {
            if (!models.TryGetValue(tree, out var model))
                models.Add(tree, model = _compilation.GetSemanticModel(tree));
            return model;
        }

        // A method of this type that another one hands to a library.
        void AddHandedOver(SyntaxNode body)
        {
            if (body is not MethodDeclarationSyntax method)
                return;
            foreach (var place in _handed.Of(method.Identifier.ValueText, cancellationToken))
            {
                if (ModelOf(place.SyntaxTree).GetOperation(place, cancellationToken) is { } operation)
                    AddCallbacks(operation, type, Add, cancellationToken);
            }
        }

        void Add(SyntaxNode body, Evidence evidence)
        {
            // The first reason is the nearest one; a second adds nothing.
            if (found.ContainsKey(body))
                return;
            found.Add(body, evidence);
            pending.Enqueue(body);
        }
    }

    /// <summary>
    /// Whether the body serves connections at the node. What stands before an accept loop sets the server up, what stands behind it tears it down; what stands before
    /// a client's first connect has no connection yet. Everything else in a handler runs while its connection is there.
    /// </summary>
    private bool Serves(Evidence evidence, SyntaxNode body, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (evidence.Location.SourceTree != body.SyntaxTree || !body.Span.Contains(evidence.Location.SourceSpan))
            return true;
        switch (evidence.Key)
        {
            case AcceptLoop:
                return OutermostLoop(body.FindNode(evidence.Location.SourceSpan), body) is not { } accepting || Bodies.Contains(accepting, node);
            case ReceiveLoop:
                foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
                {
                    if ((io.Kind & ApiKind.Connect) != 0)
                        return node.Span.End > io.Call.Syntax.SpanStart || (OutermostLoop(io.Call.Syntax, body) is { } reconnecting && Bodies.Contains(reconnecting, node));
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>The outermost loop of the body around the node, or null.</summary>
    public static SyntaxNode? OutermostLoop(SyntaxNode node, SyntaxNode body)
    {
        SyntaxNode? loop = null;
        for (var current = node; current is not null && current != body; current = current.Parent)
        {
            if (current is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax)
                loop = current;
        }

        return loop;
    }

    /// <summary>Roots that the declaration alone proves.</summary>
    private Evidence? RootBySymbol(SyntaxNode body, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = body switch
        {
            BaseMethodDeclarationSyntax method => model.GetDeclaredSymbol(method, cancellationToken) as IMethodSymbol,
            LocalFunctionStatementSyntax local => model.GetDeclaredSymbol(local, cancellationToken) as IMethodSymbol,
            AnonymousFunctionExpressionSyntax lambda when lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword) && HasParameters(lambda) => model.GetSymbolInfo(lambda, cancellationToken).Symbol as IMethodSymbol,
            _ => null,
        };
        if (symbol is null)
            return null;
        var location = symbol.SourceLocation();
        if (symbol.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation)
        {
            if (_options.IsHandler(symbol, body.SyntaxTree))
                return new Evidence("Configured", location, null, symbol.ShortName(), ConnectionOptions.HandlersKey);
            if (IsHubMethod(symbol))
                return new Evidence("HubMethod", location, null, symbol.ShortName());
            if (_apis.Of(symbol).Is(ApiKind.Handler))
                return new Evidence("Callback", location, null, symbol.ShortName());
        }

        if (symbol.MethodKind is not (MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation or MethodKind.LocalFunction or MethodKind.AnonymousFunction))
            return null;
        if (!symbol.IsAsync && !symbol.ReturnsAwaitable())
            return null;
        foreach (var parameter in symbol.Parameters)
        {
            if (parameter.RefKind == RefKind.None && _types.IsConnection(parameter.Type))
                return symbol.MethodKind == MethodKind.AnonymousFunction && IsOffloaded(body, model, cancellationToken)
                    ? null
                    : new Evidence("ConnectionParameter", location.IsInSource ? location : body.GetLocation(), null, NameOfBody(body, symbol), parameter.Name);
        }

        return null;
    }

    private static bool HasParameters(AnonymousFunctionExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax => true,
        ParenthesizedLambdaExpressionSyntax parenthesized => parenthesized.ParameterList.Parameters.Count > 0,
        AnonymousMethodExpressionSyntax method => method.ParameterList is { Parameters.Count: > 0 },
        _ => false,
    };

    private bool IsHubMethod(IMethodSymbol method) =>
        method is { DeclaredAccessibility: Accessibility.Public, IsStatic: false }
        && method.ContainingType is { } type
        && (_apis.Of(type) & ApiKind.Hub) != 0
        // Dispose belongs to the hub object, not to a connection's call.
        && method is not { Name: "Dispose", Parameters.IsEmpty: true };

    /// <summary>Text only: whether looking at the operations of a body can make it, or a lambda in it, a root.</summary>
    private bool MayHaveRoots(SyntaxNode body)
    {
        foreach (var node in Bodies.NodesOf(body))
        {
            switch (node)
            {
                case AwaitExpressionSyntax when OutermostLoop(node, body) is not null:
                case CommonForEachStatementSyntax each when each.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword):
                    return true;
                case SimpleNameSyntax name when _apis.Catalogue.MakesHandlers(name.Identifier.ValueText) && (HandsOverFunction(name) || _apis.Catalogue.Upgrades(name.Identifier.ValueText)):
                    return true;
            }
        }

        return false;
    }

    /// <summary>Names such as Start and On are everywhere: they matter where they are given something that can be a function, or are assigned one.</summary>
    private static bool HandsOverFunction(SimpleNameSyntax name)
    {
        SyntaxNode api = name;
        while (api.Parent is MemberAccessExpressionSyntax access && access.Name == api || api.Parent is MemberBindingExpressionSyntax)
            api = api.Parent!;
        switch (api.Parent)
        {
            case AssignmentExpressionSyntax assignment:
                return assignment.Left == api;
            case InvocationExpressionSyntax call when call.Expression == api:
                foreach (var argument in call.ArgumentList.Arguments)
                {
                    if (argument.Expression is AnonymousFunctionExpressionSyntax or SimpleNameSyntax or MemberAccessExpressionSyntax or ObjectCreationExpressionSyntax)
                        return true;
                }

                return false;
            default:
                return false;
        }
    }

    /// <summary>A body that awaits a receive or an accept in a loop, or turns the request it serves into a connection.</summary>
    private Evidence? ServesInPlace(SyntaxNode body, IOperation root, CancellationToken cancellationToken)
    {
        if (!Awaits(body))
            return null;
        foreach (var operation in BodyFacts.InPlace(root, _apis))
        {
            switch (operation)
            {
                // Whether the task is awaited at once, through WaitAsync or with WhenAny makes no difference, as long as somebody looks at it.
                case IInvocationOperation call when call.TargetMethod.ReturnsAwaitable() && DroppedTasks.FormOf(call) is null:
                    var inLoop = IsInLoop(call);
                    var kind = Served(call, inLoop, cancellationToken);
                    if ((kind & ApiKind.Upgrade) != 0)
                        return new Evidence("Upgrade", call.Syntax.GetLocation(), null, NameOfBody(body, null));
                    if (inLoop && kind != ApiKind.None)
                        return new Evidence((kind & ApiKind.Accept) != 0 ? AcceptLoop : ReceiveLoop, call.Syntax.GetLocation(), null, NameOfBody(body, null), call.TargetMethod.Name);
                    break;
                case IForEachLoopOperation { IsAsynchronous: true } each when each.Collection.Unwrapped() is IInvocationOperation sequence && (Served(sequence, true, cancellationToken) & ApiKind.Receive) != 0:
                    return new Evidence(ReceiveLoop, sequence.Syntax.GetLocation(), null, NameOfBody(body, null), sequence.TargetMethod.Name);
            }
        }

        return null;
    }

    /// <summary>What a call that hands back a task or sequence waits for: the next message or connection, or an upgrade.</summary>
    private ApiKind Served(IInvocationOperation call, bool inLoop, CancellationToken cancellationToken)
    {
        const ApiKind Serving = ApiKind.Receive | ApiKind.Accept | ApiKind.Upgrade;
        var target = call.TargetMethod;
        var facts = _apis.Of(call);
        var kind = facts.Kind & Serving;
        // An HTTP server's accept loop serves connections only where its file upgrades requests.
        if (kind == ApiKind.Accept && facts.Has(ApiKind.Accept, ApiEntry.RequestWord) && !MentionsUpgrade(call.Syntax.SyntaxTree, cancellationToken))
            return ApiKind.None;
        if (kind != ApiKind.None || !inLoop || _summaries.Does(call, ApiKind.Receive | ApiKind.Accept, cancellationToken) is not { Leaf.Kind: var leaf } || (leaf & ApiKind.Upgrade) != 0)
            return kind;
        // A wrapper that hands back a message, or one after the other: its caller's loop is the receive loop. One that only loops itself is a handler of its own.
        var handsBack = target.ReturnType is INamedTypeSymbol { TypeArguments.Length: > 0 };
        return handsBack || _summaries.RunsUntilEnd(target, cancellationToken) is null ? leaf & Serving : ApiKind.None;
    }

    private bool MentionsUpgrade(SyntaxTree tree, CancellationToken cancellationToken)
    {
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is SimpleNameSyntax name && _apis.Catalogue.Upgrades(name.Identifier.ValueText))
                return true;
        }

        return false;
    }

    private static bool Awaits(SyntaxNode body)
    {
        if (Bodies.IsAsync(body))
            return true;
        if (body is not CompilationUnitSyntax)
            return false;
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is AwaitExpressionSyntax or CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 })
                return true;
        }

        return false;
    }

    private static bool IsInLoop(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is IWhileLoopOperation or IForLoopOperation)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Delegates that an API runs for each connection: arguments, and assignments to callback properties and events. What a web server runs for each request counts
    /// only when it does something on a connection: most requests are over at once.
    /// </summary>
    private void AddCallbacks(IOperation root, INamedTypeSymbol type, Action<SyntaxNode, Evidence> add, CancellationToken cancellationToken)
    {
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            switch (operation)
            {
                case IArgumentOperation { Parameter: { } parameter, Parent: IInvocationOperation call } argument
                    when (parameter.Type.TypeKind == TypeKind.Delegate || parameter.Type.SpecialType == SpecialType.System_Delegate)
                        && _apis.Of(call).Entry(ApiKind.Callback | ApiKind.Request) is { } entry
                        && (entry.Parameters.IsEmpty || entry.Parameters.Contains(parameter.Name)):
                    AddFunction(argument.Value, call.TargetMethod, entry.Kind);
                    break;
                case IAssignmentOperation { Target: IPropertyReferenceOperation { Property: { } property } } assignment when _apis.Of(property).Is(ApiKind.Callback):
                    AddFunction(assignment.Value, property, ApiKind.Callback);
                    break;
                case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: { } @event } } subscription when _apis.Of(@event).Is(ApiKind.Callback):
                    AddFunction(subscription.HandlerValue, @event, ApiKind.Callback);
                    break;
            }
        }

        void AddFunction(IOperation value, ISymbol api, ApiKind kind)
        {
            if (FunctionOf(value, type, cancellationToken) is { } function && (kind == ApiKind.Callback || _summaries.TouchesConnection(function, cancellationToken)))
                add(function, new Evidence("PerConnectionDelegate", function.GetLocation(), null, api.Name));
        }
    }

    /// <summary>The lambda, or the method of the type, that a delegate is made of.</summary>
    private SyntaxNode? FunctionOf(IOperation value, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        while (value is IConversionOperation or IDelegateCreationOperation)
            value = value is IConversionOperation conversion ? conversion.Operand : ((IDelegateCreationOperation)value).Target;
        return value switch
        {
            IAnonymousFunctionOperation lambda => lambda.Syntax,
            IMethodReferenceOperation reference when _methods.Target(reference.Method, cancellationToken) is { } target && SymbolEqualityComparer.Default.Equals(target.OutermostType(), type) => Bodies.Of(target, cancellationToken),
            _ => null,
        };
    }

    /// <summary>What a handler calls inside its outermost type runs for the connection as well; a task that it drops goes its own way.</summary>
    private void Spread(INamedTypeSymbol type, SyntaxNode body, Evidence cause, SemanticModel model, Action<SyntaxNode, Evidence> add, CancellationToken cancellationToken)
    {
        foreach (var call in _summaries.FactsOf(body, cancellationToken).Calls)
        {
            if (call.IsDropped || !Serves(cause, body, call.Operation.Syntax, cancellationToken) || !SymbolEqualityComparer.Default.Equals(call.Target.OutermostType(), type) || Bodies.Of(call.Target, cancellationToken) is not { } callee)
                continue;
            add(callee, new Evidence("CalledBy", call.Operation.Syntax.GetLocation(), cause, call.Target.ShortName()));
        }

        if (BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation is IAnonymousFunctionOperation lambda && lambda != root && BodyFacts.RunsInPlace(lambda, _apis) && Serves(cause, body, lambda.Syntax, cancellationToken))
                add(lambda.Syntax, cause);
        }
    }

    private bool IsOffloaded(SyntaxNode lambda, SemanticModel model, CancellationToken cancellationToken) =>
        lambda.Parent is ArgumentSyntax { Parent.Parent: { } call }
        && model.GetSymbolInfo(call, cancellationToken).Symbol is { } target
        && _apis.Of(target).Is(ApiKind.Offload);

    /// <summary>A body's name for messages: the method's, or that of the method around a lambda.</summary>
    public static string NameOfBody(SyntaxNode body, IMethodSymbol? symbol)
    {
        if (symbol is { MethodKind: not MethodKind.AnonymousFunction })
            return symbol.ShortName();
        for (SyntaxNode? node = body; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case MethodDeclarationSyntax { Parent: BaseTypeDeclarationSyntax type } method:
                    return type.Identifier.ValueText + "." + method.Identifier.ValueText;
                case LocalFunctionStatementSyntax local:
                    return local.Identifier.ValueText;
                case ConstructorDeclarationSyntax constructor:
                    return constructor.Identifier.ValueText;
                case BaseTypeDeclarationSyntax type:
                    return type.Identifier.ValueText;
            }
        }

        return "Program";
    }
}
