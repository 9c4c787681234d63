using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Locks that belong to the thread that takes them, and are held where a function may go on with another one.</summary>
internal sealed class HeldAwaits
{
    private readonly Apis _apis;
    private readonly Locks _locks;

    public HeldAwaits(Apis apis, Locks locks)
    {
        _apis = apis;
        _locks = locks;
    }

    /// <summary>The first await across which the lock that a call takes is held before the function gives it back, and why the lock matters to a connection; or null.</summary>
    public (IAwaitOperation Await, Evidence Because)? Of(IInvocationOperation wait, CancellationToken cancellationToken)
    {
        if (!_apis.Of(wait).Has(ApiKind.Acquires, ApiEntry.ThreadWord) || _locks.TakenBy(wait, cancellationToken) is not { Held.IsReleased: true } taken
            || Bodies.Around(wait.Syntax) is not { } body || wait.SemanticModel is not { } model)
        {
            return null;
        }

        foreach (var root in Locks.RootsOf(body, model, cancellationToken))
        {
            foreach (var operation in root.SelfAndDescendantsInBody())
            {
                if (operation is IAwaitOperation waiting && taken.Held.At(waiting.Syntax) != Held.No)
                    return (waiting, taken.Because);
            }
        }

        return null;
    }
}
