namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>What a new rule still lacks, ready to be pasted: the failing architecture tests are the scaffold.</summary>
internal static class Scaffold
{
    /// <summary>The three texts of a rule in analyzers/Texts.resx.</summary>
    public static string Texts(RulePlaces rule) => $"""
        add to analyzers/Texts.resx:

          <data name="{rule.Id}_Title" xml:space="preserve"><value>The mistake, as a short statement without a full stop</value></data>
          <data name="{rule.Id}_Message" xml:space="preserve"><value>'{"{0}"}' does this: {"{1}"}; do that</value></data>
          <data name="{rule.Id}_Description" xml:space="preserve"><value>The mistake in a sentence. What becomes of it in another.</value></data>

        """;

    /// <summary>The line of a rule in the list of releases.</summary>
    public static string ReleaseEntry(RulePlaces rule) => $"""
        have in analyzers/AnalyzerReleases.Unshipped.md, in order of the ids, exactly one line

        {rule.Id} | {rule.Descriptor.Category} | {rule.Descriptor.DefaultSeverity} | {rule.Stem}Rule, [Documentation]({rule.Descriptor.HelpLinkUri})

        """;

    /// <summary>The section of a rule that is about code; of the two forms of its fix one is to be kept.</summary>
    public static string PageSection(RulePlaces rule) => $"""
        add to rules.md, below '## {rule.Folder}', in order of the ids, and keep one of the two forms of the fix:

        ### {rule.Id} {(rule.Title.Length == 0 ? $"The text {rule.Id}_Title" : rule.Title)}

        **Cause.** What is reported.

        **Why.** What happens, measured, and who says so. Norm: [title](https://).

        **Violation**

        ```csharp
        class Session
        {"{"}
        {"}"}
        ```

        **Fix**

        ```csharp
        class Session
        {"{"}
        {"}"}
        ```

        What the fix keeps, and where it is not offered.

        **Fix.** None: why.

        **Leaves alone.** What looks like it and is right.

        **Options.** `websocket_analyzers.handlers`, `websocket_analyzers.excluded_symbols`, `.excluded_types` (see [Options](#options)).

        **Also reported by.** No other analyzer known to us.

        """;

    /// <summary>The test class of a rule.</summary>
    public static string TestClass(RulePlaces rule)
    {
        var analyzer = rule.Folder + "Analyzer";
        return $$""""
            add {{rule.TestFile}}, in the end with at least 12 cases and as many Ignores as Reports:

            {{(rule.Fix is null ? "" : FixUsing(rule) + "\n")}}using Xunit;

            namespace WebSocketAnalyzers.Tests.Rules.{{rule.Folder}};

            public class {{rule.Stem}}Tests
            {
                [Fact]
                public Task Reports_the_plain_case() => Verify.ReportsAsync<{{analyzer}}>("""
                    class Session
                    {
                        async Task RunAsync(WebSocket socket) => await {|{{rule.Id}}:socket.ReceiveAsync(new byte[9], default)|};
                    }
                    """);

                [Fact]
                public Task Ignores_what_is_right() => Verify.IgnoresAsync<{{analyzer}}>("""
                    class Session
                    {
                    }
                    """);
            {{(rule.Fix is null ? "" : FixCase(rule))}}}

            """";
    }

    /// <summary>What the test class needs to name the fix.</summary>
    public static string FixUsing(RulePlaces rule) => $"using WebSocketAnalyzers.CodeFixes.Fixes.{rule.Folder};";

    /// <summary>A test of the fix of a rule.</summary>
    public static string FixCase(RulePlaces rule) => $$""""

            [Fact]
            public Task Fixes_the_plain_case() => Verify.FixesAsync<{{rule.Folder}}Analyzer, {{rule.Stem}}CodeFix>("""
                class Session
                {
                }
                """, """
                class Session
                {
                }
                """);

        """";

    /// <summary>The fix of a rule.</summary>
    public static string FixClass(RulePlaces rule) => $$"""
        add {{rule.FixFile}} and the title of its action to codefixes/FixTexts.resx:

        using System.Collections.Immutable;
        using Microsoft.CodeAnalysis;
        using Microsoft.CodeAnalysis.CodeFixes;
        using WebSocketAnalyzers.CodeFixes.Editing;
        using WebSocketAnalyzers.Rules.{{rule.Folder}};

        namespace WebSocketAnalyzers.CodeFixes.Fixes.{{rule.Folder}};

        /// <summary>{{rule.Id}}: what the fix does.</summary>
        [ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof({{rule.Stem}}CodeFix))]
        public sealed class {{rule.Stem}}CodeFix : ConnectionCodeFix
        {
            /// <inheritdoc/>
            public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create({{rule.Stem}}Rule.Descriptor.Id);

            private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("Await", "Await", PlanAsync));

            private static Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken) =>
                AwaitExpression.PlanAsync(site.Session, site.Document, site.Node, cancellationToken);
        }

        """;
}
