namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fixes nothing: for tests that no fix is offered.</summary>
public sealed class EmptyCodeFixProvider : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [];

    public override Task RegisterCodeFixesAsync(CodeFixContext context) => Task.CompletedTask;
}
