namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The least severity at which diagnostics of the compiler itself are verified.</summary>
public enum CompilerDiagnostics { None, Errors, Warnings, Suggestions, All }

/// <summary>
/// What becomes of markup in a state's files. None: it is code. Otherwise it is taken out and expects nothing (Ignore),
/// the diagnostics that no code fix of the test handles (IgnoreFixable), or its diagnostics (Allow).
/// </summary>
public enum MarkupMode { None, Ignore, IgnoreFixable, Allow }

/// <summary>How markup is read: whether the first of several possible descriptors is meant, and whether <c>$$</c> is code.</summary>
[Flags]
public enum MarkupOptions { None = 0, UseFirstDescriptor = 1, TreatPositionIndicatorsAsCode = 2 }

/// <summary>
/// What a state takes over from the state before it: whatever it does not set itself except expected diagnostics that a code fix handles (AutoInherit),
/// nothing (Explicit), or whatever it does not set itself (AutoInheritAll).
/// </summary>
public enum StateInheritanceMode { AutoInherit, Explicit, AutoInheritAll }

/// <summary>Parts of an analyzer test to leave out: that nothing is reported in generated code, that <c>#pragma warning disable</c> works.</summary>
[Flags]
public enum TestBehaviors { None = 0, SkipGeneratedCodeCheck = 1, SkipSuppressionCheck = 2 }

/// <summary>Parts of a code-fix test to leave out.</summary>
[Flags]
public enum CodeFixTestBehaviors
{
    None = 0,
    SkipFixAllInDocumentCheck = 1,
    SkipFixAllInProjectCheck = 2,
    SkipFixAllInSolutionCheck = 4,
    SkipFixAllCheck = SkipFixAllInDocumentCheck | SkipFixAllInProjectCheck | SkipFixAllInSolutionCheck,

    /// <summary>The iterative run applies one fix and stops.</summary>
    FixOne = 8,

    /// <summary>A fix may handle diagnostics that editors cannot offer it for, reported when the whole compilation is known.</summary>
    SkipLocalDiagnosticCheck = 16,
}

/// <summary>What of the tree a fix makes has to be as in the tree its text parses to: nothing, nodes and tokens, or trivia as well.</summary>
public enum CodeActionValidationMode { None, SemanticStructure, Full }

/// <summary>What of a diagnostic is not compared.</summary>
[Flags]
public enum DiagnosticOptions { None = 0, IgnoreAdditionalLocations = 1, IgnoreSeverity = 2 }

/// <summary>How an expected location is read: only its start counts, it names a <c>{|#n:text|}</c> span, the diagnostic marks it as unnecessary code.</summary>
[Flags]
public enum DiagnosticLocationOptions { None = 0, IgnoreLength = 1, InterpretAsMarkupKey = 2, UnnecessaryCode = 4 }
