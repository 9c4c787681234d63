using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.Driver;

/// <summary>A spoiled project.</summary>
/// <param name="Seed">The number that it is made from, and can be made from again.</param>
/// <param name="Project">The project.</param>
/// <param name="Description">What was done to which source.</param>
internal sealed record Mutant(int Seed, Project Project, string Description)
{
    /// <summary>The mutant of a seed.</summary>
    public static async Task<Mutant> OfAsync(int seed, FuzzSources sources)
    {
        var random = new Random(seed);
        var project = Any(random, sources.All);
        var log = new List<string>();
        var document = Any(random, Documents(project));
        var other = Any(random, Documents(Any(random, sources.All)));
        var text = Mutations.Apply(random, await TextAsync(document), await TextAsync(other), log);
        var name = document.Name;
        var solution = project.Solution.WithDocumentText(document.Id, Microsoft.CodeAnalysis.Text.SourceText.From(text));
        switch (random.Next(20))
        {
            case 0:
                log.Add("drop references");
                solution = solution.WithProjectMetadataReferences(project.Id, project.MetadataReferences.Where(_ => random.Next(2) == 0));
                break;
            case 1:
                log.Add("drop all references");
                solution = solution.WithProjectMetadataReferences(project.Id, []);
                break;
            case 2:
                var gone = Any(random, Documents(project));
                log.Add("delete " + gone.Name);
                solution = solution.RemoveDocument(gone.Id);
                break;
            case 3:
                log.Add("duplicate the file");
                solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), "Copy.cs", text, filePath: "/Copy.cs");
                break;
        }

        return new Mutant(seed, solution.GetProject(project.Id)!, $"{name}: {string.Join(", ", log)}");
    }

    private static T Any<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];

    private static List<Document> Documents(Project project) => [.. project.Documents.Where(document => document.Name != FuzzSources.UsingsFile)];

    private static async Task<string> TextAsync(Document document) => (await document.GetTextAsync()).ToString();
}
