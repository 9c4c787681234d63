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

    /// <summary>Listeners to waits for a lock.</summary>
    public List<Action<FactContext, IInvocationOperation>> LockWaits { get; } = new();

    /// <summary>Hear of every call or property read that blocks.</summary>
    public void OnBlockingCall(Action<FactContext, BlockingCall> listener) => BlockingCalls.Add(listener);

    /// <summary>Hear of every call of a source method.</summary>
    public void OnSourceCall(Action<FactContext, IInvocationOperation> listener) => SourceCalls.Add(listener);

    /// <summary>Hear of every dropped send.</summary>
    public void OnDroppedSend(Action<FactContext, DroppedSend> listener) => DroppedSends.Add(listener);

    /// <summary>Hear of every created connection.</summary>
    public void OnCreation(Action<FactContext, IOperation> listener) => Creations.Add(listener);

    /// <summary>Hear of every wait for a lock.</summary>
    public void OnLockWait(Action<FactContext, IInvocationOperation> listener) => LockWaits.Add(listener);
}
