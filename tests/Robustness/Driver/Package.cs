using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using WebSocketAnalyzers.CodeFixes;

namespace WebSocketAnalyzers.Driver;

/// <summary>The analyzers and fixes of the package, all of them and all on.</summary>
internal static class Package
{
    /// <summary>Every analyzer.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [.. Instances<DiagnosticAnalyzer>(typeof(ConnectionAnalyzer)).Where(analyzer => analyzer is not DiagnosticSuppressor)];

    /// <summary>Every fix.</summary>
    public static ImmutableArray<CodeFixProvider> Fixes { get; } = [.. Instances<CodeFixProvider>(typeof(ConnectionCodeFix))];

    /// <summary>Every rule as a warning, those too that are off by default.</summary>
    public static IEnumerable<KeyValuePair<string, ReportDiagnostic>> AllOn { get; } = Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)
        .Select(rule => KeyValuePair.Create(rule.Id, ReportDiagnostic.Warn)).DistinctBy(pair => pair.Key).ToImmutableArray();

    private static IEnumerable<T> Instances<T>(Type oneOfAssembly) => oneOfAssembly.Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(T).IsAssignableFrom(type))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => (T)Activator.CreateInstance(type)!);
}
