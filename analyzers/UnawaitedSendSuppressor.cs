using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Options;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers;

/// <summary>
/// Hides CS4014 ("this call is not awaited") where WSA4001 says more about the same call. Only where WSA4001 is a warning or an error in that file and is not
/// silenced at that place: nobody loses both.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnawaitedSendSuppressor : DiagnosticSuppressor
{
    /// <summary>The id of the suppression: in <c>NoWarn</c>, it switches the suppression off.</summary>
    public const string SuppressionId = "WSAS4014";

    private static readonly SuppressionDescriptor Suppression = new(SuppressionId, "CS4014", Texts.Localizable("WSAS4014_Justification"));

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(Suppression);

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree && IsReportedByUs(diagnostic.Location, tree, context))
                context.ReportSuppression(Microsoft.CodeAnalysis.Diagnostics.Suppression.Create(Suppression, diagnostic));
        }
    }

    private static bool IsReportedByUs(Location location, SyntaxTree tree, SuppressionAnalysisContext context)
    {
        var cancellationToken = context.CancellationToken;
        if (!EffectiveSeverity.IsAtLeastWarning(DroppedSendRule.Descriptor, tree, context.Compilation, context.Options, cancellationToken))
            return false;
        var node = tree.GetRoot(cancellationToken).FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        var model = context.GetSemanticModel(tree);
        if (model.GetOperation(node, cancellationToken) is not { } operation)
            return false;
        var connections = ConnectionModel.For(context.Compilation, context.Options, cancellationToken);
        foreach (var inner in operation.SelfAndDescendantsInBody())
        {
            if (inner is not IInvocationOperation call || connections.Sends.At(call, cancellationToken) is not { Work: DroppedWork.Send, IsMinor: false, Form: not DropForm.Discard })
                continue;
            var container = model.GetEnclosingSymbol(call.Syntax.SpanStart, cancellationToken);
            return !connections.Options.IsExcluded(container, tree) && !GeneratedCode.Contains(tree, container, context.Compilation, cancellationToken) && !Silenced.At(call.Syntax, container, DroppedSendRule.Descriptor.Id, cancellationToken);
        }

        return false;
    }
}
