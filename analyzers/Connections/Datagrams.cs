using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Receives of datagrams: they come one by one and have no end, so that neither a failed nor an empty one says anything about the next.</summary>
internal static class Datagrams
{
    /// <summary>Whether the call receives a datagram, or may do so because the type around it speaks of datagrams.</summary>
    public static bool MayReceive(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Name.StartsWith("ReceiveFrom", StringComparison.Ordinal) || method.Name.StartsWith("ReceiveMessageFrom", StringComparison.Ordinal) || method.ContainingType.Name == "UdpClient")
            return true;
        var scope = ScopeOf(call);
        return scope.Names("Dgram") || scope.Names("Udp");
    }

    /// <summary>The type around the call, or the whole program.</summary>
    public static SyntaxNode ScopeOf(IInvocationOperation call) => call.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? call.Syntax.SyntaxTree.GetRoot();
}
