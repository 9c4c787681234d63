namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Gives Fix All the diagnostics of a round.</summary>
/// <param name="diagnostics">All of them, with their projects.</param>
internal sealed class FoundDiagnostics(ImmutableArray<(Project project, Diagnostic diagnostic)> diagnostics) : FixAllContext.DiagnosticProvider
{
    public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Of(project, _ => true);

    public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
        Of(document.Project, diagnostic => diagnostic.Location.IsInSource && diagnostic.Location.GetLineSpan().Path == document.FilePath);

    public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Of(project, diagnostic => !diagnostic.Location.IsInSource);

    private Task<IEnumerable<Diagnostic>> Of(Project project, Func<Diagnostic, bool> condition) =>
        Task.FromResult(diagnostics.Where(item => item.project.Id == project.Id && condition(item.diagnostic)).Select(item => item.diagnostic));
}
