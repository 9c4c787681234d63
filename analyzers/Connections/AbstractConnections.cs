using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// Abstractions of connections that no catalogue names and whose implementations are out of sight: an interface or abstract class that is called a socket or a connection, and by whose
/// awaitable members something is sent and closed. Only what cannot be told otherwise is told by names, and only where the whole shape fits.
/// </summary>
internal static class AbstractConnections
{
    private const ApiKind Shape = ApiKind.Send | ApiKind.Close;

    /// <summary>What an abstract member does on a connection: connects, sends or closes; <see cref="ApiKind.None"/> for everything else.</summary>
    public static ApiKind KindOf(IMethodSymbol method)
    {
        if (!method.IsAbstract || DoneBy(method) is var kind && kind == ApiKind.None || !IsCalledConnection(method.ContainingType.Name))
            return ApiKind.None;
        var found = ApiKind.None;
        foreach (var type in method.ContainingType.SelfAndBaseTypes())
            Add(type);
        foreach (var contract in method.ContainingType.AllInterfaces)
            Add(contract);
        return (found & Shape) == Shape ? kind : ApiKind.None;

        void Add(INamedTypeSymbol type)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IMethodSymbol { IsAbstract: true } other)
                    found |= DoneBy(other);
            }
        }
    }

    private static bool IsCalledConnection(string name) => name.IndexOf("WebSocket", StringComparison.Ordinal) >= 0 || name.EndsWith("Connection", StringComparison.Ordinal) || name.EndsWith("Socket", StringComparison.Ordinal);

    private static ApiKind DoneBy(IMethodSymbol method)
    {
        if (!method.ReturnsAwaitable())
            return ApiKind.None;
        var name = method.Name;
        if (Begins(name, "Send") || Begins(name, "Write"))
            return ApiKind.Send;
        if (Begins(name, "Close") || Begins(name, "Disconnect"))
            return ApiKind.Close;
        return Begins(name, "Connect") || Begins(name, "Open") ? ApiKind.Connect : ApiKind.None;
    }

    /// <summary>Whether the name is the verb, or goes on with another word.</summary>
    private static bool Begins(string name, string verb) => name.StartsWith(verb, StringComparison.Ordinal) && (name.Length == verb.Length || char.IsUpper(name[verb.Length]));
}
