using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.Rules.Configuration;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Configuration;

public class MalformedConfigurationTests
{
    private const string Ours = "/WebSocketAnalyzers.Ours.txt";

    [Fact]
    public Task Reports_unknown_keyword_at_its_line() => CatalogueAsync("""
        # our transport
        connection T:Acme.Link
        {|WSA0001:conection T:Acme.Link|}
        send M:Acme.Link.PostAsync
        """);

    [Fact]
    public Task Reports_missing_id() => CatalogueAsync("{|WSA0001:send|}");

    [Fact]
    public Task Reports_id_of_another_kind() => CatalogueAsync("{|WSA0001:connection M:Acme.Link.PostAsync|}");

    [Fact]
    public Task Reports_id_without_prefix() => CatalogueAsync("{|WSA0001:send Acme.Link.PostAsync|}");

    [Fact]
    public Task Reports_unbalanced_parameters() => CatalogueAsync("{|WSA0001:send M:Acme.Link.PostAsync(System.String|}");

    [Fact]
    public Task Reports_arrow_without_counterpart() => CatalogueAsync("{|WSA0001:blocks M:Acme.Store.Load ->|}");

    [Fact]
    public Task Reports_every_bad_line_and_keeps_the_good_ones() => CatalogueAsync("""
        {|WSA0001:nonsense|}
        blocks M:Acme.Store.Load
        {|WSA0001:send|}
        """);

    [Fact]
    public async Task Reports_option_once_without_a_place()
    {
        var test = Options("websocket_analyzers.call_depth = many");
        test.TestState.Sources.Add("class Another { }");
        test.ExpectedDiagnostics.Add(new DiagnosticResult(MalformedConfigurationRule.Descriptor).WithNoLocation().WithMessage("The option websocket_analyzers.call_depth cannot be read: 'many' is ignored"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Ignores_wellformed_lines() => CatalogueAsync("""
        connection T:Acme.Link
        send M:Acme.Link.PostAsync(System.String,System.Threading.CancellationToken)
        blocks M:Acme.Store.Load -> M:Acme.Store.LoadAsync
        blocks M:Acme.Store..ctor
        callback M:Acme.Server.Listen handler
        """);

    [Fact]
    public Task Ignores_comments_and_empty_lines() => CatalogueAsync("""
        # connection nonsense

           # indented
        send M:Acme.Link.PostAsync   # behind a line
        """);

    [Fact]
    public Task Ignores_ids_of_libraries_that_are_not_there() => CatalogueAsync("connection T:Nowhere.At.All");

    [Fact]
    public Task Ignores_empty_file() => CatalogueAsync("");

    [Fact]
    public Task Ignores_additional_files_of_other_names() => FileAsync("/BannedSymbols.txt", "nonsense");

    [Fact]
    public Task Ignores_other_extensions() => FileAsync("/WebSocketAnalyzers.md", "nonsense");

    [Fact]
    public Task Ignores_valid_options() => Options("websocket_analyzers.call_depth = 2").RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Ignores_ids_in_lists() =>
        Options("websocket_analyzers.handlers = M:Acme.Server.Run(System.Int32)|M:Acme.Server..ctor\nwebsocket_analyzers.excluded_symbols = T:Acme.Server")
            .RunAsync(TestContext.Current.CancellationToken);

    private static Task CatalogueAsync(string content) => FileAsync(Ours, content);

    private static Task FileAsync(string path, string content)
    {
        var test = new Verify.Test<ConfigurationAnalyzer, EmptyCodeFixProvider>("class C { }");
        test.TestState.AdditionalFiles.Add((path, content));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Verify.Test<ConfigurationAnalyzer, EmptyCodeFixProvider> Options(string lines)
    {
        var test = new Verify.Test<ConfigurationAnalyzer, EmptyCodeFixProvider>("class C { }");
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*]\n" + lines + "\n"));
        return test;
    }
}
