using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.Connections;

namespace WebSocketAnalyzers;

/// <summary>
/// The host of one category's rules: decides once what every analyzer has to decide (concurrency, generated code, which rules are on), and looks each
/// operation up once for all of them.
/// </summary>
public abstract class ConnectionAnalyzer : DiagnosticAnalyzer
{
    private readonly ImmutableArray<ConnectionRule> _rules;
    private readonly ImmutableArray<DiagnosticDescriptor> _descriptors;

    private protected ConnectionAnalyzer(params ConnectionRule[] rules)
    {
        _rules = rules.ToImmutableArray();
        _descriptors = rules.Select(rule => rule.Rule).ToImmutableArray();
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => _descriptors;

    /// <summary>
    /// Whether some rule of the category reports at another place of a member than the operation that its fact is: at the use of what a receive gave, at the catch
    /// around it. That costs an action for each block.
    /// </summary>
    private protected virtual bool ReportsBesideFacts => false;

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Start);
    }

    private void Start(CompilationStartAnalysisContext context)
    {
        var facts = new FactSubscriptions();
        var on = 0;
        foreach (var rule in _rules)
        {
            if (IsOff(rule.Rule, context.Compilation, context.CancellationToken))
                continue;
            rule.Register(facts);
            on++;
        }

        if (on > 0)
            new FactDispatcher(ConnectionModel.For(context.Compilation, context.Options, context.CancellationToken), facts).Register(context, ReportsBesideFacts);
    }

    /// <summary>Whether the rule is switched off for the whole compilation, by the command line, a global configuration, or in every file.</summary>
    private static bool IsOff(DiagnosticDescriptor rule, Compilation compilation, CancellationToken cancellationToken)
    {
        if (compilation.Options.SpecificDiagnosticOptions.TryGetValue(rule.Id, out var severity) && severity == ReportDiagnostic.Suppress)
            return true;
        if (compilation.Options.SyntaxTreeOptionsProvider is not { } provider)
            return false;
        var off = provider.TryGetGlobalDiagnosticValue(rule.Id, cancellationToken, out var global) && global == ReportDiagnostic.Suppress;
        foreach (var tree in compilation.SyntaxTrees)
        {
            // Stops at the first file where the rule is on: in nearly all compilations the first.
            if (provider.TryGetDiagnosticValue(tree, rule.Id, cancellationToken, out var inFile) ? inFile != ReportDiagnostic.Suppress : !off)
                return false;
        }

        return true;
    }
}
