using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WebSocketAnalyzers.Options;

/// <summary>What a rule's severity is in a file once all configuration is applied. The compiler knows, but tells a suppressor nothing of other analyzers.</summary>
internal static class EffectiveSeverity
{
    /// <summary>
    /// Whether the rule's diagnostics in the file are warnings or errors: by id (.editorconfig, global configuration, ruleset, NoWarn), else by category, else for all
    /// analyzers, else by its default.
    /// https://learn.microsoft.com/dotnet/fundamentals/code-analysis/configuration-options#severity-level
    /// </summary>
    public static bool IsAtLeastWarning(DiagnosticDescriptor rule, SyntaxTree tree, Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        // NoWarn and rulesets that say none win over everything.
        if (compilation.Options.SpecificDiagnosticOptions.TryGetValue(rule.Id, out var specific) && specific == ReportDiagnostic.Suppress)
            return false;
        var provider = compilation.Options.SyntaxTreeOptionsProvider;
        if (provider is not null && (provider.TryGetDiagnosticValue(tree, rule.Id, cancellationToken, out var severity) || provider.TryGetGlobalDiagnosticValue(rule.Id, cancellationToken, out severity)))
            return IsLoud(severity, rule);
        if (specific != ReportDiagnostic.Default)
            return IsLoud(specific, rule);
        var configured = options.AnalyzerConfigOptionsProvider.GetOptions(tree);
        if (configured.TryGetValue($"dotnet_analyzer_diagnostic.category-{rule.Category}.severity", out var text) || configured.TryGetValue("dotnet_analyzer_diagnostic.severity", out text))
            return text.Trim().ToLowerInvariant() switch
            {
                "warning" or "error" => true,
                "default" => IsLoud(ReportDiagnostic.Default, rule),
                _ => false,
            };
        return IsLoud(compilation.Options.GeneralDiagnosticOption, rule);
    }

    private static bool IsLoud(ReportDiagnostic severity, DiagnosticDescriptor rule) => severity switch
    {
        ReportDiagnostic.Warn or ReportDiagnostic.Error => true,
        ReportDiagnostic.Default => rule.IsEnabledByDefault && rule.DefaultSeverity >= DiagnosticSeverity.Warning,
        _ => false,
    };
}
