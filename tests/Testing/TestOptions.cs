namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The least severity at which diagnostics of the compiler itself are verified.</summary>
public enum CompilerDiagnostics
{
    /// <summary>None of them.</summary>
    None,
    /// <summary>Errors.</summary>
    Errors,
    /// <summary>Warnings and errors.</summary>
    Warnings,
    /// <summary>Everything but hidden ones.</summary>
    Suggestions,
    /// <summary>All of them.</summary>
    All,
}

/// <summary>What becomes of markup in a state's files.</summary>
public enum MarkupMode
{
    /// <summary>It is not markup: the text is compiled as written.</summary>
    None,
    /// <summary>It is taken out and expects nothing.</summary>
    Ignore,
    /// <summary>It is taken out; it expects the diagnostics no code fix of the test handles.</summary>
    IgnoreFixable,
    /// <summary>It is taken out and expects its diagnostics.</summary>
    Allow,
}

/// <summary>How markup is read.</summary>
[Flags]
public enum MarkupOptions
{
    /// <summary>As documented for the grammar.</summary>
    None = 0,
    /// <summary>Where an analyzer has several descriptors to choose from, markup means the first.</summary>
    UseFirstDescriptor = 1,
    /// <summary><c>$$</c> is part of the code.</summary>
    TreatPositionIndicatorsAsCode = 2,
}

/// <summary>What a state takes over from the state before it.</summary>
public enum StateInheritanceMode
{
    /// <summary>Whatever it does not set itself, except diagnostics that a code fix handles.</summary>
    AutoInherit,
    /// <summary>Nothing.</summary>
    Explicit,
    /// <summary>Whatever it does not set itself, all explicitly expected diagnostics included.</summary>
    AutoInheritAll,
}

/// <summary>Parts of an analyzer test to leave out.</summary>
[Flags]
public enum TestBehaviors
{
    /// <summary>The whole test runs.</summary>
    None = 0,
    /// <summary>Reports in generated code are not looked for.</summary>
    SkipGeneratedCodeCheck = 1,
    /// <summary>It is not checked that <c>#pragma warning disable</c> works.</summary>
    SkipSuppressionCheck = 2,
}

/// <summary>Parts of a code-fix test to leave out.</summary>
[Flags]
public enum CodeFixTestBehaviors
{
    /// <summary>The whole test runs.</summary>
    None = 0,
    /// <summary>No Fix All in a document.</summary>
    SkipFixAllInDocumentCheck = 1,
    /// <summary>No Fix All in a project.</summary>
    SkipFixAllInProjectCheck = 2,
    /// <summary>No Fix All in the solution.</summary>
    SkipFixAllInSolutionCheck = 4,
    /// <summary>No Fix All.</summary>
    SkipFixAllCheck = SkipFixAllInDocumentCheck | SkipFixAllInProjectCheck | SkipFixAllInSolutionCheck,
    /// <summary>The iterative run applies one fix and stops.</summary>
    FixOne = 8,
    /// <summary>A fix may handle diagnostics that editors cannot offer it for, reported when the whole compilation is known.</summary>
    SkipLocalDiagnosticCheck = 16,
}

/// <summary>How exactly the tree a fix makes has to be the tree its text parses to.</summary>
public enum CodeActionValidationMode
{
    /// <summary>Only the text counts.</summary>
    None,
    /// <summary>Nodes and tokens are the same.</summary>
    SemanticStructure,
    /// <summary>Nodes, tokens and trivia are the same.</summary>
    Full,
}

/// <summary>What of a diagnostic is not compared.</summary>
[Flags]
public enum DiagnosticOptions
{
    /// <summary>Everything is.</summary>
    None = 0,
    /// <summary>Additional locations are not.</summary>
    IgnoreAdditionalLocations = 1,
    /// <summary>The severity is not.</summary>
    IgnoreSeverity = 2,
}

/// <summary>How an expected location is read.</summary>
[Flags]
public enum DiagnosticLocationOptions
{
    /// <summary>It is compared from start to end.</summary>
    None = 0,
    /// <summary>Only its start is compared.</summary>
    IgnoreLength = 1,
    /// <summary>It names a <c>{|#n:text|}</c> span.</summary>
    InterpretAsMarkupKey = 2,
    /// <summary>The diagnostic marks it as unnecessary code.</summary>
    UnnecessaryCode = 4,
}
