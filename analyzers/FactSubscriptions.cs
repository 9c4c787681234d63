using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers;

/// <summary>The facts of the domain that rules listen to. Each operation is looked up once, whoever listens.</summary>
internal sealed class FactSubscriptions
{
    /// <summary>Listeners to calls and property reads that block their thread.</summary>
    public List<Action<FactContext, BlockingCall>> BlockingCalls { get; } = new();

    /// <summary>Listeners to calls of methods with a body in source that are not catalogued.</summary>
    public List<Action<FactContext, IInvocationOperation>> SourceCalls { get; } = new();

    /// <summary>Listeners to tasks of sends and closes that nobody looks at.</summary>
    public List<Action<FactContext, DroppedSend>> DroppedSends { get; } = new();

    /// <summary>Listeners to connections being created for the caller to dispose.</summary>
    public List<Action<FactContext, IOperation>> Creations { get; } = new();

    /// <summary>Listeners to calls that dispose a connection.</summary>
    public List<Action<FactContext, IInvocationOperation>> Disposals { get; } = new();
    /// <summary>Listeners to semaphores being created.</summary>
    public List<Action<FactContext, IObjectCreationOperation>> SemaphoreCreations { get; } = new();

    /// <summary>Listeners to waits for a lock.</summary>
    public List<Action<FactContext, IInvocationOperation>> LockWaits { get; } = new();

    /// <summary>Listeners to waits for a lock that belongs to its thread.</summary>
    public List<Action<FactContext, IInvocationOperation>> ThreadLockWaits { get; } = new();

    /// <summary>Listeners to semaphores being disposed.</summary>
    public List<Action<FactContext, IInvocationOperation>> SemaphoreDisposals { get; } = new();

    /// <summary>Listeners to calls that connect, accept, send, receive or close.</summary>
    public List<Action<FactContext, ConnectionCall>> ConnectionCalls { get; } = new();

    /// <summary>Listeners to receives, those of wrappers included.</summary>
    public List<Action<FactContext, Receive>> Receives { get; } = new();

    /// <summary>Listeners to settings of connections being assigned.</summary>
    public List<Action<FactContext, ConnectionSetting>> Settings { get; } = new();

    /// <summary>Listeners to functions that are async and return nothing.</summary>
    public List<Action<FactContext, AsyncVoid>> AsyncVoids { get; } = new();

    /// <summary>Listeners to calls that run a function elsewhere.</summary>
    public List<Action<FactContext, IInvocationOperation>> Offloads { get; } = new();

    /// <summary>Listeners to calls that compute for long.</summary>
    public List<Action<FactContext, IInvocationOperation>> Computations { get; } = new();

    /// <summary>Whether anybody listens to a fact that is a call.</summary>
    public bool HearsOfCalls =>
        BlockingCalls.Count + SourceCalls.Count + DroppedSends.Count + Creations.Count + LockWaits.Count + ThreadLockWaits.Count + SemaphoreDisposals.Count + ConnectionCalls.Count + Receives.Count + Offloads.Count + Computations.Count + Disposals.Count > 0;

    /// <summary>Hear of every call or property read that blocks.</summary>
    public void OnBlockingCall(Action<FactContext, BlockingCall> listener) => BlockingCalls.Add(listener);

    /// <summary>Hear of every call of a source method.</summary>
    public void OnSourceCall(Action<FactContext, IInvocationOperation> listener) => SourceCalls.Add(listener);

    /// <summary>Hear of every dropped send.</summary>
    public void OnDroppedSend(Action<FactContext, DroppedSend> listener) => DroppedSends.Add(listener);

    /// <summary>Hear of every created connection.</summary>
    public void OnCreation(Action<FactContext, IOperation> listener) => Creations.Add(listener);

    /// <summary>Hear of every dispose of a connection.</summary>
    public void OnDisposal(Action<FactContext, IInvocationOperation> listener) => Disposals.Add(listener);
    /// <summary>Hear of every created semaphore.</summary>
    public void OnSemaphoreCreation(Action<FactContext, IObjectCreationOperation> listener) => SemaphoreCreations.Add(listener);

    /// <summary>Hear of every wait for a lock.</summary>
    public void OnLockWait(Action<FactContext, IInvocationOperation> listener) => LockWaits.Add(listener);

    /// <summary>Hear of every wait for a lock that belongs to its thread; of those that can be awaited <see cref="OnLockWait"/> tells.</summary>
    public void OnThreadLockWait(Action<FactContext, IInvocationOperation> listener) => ThreadLockWaits.Add(listener);

    /// <summary>Hear of every disposed semaphore.</summary>
    public void OnSemaphoreDisposal(Action<FactContext, IInvocationOperation> listener) => SemaphoreDisposals.Add(listener);

    /// <summary>Hear of every catalogued call that connects, accepts, sends, receives or closes.</summary>
    public void OnConnectionCall(Action<FactContext, ConnectionCall> listener) => ConnectionCalls.Add(listener);

    /// <summary>Hear of every receive: catalogued ones, and calls of methods that hand on what such a one gives.</summary>
    public void OnReceive(Action<FactContext, Receive> listener) => Receives.Add(listener);

    /// <summary>Hear of every assignment to a catalogued setting of a connection.</summary>
    public void OnSetting(Action<FactContext, ConnectionSetting> listener) => Settings.Add(listener);

    /// <summary>Hear of every function that is async, returns nothing, and works on a connection.</summary>
    public void OnAsyncVoid(Action<FactContext, AsyncVoid> listener) => AsyncVoids.Add(listener);

    /// <summary>Hear of every catalogued call that runs a function elsewhere.</summary>
    public void OnOffload(Action<FactContext, IInvocationOperation> listener) => Offloads.Add(listener);

    /// <summary>Hear of every catalogued call that computes for long.</summary>
    public void OnComputation(Action<FactContext, IInvocationOperation> listener) => Computations.Add(listener);
}
