using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers;

/// <summary>What a rule is given with each fact: the model to ask, and the one way to report.</summary>
internal readonly struct FactContext
{
    private readonly OperationAnalysisContext? _operation;
    private readonly Compilation _compilation;
    private readonly MemberReports? _member;
    private readonly bool _travels;

    /// <param name="context">The operation.</param>
    /// <param name="connections">The model.</param>
    /// <param name="member">Takes what is reported beside the operation; null for rules that never do so.</param>
    /// <param name="travels">Whether what the fact is about is looked at from each member that it comes to: then each reports its own part.</param>
    public FactContext(OperationAnalysisContext context, ConnectionModel connections, MemberReports? member, bool travels = false)
    {
        _operation = context;
        _compilation = context.Compilation;
        _member = member;
        _travels = travels;
        ContainingSymbol = context.ContainingSymbol;
        CancellationToken = context.CancellationToken;
        Connections = connections;
    }

    /// <summary>For a fact in another member of the type.</summary>
    /// <param name="context">The member that the fact comes to.</param>
    /// <param name="connections">The model.</param>
    /// <param name="member">Takes what is reported there.</param>
    public FactContext(OperationBlockAnalysisContext context, ConnectionModel connections, MemberReports member)
    {
        _operation = null;
        _compilation = context.Compilation;
        _member = member;
        _travels = true;
        ContainingSymbol = context.OwningSymbol;
        CancellationToken = context.CancellationToken;
        Connections = connections;
    }

    /// <summary>The questions a rule may ask.</summary>
    public ConnectionModel Connections { get; }

    /// <summary>The member the operation stands in.</summary>
    public ISymbol ContainingSymbol { get; }

    /// <summary>Cancels the analysis.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Why the operation runs for a connection, or null.</summary>
    public Evidence? HandlerAround(IOperation operation) => Connections.Handlers.Around(operation.Syntax, ContainingSymbol, CancellationToken);

    /// <summary>Reports at an operation; the evidence's places become additional locations.</summary>
    /// <param name="descriptor">The rule.</param>
    /// <param name="operation">Where: in the file that is being analysed.</param>
    /// <param name="because">The evidence, nearest first.</param>
    /// <param name="properties">What the fix needs to know, or null.</param>
    /// <param name="arguments">The message's arguments.</param>
    public void Report(DiagnosticDescriptor descriptor, IOperation operation, Evidence[] because, ImmutableDictionary<string, string?>? properties, params object[] arguments) =>
        Report(descriptor, operation.Syntax, descriptor.DefaultSeverity, because, properties, arguments);

    /// <summary>Reports at a node with a severity other than the rule's own; a severity the user sets for the id wins over it.</summary>
    public void Report(DiagnosticDescriptor descriptor, SyntaxNode node, DiagnosticSeverity severity, Evidence[] because, ImmutableDictionary<string, string?>? properties, params object[] arguments) =>
        Report(descriptor, node.GetLocation(), severity, because, properties, arguments);

    /// <summary>Reports at a place in the file that is being analysed, such as the name of a function.</summary>
    public void Report(DiagnosticDescriptor descriptor, Location place, DiagnosticSeverity severity, Evidence[] because, ImmutableDictionary<string, string?>? properties, params object[] arguments)
    {
        if (place.SourceTree is { } file && Connections.Options.IsExcluded(ContainingSymbol, file))
            return;
        if (_travels && _member is not null && _member.IsElsewhereIn(ContainingSymbol.OutermostType(), place, CancellationToken))
            return;
        var compilation = _compilation;
        // What a referenced project declares is named in the message; a place in its files cannot be reported from here.
        var locations = because.SelectMany(evidence => evidence.Locations).Where(location => location.SourceTree is { } tree && compilation.ContainsSyntaxTree(tree)).Distinct();
        var diagnostic = Diagnostic.Create(descriptor, place, severity, locations, properties, arguments);
        if (_operation is { } context && (_member is null || context.Operation.Syntax.Span.Contains(place.SourceSpan)))
            context.ReportDiagnostic(diagnostic);
        else
            _member?.Add(diagnostic);
    }
}
