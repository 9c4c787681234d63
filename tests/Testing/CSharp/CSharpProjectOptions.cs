namespace Microsoft.CodeAnalysis.CSharp.Testing;

/// <summary>How C# code of tests is compiled.</summary>
internal static class CSharpProjectOptions
{
    /// <summary>A library that may contain unsafe code.</summary>
    public static readonly CompilationOptions Compilation = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true);

    /// <summary>The compiler's default language version; documentation comments are checked.</summary>
    public static readonly ParseOptions Parse = new CSharpParseOptions(LanguageVersion.Default, DocumentationMode.Diagnose);
}
