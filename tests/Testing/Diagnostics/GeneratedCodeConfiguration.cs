namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Finds out whether an analyzer says what it does in generated code, by letting it register with nothing.</summary>
internal sealed class GeneratedCodeConfiguration : AnalysisContext
{
    private bool isConfigured;

    /// <summary>True when the analyzer leaves generated code to the default. A suppressor analyzes nothing.</summary>
    public static bool IsMissingFrom(DiagnosticAnalyzer analyzer)
    {
        var context = new GeneratedCodeConfiguration();
        analyzer.Initialize(context);
        return !context.isConfigured && analyzer is not DiagnosticSuppressor;
    }

    public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode) => isConfigured = true;

    // Nothing is run, so nothing has to be kept.
    public override void EnableConcurrentExecution() { }
    public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) { }
    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) { }
    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) { }
    public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) { }
    public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) { }
    public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) { }
    public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) { }
    public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) { }
    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) { }
    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) { }
    public override void RegisterSymbolStartAction(Action<SymbolStartAnalysisContext> action, SymbolKind symbolKind) { }
    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) { }
    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) { }
}
