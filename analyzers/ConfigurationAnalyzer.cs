using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Options;
using WebSocketAnalyzers.Rules.Configuration;

namespace WebSocketAnalyzers;

/// <summary>Checks what users write for the other analyzers: catalogue files line by line, and options.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConfigurationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(MalformedConfigurationRule.Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterAdditionalFileAction(CheckFile);
        // Options have no place to point at, so nothing is lost by reporting them once, at the end.
        context.RegisterCompilationAction(CheckOptions);
    }

    private static void CheckFile(AdditionalFileAnalysisContext context)
    {
        var file = context.AdditionalFile;
        if (!CatalogueFormat.IsUserFile(file.Path) || file.GetText(context.CancellationToken) is not { } text)
            return;
        foreach (var bad in CatalogueFormat.Parse(text).BadLines)
        {
            var location = Location.Create(file.Path, bad.Span, text.Lines.GetLinePositionSpan(bad.Span));
            context.ReportDiagnostic(MalformedConfigurationRule.AtLine(location, bad));
        }
    }

    private static void CheckOptions(CompilationAnalysisContext context)
    {
        var options = new ConnectionOptions(context.Options.AnalyzerConfigOptionsProvider);
        var seen = new HashSet<ConnectionOptions.BadValue>();
        foreach (var tree in context.Compilation.SyntaxTrees)
        {
            foreach (var bad in options.Malformed(tree))
            {
                if (seen.Add(bad))
                    context.ReportDiagnostic(MalformedConfigurationRule.OfOption(bad));
            }
        }
    }
}
