namespace Microsoft.CodeAnalysis.Testing;

/// <summary>One way of applying the fixes until nothing is left to fix.</summary>
/// <param name="Name">What failures call it.</param>
/// <param name="Scope">What is fixed at once; null for one diagnostic after the other.</param>
/// <param name="Before">The projects to start from, the primary one first.</param>
/// <param name="After">What they have to become.</param>
/// <param name="Rounds">How often a fix has to change something: exactly so often or, negative, at most.</param>
internal sealed record FixRun(string Name, FixAllScope? Scope, ImmutableArray<EvaluatedProjectState> Before, ImmutableArray<EvaluatedProjectState> After, int Rounds);
