using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A semaphore that is made to let one in at a time, and why it matters to a connection.</summary>
/// <param name="Variable">The local, field or property it is put into.</param>
/// <param name="Uses">What is done with it.</param>
/// <param name="Because">What it guards on a connection, or which handler waits for it.</param>
internal sealed record SemaphoreLock(ISymbol Variable, SemaphoreUses Uses, Evidence Because);

/// <summary>Semaphores that guard work on connections, from where they are made.</summary>
internal sealed class Semaphores
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly Handlers _handlers;
    private readonly GuardedConnections _guarded;

    public Semaphores(Apis apis, Summaries summaries, Handlers handlers, GuardedConnections guarded)
    {
        _apis = apis;
        _summaries = summaries;
        _handlers = handlers;
        _guarded = guarded;
    }

    /// <summary>Whether values of the type are semaphores that can be awaited.</summary>
    public static bool IsSemaphore(ITypeSymbol? type) =>
        type is { Name: "SemaphoreSlim", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>The lock that a semaphore is which only code in sight uses, in pairs of a wait and a release, or null; also null when no connection is concerned.</summary>
    public SemaphoreLock? MutexMadeBy(IObjectCreationOperation creation, CancellationToken cancellationToken)
    {
        if (!IsSemaphore(creation.Type) || !IsMadeForOne(creation) || VariableOf(creation) is not { } variable)
            return null;
        var uses = SemaphoreUses.Of(variable, creation.Syntax, _apis, _summaries, cancellationToken);
        if (uses.IsHandedOut || uses.Waits.IsEmpty || !AreInPairs(uses) || !IsOnly(creation, variable, uses, cancellationToken))
            return null;
        foreach (var wait in uses.Waits)
        {
            if (WhyOfConnection(wait, variable, cancellationToken) is { } because)
                return new SemaphoreLock(variable, uses, because);
        }

        return null;
    }

    /// <summary>Whether every call of the body makes a lock of its own, which only that call waits for.</summary>
    public static bool GuardsNothing(SemaphoreLock mutex)
    {
        if (mutex.Variable is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } || Bodies.Around(references[0].GetSyntax()) is not { } home)
            return false;
        foreach (var wait in mutex.Uses.Waits)
        {
            // A function that is made in the body may be started several times.
            if (Bodies.Around(wait.Syntax) != home)
                return false;
        }

        return true;
    }

    /// <summary>What the wait has to do with a connection: what it guards on one, or that it stands in a handler; null when it has nothing to do with any.</summary>
    public Evidence? WhyOfConnection(IInvocationOperation wait, ISymbol semaphore, CancellationToken cancellationToken)
    {
        foreach (var (operation, _) in _guarded.Under(wait, semaphore, cancellationToken))
            return new Evidence("Guards", operation.Syntax.GetLocation(), null, operation.TargetMethod.ShortName());
        return wait.SemanticModel?.GetEnclosingSymbol(wait.Syntax.SpanStart, cancellationToken) is { } around ? _handlers.Around(wait.Syntax, around, cancellationToken) : null;
    }

    /// <summary>Whether the variable never holds a semaphore that admits more than one.</summary>
    private static bool IsOnly(IObjectCreationOperation creation, ISymbol variable, SemaphoreUses uses, CancellationToken cancellationToken) =>
        variable is ILocalSymbol local
            ? uses.Assignments == (local.DeclaringSyntaxReferences is { Length: 1 } references && references[0].GetSyntax(cancellationToken).Span.Contains(creation.Syntax.Span) ? 0 : 1)
            : Gates.AdmitsOne(variable, creation.SemanticModel!.Compilation, cancellationToken);

    private static bool AreInPairs(SemaphoreUses uses)
    {
        var waiting = new HashSet<SyntaxNode?>();
        foreach (var wait in uses.Waits)
            waiting.Add(Bodies.Around(wait.Syntax));
        foreach (var release in uses.Releases)
        {
            // "Release(n)" counts; a release in a function of its own is a signal, or the other half of a lock that is handed over.
            if (release.Arguments.Length > 0 || !waiting.Contains(Bodies.Around(release.Syntax)))
                return false;
        }

        var releasing = new HashSet<SyntaxNode?>();
        foreach (var release in uses.Releases)
            releasing.Add(Bodies.Around(release.Syntax));
        return releasing.SetEquals(waiting);
    }

    private static bool IsMadeForOne(IObjectCreationOperation creation)
    {
        foreach (var argument in creation.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0)
                return argument.Value.ConstantValue is { HasValue: true, Value: 1 };
        }

        return false;
    }

    /// <summary>The variable that the new object is put into by its initialiser or by an assignment, or null.</summary>
    private static ISymbol? VariableOf(IOperation creation)
    {
        var value = creation.InConversions();
        return value.Parent switch
        {
            IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } => fields[0],
            IPropertyInitializerOperation { InitializedProperties: { Length: 1 } properties } => properties[0],
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment when assignment.Value == value => assignment.Target.ReferencedSymbol(),
            _ => null,
        };
    }
}
