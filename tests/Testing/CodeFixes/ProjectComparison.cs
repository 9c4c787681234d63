namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Verifies that the files of a solution are those expected.</summary>
internal static class ProjectComparison
{
    /// <summary>Compares all kinds of files of all projects, in order.</summary>
    public static async Task VerifyAsync(ImmutableArray<EvaluatedProjectState> expected, Solution actual, IVerifier verifier, CancellationToken cancellationToken)
    {
        foreach (var state in expected)
        {
            var project = actual.Projects.Single(project => project.Name == state.Name);
            await VerifyFilesAsync(state, "document", state.Sources, project.Documents, verifier, cancellationToken);
            await VerifyFilesAsync(state, "additional file", state.AdditionalFiles, project.AdditionalDocuments, verifier, cancellationToken);
            await VerifyFilesAsync(state, "analyzer config file", state.AnalyzerConfigFiles, project.AnalyzerConfigDocuments, verifier, cancellationToken);
        }
    }

    private static async Task VerifyFilesAsync(EvaluatedProjectState state, string kind, ImmutableArray<(string filename, SourceText content)> expected, IEnumerable<TextDocument> actual, IVerifier verifier, CancellationToken cancellationToken)
    {
        TextDocument[] documents = [.. actual];
        verifier.Equal(expected.Length, documents.Length, $"Expected project '{state.Name}' to have {expected.Length} {kind}s but it has {documents.Length}: {string.Join(", ", documents.Select(document => document.Name))}");

        foreach (var ((path, content), document) in expected.Zip(documents))
        {
            var text = await document.GetTextAsync(cancellationToken);
            verifier.EqualOrDiff(content.ToString(), text.ToString(), $"content of '{path}' did not match. Diff shown with expected as baseline:");
            verifier.Equal(content.Encoding, text.Encoding, $"encoding of '{path}' was expected to be '{content.Encoding?.WebName}' but was '{text.Encoding?.WebName}'");
            verifier.Equal(content.ChecksumAlgorithm, text.ChecksumAlgorithm, $"checksum algorithm of '{path}' was expected to be '{content.ChecksumAlgorithm}' but was '{text.ChecksumAlgorithm}'");

            var (name, folders) = state.DocumentName(path);
            verifier.Equal(name, document.Name, $"{kind} name was expected to be '{name}' but was '{document.Name}'");
            verifier.SequenceEqual(folders, document.Folders, message: $"folders of '{path}' were expected to be '{string.Join('/', folders)}' but were '{string.Join('/', document.Folders)}'");
        }
    }
}
