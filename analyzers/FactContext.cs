using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers;

/// <summary>What a rule is given with each fact: the model to ask, and the one way to report.</summary>
internal readonly struct FactContext
{
    private readonly OperationAnalysisContext _context;
    private readonly ConcurrentQueue<Diagnostic>? _laterInBlock;

    /// <param name="context">The operation.</param>
    /// <param name="connections">The model.</param>
    /// <param name="laterInBlock">Takes what is reported beside the operation, to be reported at the end of the block around it; null for rules that never do so.</param>
    public FactContext(OperationAnalysisContext context, ConnectionModel connections, ConcurrentQueue<Diagnostic>? laterInBlock)
    {
        _context = context;
        Connections = connections;
        _laterInBlock = laterInBlock;
    }

    /// <summary>The questions a rule may ask.</summary>
    public ConnectionModel Connections { get; }

    /// <summary>The member the operation stands in.</summary>
    public ISymbol ContainingSymbol => _context.ContainingSymbol;

    /// <summary>Cancels the analysis.</summary>
    public CancellationToken CancellationToken => _context.CancellationToken;

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
        var compilation = _context.Compilation;
        // What a referenced project declares is named in the message; a place in its files cannot be reported from here.
        var locations = because.SelectMany(evidence => evidence.Locations).Where(location => location.SourceTree is { } tree && compilation.ContainsSyntaxTree(tree)).Distinct();
        var diagnostic = Diagnostic.Create(descriptor, place, severity, locations, properties, arguments);
        // What an operation's action reports elsewhere counts as a diagnostic of no document: an editor shows it late and offers no fix.
        if (_laterInBlock is not null && !_context.Operation.Syntax.Span.Contains(place.SourceSpan))
            _laterInBlock.Enqueue(diagnostic);
        else
            _context.ReportDiagnostic(diagnostic);
    }
}
