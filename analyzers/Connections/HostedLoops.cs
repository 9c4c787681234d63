using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Loops that a host waits for when it stops, and that do not hear of it: receives of a request or of a background service, with a token that does not know the application.
/// </summary>
internal sealed class HostedLoops
{
    private static readonly TreeFacts<bool> MentionsStopping = new(static (tree, cancellationToken) =>
    {
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is SimpleNameSyntax { Identifier.ValueText: "ApplicationStopping" or "ApplicationStopped" } name && !IsForOneCall(name))
                return true;
        }

        return false;
    });

    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly Tokens _tokens;
    private readonly Waits _waits;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableDictionary<SyntaxNode, Evidence>> _hosted = new(SymbolEqualityComparer.Default);

    public HostedLoops(Compilation compilation, Apis apis, Summaries summaries, Tokens tokens, Waits waits)
    {
        _compilation = compilation;
        _apis = apis;
        _summaries = summaries;
        _tokens = tokens;
        _waits = waits;
    }

    /// <summary>Why the host waits for the call, which stands in a loop that does not hear of a shutdown; null when it does not, or the loop may hear of it.</summary>
    public Evidence? WaitsFor(ConnectionCall wait, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        var call = wait.Call;
        // A loop that only sends has to hear of its peer first: PushLoops.
        if (!wait.Facts.Is(ApiKind.Receive) || !call.TargetMethod.ReturnType.IsTaskLike() || Tokens.ArgumentOf(call) is not { } argument || LoopAround(call) is null)
            return null;
        var ends = _tokens.EndsOf(argument.Value, cancellationToken);
        if ((ends & ~TokenEnds.Peer) != 0)
            return null;
        if (containingSymbol.OutermostType() is not { } type || Bodies.Around(call.Syntax) is not { } body || !HostedIn(type, cancellationToken).TryGetValue(body, out var hosted))
            return null;
        return IsStoppedOtherwise(type, cancellationToken) || _waits.IsEndedFromOutside(call, cancellationToken) ? null : hosted;
    }

    /// <summary>Why the body serves a request that was upgraded, itself or for a body that waits for it; null when it does not.</summary>
    public Evidence? ServesRequest(SyntaxNode body, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (!HostedIn(type, cancellationToken).TryGetValue(body, out var hosted))
            return null;
        var root = hosted;
        while (root.Cause is { } cause)
            root = cause;
        return root.Key == "HostServes" ? hosted : null;
    }

    /// <summary>A token that ends with the application, as the place of the call writes it: that of the background service, or that of a lifetime in reach; null when there is none.</summary>
    public static string? StoppingToken(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (call.SemanticModel is not { } model)
            return null;
        foreach (var token in TokensInReach.At(model, call.Syntax, withinFunction: false, cancellationToken))
        {
            if (token.Variable is IParameterSymbol { ContainingSymbol: IMethodSymbol method } && Tokens.IsBackgroundBody(method))
                return token.Text;
        }

        var isStatic = model.GetEnclosingSymbol(call.Syntax.SpanStart, cancellationToken) is { IsStatic: true };
        foreach (var symbol in model.LookupSymbols(call.Syntax.SpanStart))
        {
            var type = symbol switch
            {
                IParameterSymbol parameter => parameter.Type,
                IFieldSymbol field when field.IsStatic || !isStatic => field.Type,
                IPropertySymbol property when property.IsStatic || !isStatic => property.Type,
                _ => null,
            };
            if (type is { Name: "IHostApplicationLifetime", ContainingNamespace: { Name: "Hosting", ContainingNamespace: { Name: "Extensions", ContainingNamespace.Name: "Microsoft" } } })
                return symbol.Name + ".ApplicationStopping";
        }

        return null;
    }

    /// <summary>Whether the program looks at the end of the application anywhere, or the type closes its connections when it is stopped.</summary>
    public bool IsStoppedOtherwise(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var tree in _compilation.SyntaxTrees)
        {
            if (MentionsStopping.Of(tree, cancellationToken))
                return true;
        }

        foreach (var member in type.GetMembers("StopAsync"))
        {
            if (member is IMethodSymbol stop && _summaries.Does(stop, ApiKind.Close, cancellationToken) is not null)
                return true;
        }

        return false;
    }

    /// <summary>Given straight to a call on a connection: only that call hears of it.</summary>
    private static bool IsForOneCall(SimpleNameSyntax name)
    {
        ExpressionSyntax token = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return token.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && call.Expression.RightmostName() is { } called && ApiCatalogue.BuiltIn.Knows(called);
    }

    /// <summary>The innermost loop around the call in its own function, or null.</summary>
    private static ILoopOperation? LoopAround(IOperation call)
    {
        for (var parent = call.Parent; parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); parent = parent.Parent)
        {
            if (parent is IWhileLoopOperation or IForLoopOperation)
                return (ILoopOperation)parent;
        }

        return null;
    }

    private ImmutableDictionary<SyntaxNode, Evidence> HostedIn(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        _hosted.TryGetValue(type, out var known) ? known : _hosted.GetOrAdd(type, Find(type, cancellationToken));

    /// <summary>The bodies of a type that a host waits for: those it calls itself, and what these wait for inside the type.</summary>
    private ImmutableDictionary<SyntaxNode, Evidence> Find(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SyntaxNode, Evidence>();
        var pending = new Queue<SyntaxNode>();
        foreach (var declaration in _summaries.DeclarationsOf(type, cancellationToken))
        {
            foreach (var node in declaration.DescendantNodesAndSelf())
            {
                if (Bodies.IsBody(node) && RootOf(node, cancellationToken) is { } root)
                    Add(node, root);
            }
        }

        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = pending.Dequeue();
            foreach (var call in _summaries.FactsOf(body, cancellationToken).Calls)
            {
                if (call is { IsDropped: false, StoredIn: null, IsCertain: true } && SymbolEqualityComparer.Default.Equals(call.Target.OutermostType(), type) && Bodies.Of(call.Target, cancellationToken) is { } callee)
                    Add(callee, new Evidence("CalledBy", call.Operation.Syntax.GetLocation(), found[body], call.Target.ShortName()));
            }
        }

        return found.ToImmutableDictionary();

        void Add(SyntaxNode body, Evidence evidence)
        {
            if (found.ContainsKey(body))
                return;
            found.Add(body, evidence);
            pending.Enqueue(body);
        }
    }

    /// <summary>Why the host itself waits for the body: it is the whole of a background service, or it serves a request.</summary>
    private Evidence? RootOf(SyntaxNode body, CancellationToken cancellationToken)
    {
        // Text first: most bodies are neither.
        switch (body)
        {
            case MethodDeclarationSyntax { Identifier.ValueText: "ExecuteAsync" } method when _summaries.ModelOf(body).GetDeclaredSymbol(method, cancellationToken) is IMethodSymbol execute && Tokens.IsBackgroundBody(execute):
                return new Evidence("HostRuns", method.Identifier.GetLocation(), null, execute.ShortName());
            case MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax when MentionsUpgrade(body):
                foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
                {
                    if ((io.Kind & ApiKind.Upgrade) != 0 && io.Call.TargetMethod.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) == true)
                        return new Evidence("HostServes", io.Call.Syntax.GetLocation(), null, io.Call.TargetMethod.Name);
                }

                return null;
            default:
                return null;
        }
    }

    private bool MentionsUpgrade(SyntaxNode body)
    {
        foreach (var node in Bodies.NodesOf(body))
        {
            if (node is SimpleNameSyntax name && _apis.Catalogue.Upgrades(name.Identifier.ValueText))
                return true;
        }

        return false;
    }
}
