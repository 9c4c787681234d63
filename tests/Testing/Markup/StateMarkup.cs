namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Turns the markup in a state's files into expected diagnostics.</summary>
/// <param name="options">How markup is read.</param>
/// <param name="defaultDescriptor">What markup without an ID means; null when that is not clear.</param>
/// <param name="descriptors">All descriptors of the test's analyzers.</param>
/// <param name="fixableIds">The IDs the test's code fixes handle.</param>
internal sealed class StateMarkup(MarkupOptions options, DiagnosticDescriptor? defaultDescriptor, ImmutableArray<DiagnosticDescriptor> descriptors, ImmutableArray<string> fixableIds)
{
    /// <summary>A copy of the state with the markup taken out, its diagnostics added, and keys and missing paths replaced by what they mean.</summary>
    /// <param name="state">A state with inheritance applied.</param>
    /// <param name="defaultPath">The path a location without one has.</param>
    public SolutionState Process(SolutionState state, string defaultPath)
    {
        var result = state.Copy();
        var mode = result.MarkupHandling ?? MarkupMode.Allow;
        var keys = new Dictionary<string, FileLinePositionSpan>();
        if (mode != MarkupMode.None)
        {
            foreach (var files in result.Projects.SelectMany(project => project.FileCollections))
                for (var i = 0; i < files.Count; i++)
                    files[i] = (files[i].filename, Process(files[i].filename, files[i].content, mode, keys, result.ExpectedDiagnostics));
        }

        for (var i = 0; i < result.ExpectedDiagnostics.Count; i++)
            result.ExpectedDiagnostics[i] = result.ExpectedDiagnostics[i].WithDefaultPath(defaultPath).WithLocations(location => Resolve(location, keys));
        return result;
    }

    private static DiagnosticLocation Resolve(DiagnosticLocation location, Dictionary<string, FileLinePositionSpan> keys)
    {
        if (!location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey))
            return location;
        if (!keys.TryGetValue(location.Span.Path, out var span))
            throw new InvalidOperationException($"The markup location '{location.Span.Path}' was not found in the input.");
        return new DiagnosticLocation(span, location.Options & ~DiagnosticLocationOptions.InterpretAsMarkupKey);
    }

    private SourceText Process(string path, SourceText content, MarkupMode mode, Dictionary<string, FileLinePositionSpan> keys, List<DiagnosticResult> expected)
    {
        TestFileMarkupParser.GetPositionsAndSpans(content.ToString(), options.HasFlag(MarkupOptions.TreatPositionIndicatorsAsCode), out var output, out var positions, out var spans);
        var text = SourceText.From(output, content.Encoding, content.ChecksumAlgorithm);

        foreach (var position in positions)
            Expect("", new TextSpan(position, 0), DiagnosticLocationOptions.IgnoreLength);

        foreach (var (name, named) in spans)
            foreach (var span in named)
            {
                if (!name.StartsWith('#'))
                    Expect(name, span, DiagnosticLocationOptions.None);
                else if (!keys.TryAdd(name, Position(span)))
                    throw new ArgumentException($"The input contained more than one span '{name}'.");
            }

        return text;

        FileLinePositionSpan Position(TextSpan span) => new(path, text.Lines.GetLinePositionSpan(span));

        void Expect(string id, TextSpan span, DiagnosticLocationOptions locationOptions)
        {
            if (mode == MarkupMode.Ignore)
                return;
            var diagnostic = Named(id);
            if (mode == MarkupMode.Allow || !fixableIds.Contains(diagnostic.Id))
                expected.Add(diagnostic.WithSpan(Position(span), locationOptions));
        }
    }

    /// <summary>The diagnostic of an ID, or of no ID; markup says nothing but where and which.</summary>
    private DiagnosticResult Named(string id)
    {
        var candidates = id == "" ? [] : descriptors.Where(descriptor => descriptor.Id == id).ToList();
        if (id == "" && defaultDescriptor is null)
            throw new InvalidOperationException($"Markup syntax can only omit the diagnostic ID if the first analyzer only supports a single diagnostic, or with {nameof(MarkupOptions)}.{nameof(MarkupOptions.UseFirstDescriptor)}.");
        if (candidates.Count > 1 && !options.HasFlag(MarkupOptions.UseFirstDescriptor))
            throw new InvalidOperationException($"Markup syntax can only use the diagnostic ID '{id}' if a single descriptor has it, or with {nameof(MarkupOptions)}.{nameof(MarkupOptions.UseFirstDescriptor)}.");

        var descriptor = id == "" ? defaultDescriptor : candidates.FirstOrDefault();
        var diagnostic = descriptor is null ? new DiagnosticResult(id, DiagnosticSeverity.Error) : new DiagnosticResult(descriptor);
        return diagnostic.WithMessage(null).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations | DiagnosticOptions.IgnoreSeverity);
    }
}
