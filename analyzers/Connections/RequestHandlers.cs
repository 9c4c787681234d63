using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which bodies end the request they serve when they end themselves.</summary>
internal sealed class RequestHandlers
{
    /// <summary>How many private methods a handler may be divided into, one calling the other.</summary>
    private const int MaxDepth = 3;

    private readonly Summaries _summaries;
    private readonly Handlers _handlers;

    public RequestHandlers(Summaries summaries, Handlers handlers)
    {
        _summaries = summaries;
        _handlers = handlers;
    }

    /// <summary>Whether the request is over when the body is.</summary>
    /// <param name="body">The body.</param>
    /// <param name="orTakesRequest">Whether a method counts that is given the request, whoever calls it.</param>
    /// <param name="keeps">What makes a caller wait after the body.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public bool Serves(SyntaxNode body, bool orTakesRequest, Func<IOperation, bool> keeps, CancellationToken cancellationToken) =>
        Serves(body, orTakesRequest, keeps, 0, cancellationToken);

    /// <summary>Whether the call runs what stands behind this handler in the pipeline: the delegate <c>next</c>.</summary>
    public static bool IsRestOfPipeline(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.DelegateInvoke, ContainingType: { } type } } call
        && (type is { Name: "RequestDelegate" } || (type is { Name: "Func", TypeArguments.Length: 1 } && call.Receiver() is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol owner } && TakesRequest(owner)));

    /// <summary>Whether public methods of the type serve requests.</summary>
    public static bool IsController(ITypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            if (current is { Name: "ControllerBase", ContainingNamespace: { Name: "Mvc", ContainingNamespace.Name: "AspNetCore" } })
                return true;
        }

        return false;
    }

    private bool Serves(SyntaxNode body, bool orTakesRequest, Func<IOperation, bool> keeps, int depth, CancellationToken cancellationToken)
    {
        var model = _summaries.ModelOf(body);
        var symbol = body is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(body, cancellationToken).Symbol as IMethodSymbol : model.GetDeclaredSymbol(body, cancellationToken) as IMethodSymbol;
        if (symbol is null || symbol.OutermostType() is not { } type)
            return false;
        if (_handlers.In(type, cancellationToken).TryGetValue(body, out var evidence) && evidence.Key == "PerConnectionDelegate")
            return true;
        if (body is AnonymousFunctionExpressionSyntax lambda)
            return model.GetTypeInfo(lambda, cancellationToken).ConvertedType is { Name: "RequestDelegate" };
        if (IsMiddleware(symbol) || IsAction(symbol))
            return true;
        if (orTakesRequest && TakesRequest(symbol) && !TakesCompletion(symbol) && symbol.ReturnType is INamedTypeSymbol { Arity: 0 })
            return true;
        return depth < MaxDepth && (symbol.MethodKind == MethodKind.LocalFunction || symbol.DeclaredAccessibility == Accessibility.Private) && EndsItsCallers(symbol, type, orTakesRequest, keeps, depth, cancellationToken);
    }

    private static bool IsMiddleware(IMethodSymbol method) =>
        method is { Name: "Invoke" or "InvokeAsync", MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsStatic: false } && method.Parameters.Length > 0 && IsRequest(method.Parameters[0].Type);

    private static bool IsAction(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsStatic: false } && IsController(method.ContainingType);

    private static bool TakesRequest(IMethodSymbol method) => method.Parameters.Any(static parameter => IsRequest(parameter.Type));

    private static bool TakesCompletion(IMethodSymbol method) => method.Parameters.Any(static parameter => parameter.Type.Name == "TaskCompletionSource");

    private static bool IsRequest(ITypeSymbol type) => type is { Name: "HttpContext", ContainingNamespace: { Name: "Http", ContainingNamespace.Name: "AspNetCore" } };

    /// <summary>Whether all calls of the method, of which none can be out of sight, are the last thing that a handler does.</summary>
    private bool EndsItsCallers(IMethodSymbol method, INamedTypeSymbol type, bool orTakesRequest, Func<IOperation, bool> keeps, int depth, CancellationToken cancellationToken)
    {
        var isCalled = false;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (!_summaries.Sees(reference.SyntaxTree))
                return false;
            var declaration = reference.GetSyntax(cancellationToken);
            var model = _summaries.ModelOf(declaration);
            foreach (var node in declaration.DescendantNodes())
            {
                if (node is not SimpleNameSyntax name || name.Identifier.ValueText != method.Name
                    || model.GetSymbolInfo(name, cancellationToken).Symbol is not IMethodSymbol named || !SymbolEqualityComparer.Default.Equals(named.Definition(), method.Definition()))
                {
                    continue;
                }

                if (name.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } syntax || syntax.Expression.RightmostName() != method.Name
                    || model.GetOperation(syntax, cancellationToken) is not IInvocationOperation call || Bodies.Around(syntax) is not { } caller
                    || !EndsIts(call, keeps, cancellationToken) || !Serves(caller, orTakesRequest, keeps, depth + 1, cancellationToken))
                {
                    return false;
                }

                isCalled = true;
            }
        }

        return isCalled;
    }

    /// <summary>Whether the caller hands the call's task on, or awaits it and then can come to its end without another wait.</summary>
    private static bool EndsIts(IInvocationOperation call, Func<IOperation, bool> keeps, CancellationToken cancellationToken)
    {
        IOperation value = call;
        while (value.Parent is { } parent && ValueFlow.IsHandedOn(value, parent))
            value = parent;
        return value.Parent switch
        {
            IReturnOperation => true,
            IExpressionStatementOperation when value is IAwaitOperation => Reachability.ReachesEnd(call, keeps, cancellationToken),
            _ => false,
        };
    }
}
