using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Bodies = WebSocketAnalyzers.Roslyn.Bodies;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>One conversion as it grows from the awaiting function to its callers: which functions change, which calls get awaited.</summary>
internal sealed class AsyncPlanner(EditSession session, CancellationToken cancellationToken)
{
    // A fix that rewrites more than this is a redesign and not a fix.
    private const int MaxFunctions = 100;

    private readonly Dictionary<SyntaxNode, bool> _functions = [];
    private readonly HashSet<SyntaxNode> _calls = [];
    private readonly List<Action<EditSession>> _steps = [];

    /// <summary>Everything planned so far.</summary>
    public EditPlan ToPlan() => EditPlan.Of(_steps);

    /// <summary>Plans what must change for an await at <paramref name="awaited"/>; null, or why that is impossible.</summary>
    public async Task<ConversionRefusal?> AllowAwaitAsync(Document document, SyntaxNode awaited)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var position = AwaitPosition.Of(awaited);
        if (position.Refusal is not null)
            return position.Refusal;
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model)
            return new ConversionRefusal(RefusalKind.UnknownUse, awaited.GetLocation(), null);
        var body = position.Function is { } around ? FunctionShape.BodyOf(around)! : awaited.SyntaxTree.GetRoot(cancellationToken);
        if (AsyncObstacles.RefStructAcross(model, body, awaited, cancellationToken) is { } crossing)
            return crossing;
        if (position.Function is not { } function || Bodies.IsAsync(function))
            return null;

        // A member that was only to return a completed task now has something to await: it becomes async, its signature is already changed.
        if (_functions.TryGetValue(function, out var isAsync))
        {
            if (isAsync)
                return null;
            _functions[function] = true;
            _steps.Add(target => target.Convert(new FunctionConversion(function, IsAsync: true, ChangesType: true, [])));
            return null;
        }
        if (_functions.Count >= MaxFunctions)
            return new ConversionRefusal(RefusalKind.TooManyFunctions, FunctionShape.LocationOf(function), null);
        _functions.Add(function, true);
        return await ConvertAsync(document, model, function).ConfigureAwait(false);
    }

    /// <summary>Plans what must change so that an async function that returns nothing returns its task; null, or why that is impossible.</summary>
    public async Task<ConversionRefusal?> ReturnTaskAsync(Document document, SyntaxNode function)
    {
        if (await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is not { } model
            || FunctionShape.SymbolOf(model, function, cancellationToken) is not { IsAsync: true, ReturnsVoid: true, MethodKind: not MethodKind.AnonymousFunction } symbol)
        {
            return new ConversionRefusal(RefusalKind.NotThisShape, FunctionShape.LocationOf(function), null);
        }
        return await ChangeSignatureAsync(symbol, function).ConfigureAwait(false);
    }

    private async Task<ConversionRefusal?> ConvertAsync(Document document, SemanticModel model, SyntaxNode function)
    {
        if (FunctionShape.SymbolOf(model, function, cancellationToken) is not { } symbol || FunctionShape.BodyOf(function) is not { } body)
            return new ConversionRefusal(RefusalKind.UnknownUse, FunctionShape.LocationOf(function), null);
        if (function is AnonymousFunctionExpressionSyntax lambda)
        {
            if (AsyncObstacles.ToTask(symbol, lambda) is { } obstacle)
                return obstacle;
            var refusal = LambdaConversion.Plan(model, lambda, symbol, out var conversion, cancellationToken);
            if (refusal is null)
                _steps.Add(target => target.Convert(conversion));
            return refusal;
        }

        if (TaskTypes.IsTask(symbol.ReturnType))
        {
            if (AsyncObstacles.ToTask(symbol, function) is { } obstacle)
                return obstacle;
            var refusal = AsyncReturns.Plan(model, body, symbol.ReturnType, out var returns);
            if (refusal is null)
                _steps.Add(target => target.Convert(new FunctionConversion(function, IsAsync: true, ChangesType: false, returns)));
            return refusal;
        }
        return await ChangeSignatureAsync(symbol, function).ConfigureAwait(false);
    }

    // The return type changes: with it every declaration of the chain and every caller.
    private async Task<ConversionRefusal?> ChangeSignatureAsync(IMethodSymbol symbol, SyntaxNode function)
    {
        if (AsyncObstacles.ToTask(symbol, function) is { } own)
            return own;
        var (members, refusal) = await DeclarationChain
            .CollectAsync(session.Solution, symbol, FunctionShape.LocationOf(function), cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
            return refusal;
        foreach (var member in members)
        {
            if (AsyncObstacles.ToTask(member.Symbol, member.Function) is { } obstacle)
                return obstacle;
            var isAsync = Bodies.IsAsync(member.Function);
            if ((isAsync && !member.Symbol.ReturnsVoid) || IsAwaitable(member.Symbol.ReturnType))
                return new ConversionRefusal(RefusalKind.ReturnType, FunctionShape.LocationOf(member.Function), FunctionShape.NameOf(member.Symbol));
            isAsync |= member.Function == function;
            if (!_functions.ContainsKey(member.Function))
                _functions.Add(member.Function, isAsync);
            await AddSignatureAsync(member.Symbol, member.Function, member.Document, isAsync).ConfigureAwait(false);
        }
        foreach (var member in members)
        {
            if (await AwaitCallersAsync(member.Symbol).ConfigureAwait(false) is { } callerRefusal)
                return callerRefusal;
        }
        return null;
    }

    private async Task AddSignatureAsync(IMethodSymbol symbol, SyntaxNode function, Document document, bool isAsync)
    {
        IReadOnlyList<Action<EditSession>> returns = [];
        if (!isAsync && await session.ModelAsync(document, cancellationToken).ConfigureAwait(false) is { } model)
            returns = TaskReturns.Plan(model, function, symbol.ReturnsVoid, cancellationToken);
        _steps.Add(target => target.Convert(new FunctionConversion(function, isAsync, ChangesType: true, returns)));
    }

    private async Task<ConversionRefusal?> AwaitCallersAsync(IMethodSymbol symbol)
    {
        foreach (var references in await session.ReferencesAsync(symbol, cancellationToken).ConfigureAwait(false))
        {
            foreach (var reference in references.Locations)
            {
                var use = await CallSite.OfAsync(session, symbol, reference, cancellationToken).ConfigureAwait(false);
                if (use.Refusal is not null)
                    return use.Refusal;
                if (use.Call is not { } call || !_calls.Add(call))
                    continue;
                if (await AllowAwaitAsync(reference.Document, call).ConfigureAwait(false) is { } inner)
                    return new ConversionRefusal(RefusalKind.CallerCannotAwait, reference.Location, CallSite.CallerName(use.Model!, call), inner);
                var model = use.Model!;
                if (!AwaitIntent.CanStandAt(model, call))
                    return new ConversionRefusal(RefusalKind.UnknownUse, reference.Location, FunctionShape.NameOf(symbol));
                var intent = new AwaitIntent(
                    call, static current => current, ConfigureAwaitStyle.AppliesAt(call), AwaitIntent.IsValueUsed(model, call), IsValueTask: false);
                _steps.Add(target => intent.AddTo(target, model));
            }
        }
        return null;
    }

    // A custom awaitable or an asynchronous sequence is not wrapped into a task.
    private static bool IsAwaitable(ITypeSymbol type) =>
        TaskTypes.IsTask(type)
        || type is INamedTypeSymbol { Name: "IAsyncEnumerable" or "IAsyncEnumerator" }
        || type.GetMembers("GetAwaiter").Length > 0;
}
