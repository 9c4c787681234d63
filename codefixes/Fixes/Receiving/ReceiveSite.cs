using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>The receive that a diagnostic about its data or its result is about.</summary>
/// <param name="Call">The receive.</param>
/// <param name="Message">What becomes of its result and its data.</param>
/// <param name="Connections">The model that says so.</param>
internal sealed record ReceiveSite(IInvocationOperation Call, ReceivedMessage Message, ConnectionModel Connections)
{
    /// <summary>The receive at the first additional location, or null when it is not in the file of the diagnostic.</summary>
    public static ReceiveSite? Of(FixSite site, CancellationToken cancellationToken)
    {
        var tree = site.Node.SyntaxTree;
        if (site.Diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree.FilePath: var path } location || path != tree.FilePath
            || tree.GetRoot(cancellationToken) is not { } root || !root.FullSpan.Contains(location.SourceSpan)
            || root.FindNode(location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax call
            || site.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation)
        {
            return null;
        }

        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return connections.Receives.At(operation, cancellationToken) is { } receive
            ? new ReceiveSite(operation, connections.Receives.MessageOf(receive, cancellationToken), connections)
            : null;
    }
}
