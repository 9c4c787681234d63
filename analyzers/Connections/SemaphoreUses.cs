using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What the code that can name a semaphore does with it.</summary>
internal sealed class SemaphoreUses
{
    private SemaphoreUses(ImmutableArray<IInvocationOperation> waits, ImmutableArray<IInvocationOperation> releases, ImmutableArray<IInvocationOperation> disposals, int assignments, bool isHandedOut)
    {
        Assignments = assignments;
        Waits = waits;
        Releases = releases;
        Disposals = disposals;
        IsHandedOut = isHandedOut;
    }

    /// <summary>Calls that wait for it.</summary>
    public ImmutableArray<IInvocationOperation> Waits { get; }

    /// <summary>Calls that release it.</summary>
    public ImmutableArray<IInvocationOperation> Releases { get; }

    /// <summary>Calls that dispose it.</summary>
    public ImmutableArray<IInvocationOperation> Disposals { get; }

    /// <summary>How many assignments set it, its initialiser not counted.</summary>
    public int Assignments { get; }

    /// <summary>Whether code that is not seen may use it too: it is passed on, stored elsewhere, or visible outside of its type.</summary>
    public bool IsHandedOut { get; }

    /// <summary>Reads the uses of a local, or of a field or property of this compilation.</summary>
    public static SemaphoreUses Of(ISymbol semaphore, SyntaxNode place, Apis apis, Summaries summaries, CancellationToken cancellationToken)
    {
        var waits = ImmutableArray.CreateBuilder<IInvocationOperation>();
        var releases = ImmutableArray.CreateBuilder<IInvocationOperation>();
        var disposals = ImmutableArray.CreateBuilder<IInvocationOperation>();
        var assignments = 0;
        var isHandedOut = semaphore is not ILocalSymbol && semaphore.DeclaredAccessibility != Accessibility.Private;
        foreach (var scope in ScopesOf(semaphore, place, summaries, cancellationToken))
        {
            var model = summaries.ModelOf(scope);
            foreach (var use in ValueFlow.ReferencesTo(semaphore, scope, model, cancellationToken))
            {
                if (use.Parent is INameOfOperation)
                    continue;
                if (use.Parent is IAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Target == use)
                {
                    assignments++;
                    continue;
                }

                var used = use.Parent is IConditionalAccessOperation access && access.Operation == use ? access.WhenNotNull : use.Parent;
                switch (used)
                {
                    case IInvocationOperation call when apis.Of(call).Is(ApiKind.Acquires):
                        waits.Add(call);
                        break;
                    case IInvocationOperation call when apis.Of(call).Is(ApiKind.Releases):
                        releases.Add(call);
                        break;
                    case IInvocationOperation { TargetMethod: { Name: "Dispose", Parameters.IsEmpty: true } } call:
                        disposals.Add(call);
                        break;
                    case IPropertyReferenceOperation { Property.Name: "CurrentCount" } or IBinaryOperation or IIsPatternOperation:
                        break;
                    // "gate?.WaitAsync().ConfigureAwait(false)": the call stands deeper.
                    default:
                        isHandedOut = true;
                        break;
                }
            }
        }

        return new SemaphoreUses(waits.ToImmutable(), releases.ToImmutable(), disposals.ToImmutable(), assignments, isHandedOut);
    }

    private static IEnumerable<SyntaxNode> ScopesOf(ISymbol semaphore, SyntaxNode place, Summaries summaries, CancellationToken cancellationToken)
    {
        if (semaphore is ILocalSymbol or IParameterSymbol)
        {
            if (Bodies.OutermostAround(place) is { } body)
                yield return body;
            yield break;
        }

        if (semaphore.ContainingType is not { } type)
            yield break;
        foreach (var declaration in summaries.DeclarationsOf(type, cancellationToken))
            yield return declaration;
    }
}
