using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Sending;

/// <summary>
/// CS4014 and WSA4001 about one call: the user sees one of them. Whatever is configured, never none: where WSA4001 is no warning, CS4014 stays.
/// </summary>
public class DroppedSendSuppressionTests
{
    private const string Source = """
        using System.Net.WebSockets;
        using System.Threading.Tasks;

        class Session
        {
            public async Task PushAsync(WebSocket socket, byte[] data)
            {
                socket.SendAsync(data, WebSocketMessageType.Text, true, default);
                await Task.Yield();
            }
        }
        """;

    /// <summary>What the user sees at the send.</summary>
    public enum Seen
    {
        CompilerOnly,
        OursOnly,
        Both,
    }

    [Fact]
    public async Task Ours_alone_by_default()
    {
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source.Replace("socket.SendAsync", "socket?.SendAsync", StringComparison.Ordinal)));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source.Replace(", default);", ", default).ConfigureAwait(false);", StringComparison.Ordinal)));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source.Replace("data, WebSocketMessageType.Text, true, default", "data.AsMemory(), WebSocketMessageType.Text, true, default", StringComparison.Ordinal).Replace("using System.Net", "using System;\nusing System.Net", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("dotnet_diagnostic.WSA4001.severity = warning", Seen.OursOnly)]
    [InlineData("dotnet_diagnostic.WSA4001.severity = error", Seen.OursOnly)]
    [InlineData("dotnet_diagnostic.WSA4001.severity = default", Seen.OursOnly)]
    [InlineData("dotnet_diagnostic.WSA4001.severity = suggestion", Seen.CompilerOnly)]
    [InlineData("dotnet_diagnostic.WSA4001.severity = silent", Seen.CompilerOnly)]
    [InlineData("dotnet_diagnostic.WSA4001.severity = none", Seen.CompilerOnly)]
    [InlineData("dotnet_analyzer_diagnostic.category-WebSocket.Sending.severity = none", Seen.CompilerOnly)]
    [InlineData("dotnet_analyzer_diagnostic.category-WebSocket.Sending.severity = suggestion", Seen.CompilerOnly)]
    [InlineData("dotnet_analyzer_diagnostic.category-WebSocket.Sending.severity = error", Seen.OursOnly)]
    [InlineData("dotnet_analyzer_diagnostic.category-WebSocket.Locking.severity = none", Seen.OursOnly)]
    [InlineData("dotnet_analyzer_diagnostic.severity = none", Seen.CompilerOnly)]
    [InlineData("dotnet_analyzer_diagnostic.severity = none\ndotnet_diagnostic.WSA4001.severity = warning", Seen.OursOnly)]
    [InlineData("dotnet_analyzer_diagnostic.severity = warning\ndotnet_analyzer_diagnostic.category-WebSocket.Sending.severity = silent", Seen.CompilerOnly)]
    [InlineData("websocket_analyzers.excluded_symbols = M:Session.PushAsync(System.Net.WebSockets.WebSocket,System.Byte[])", Seen.CompilerOnly)]
    [InlineData("websocket_analyzers.excluded_symbols = T:Session", Seen.CompilerOnly)]
    [InlineData("websocket_analyzers.excluded_types = T:Session", Seen.CompilerOnly)]
    [InlineData("generated_code = true", Seen.CompilerOnly)]
    [InlineData("generated_code = false", Seen.OursOnly)]
    public async Task One_of_them_whatever_the_editorconfig_says(string line, Seen expected) => Assert.Equal(expected, await SeenAsync(Source, "root = true\n[*.cs]\n" + line));

    [Theory]
    [InlineData("is_global = true\ndotnet_diagnostic.WSA4001.severity = none", Seen.CompilerOnly)]
    [InlineData("is_global = true\ndotnet_diagnostic.WSA4001.severity = warning", Seen.OursOnly)]
    [InlineData("is_global = true\ndotnet_diagnostic.WSA4001.severity = suggestion", Seen.CompilerOnly)]
    public async Task One_of_them_whatever_a_global_configuration_says(string text, Seen expected) => Assert.Equal(expected, await SeenAsync(Source, text, configPath: "/0/.globalconfig"));

    [Theory]
    [InlineData("WSA4001", ReportDiagnostic.Suppress, Seen.CompilerOnly)]
    [InlineData("WSA4001", ReportDiagnostic.Info, Seen.CompilerOnly)]
    [InlineData("WSA4001", ReportDiagnostic.Hidden, Seen.CompilerOnly)]
    [InlineData("WSA4001", ReportDiagnostic.Error, Seen.OursOnly)]
    // The way to switch the suppression off.
    [InlineData("WSAS4014", ReportDiagnostic.Suppress, Seen.Both)]
    public async Task One_of_them_whatever_NoWarn_and_rulesets_say(string id, ReportDiagnostic severity, Seen expected) =>
        Assert.Equal(expected, await SeenAsync(Source, options: options => options.WithSpecificDiagnosticOptions(ImmutableDictionary<string, ReportDiagnostic>.Empty.Add(id, severity))));

    [Fact]
    public async Task Ours_alone_when_warnings_are_errors() =>
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source, options: options => options.WithGeneralDiagnosticOption(ReportDiagnostic.Error)));

    [Fact]
    public async Task Compilers_where_a_pragma_silences_ours()
    {
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Around("#pragma warning disable WSA4001", "#pragma warning restore WSA4001")));
        Assert.Equal(Seen.CompilerOnly, await SeenAsync("#pragma warning disable WSA1001, WSA4001\n" + Source));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Around("#pragma warning disable WSA4001\n#pragma warning restore WSA4001", "")));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Around("#pragma warning disable WSA4002", "")));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Around("#pragma warning disable CS4014", "")));
        Assert.Equal(Seen.OursOnly, await SeenAsync(Around("#if NEVER\n#pragma warning disable WSA4001\n#endif", "")));
    }

    [Theory]
    [InlineData("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"WebSocket.Sending\", \"WSA4001\")]")]
    [InlineData("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"WebSocket.Sending\", \"WSA4001:Send is not awaited\", Justification = \"it is meant\")]")]
    [InlineData("[System.CodeDom.Compiler.GeneratedCode(\"tool\", \"1.0\")]")]
    public async Task Compilers_where_an_attribute_keeps_ours_away(string attribute)
    {
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source.Replace("class Session", attribute + "\nclass Session", StringComparison.Ordinal)));
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source.Replace("    public async", attribute + "\n    public async", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/0/Session.g.cs")]
    [InlineData("/0/Session.Designer.cs")]
    [InlineData("/0/Session.generated.cs")]
    [InlineData("/0/TemporaryGeneratedFile_1.cs")]
    public async Task Compilers_in_generated_files(string path) => Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source, path: path));

    [Fact]
    public async Task Compilers_below_the_comment_of_a_generator()
    {
        Assert.Equal(Seen.CompilerOnly, await SeenAsync("// <auto-generated/>\n" + Source));
        Assert.Equal(Seen.CompilerOnly, await SeenAsync("/* <autogenerated> by hand */\n" + Source));
        Assert.Equal(Seen.OursOnly, await SeenAsync("// not generated\n" + Source));
        Assert.Equal(Seen.OursOnly, await SeenAsync("// <auto-generated/>\n" + Source, "root = true\n[*.cs]\ngenerated_code = false"));
    }

    [Fact]
    public async Task Compilers_where_ours_has_nothing_to_say()
    {
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source.Replace("socket.SendAsync(data, WebSocketMessageType.Text, true, default);", "Task.Delay(data.Length);", StringComparison.Ordinal)));
        // The argument sends, the dropped task is another.
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source.Replace("socket.SendAsync(data, WebSocketMessageType.Text, true, default);", "Task.WhenAll(socket.SendAsync(data, WebSocketMessageType.Text, true, default));", StringComparison.Ordinal)));
        // Through hub proxies it is a suggestion.
        Assert.Equal(Seen.CompilerOnly, await SeenAsync("""
            using System.Threading.Tasks;
            using Microsoft.AspNetCore.SignalR;

            class Chat : Hub
            {
                public async Task Say(string text)
                {
                    Clients.All.SendAsync("said", text);
                    await Task.Yield();
                }
            }
            """));
    }

    [Fact]
    public async Task Ours_alone_at_a_delegate_that_sends()
    {
        const string Call = "socket.SendAsync(data, WebSocketMessageType.Text, true, default);";
        Assert.Equal(Seen.OursOnly, await SeenAsync(Source.Replace(Call, "System.Func<Task> send = () => " + Call + " send();", StringComparison.Ordinal)));
        Assert.Equal(Seen.CompilerOnly, await SeenAsync(Source.Replace(Call, "System.Func<Task> wait = () => Task.Delay(1); wait();", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Each_call_for_itself()
    {
        var seen = await DiagnosticsAsync(Source.Replace("        await Task.Yield();", "        Task.Delay(1);\n        await Task.Yield();", StringComparison.Ordinal), null, "/0/Session.cs", "/0/.editorconfig", null);
        Assert.Equal(["CS4014", "WSA4001"], seen.Select(diagnostic => diagnostic.Id).Order());
    }

    private static string Around(string before, string after) =>
        Source.Replace("        socket.SendAsync(data, WebSocketMessageType.Text, true, default);", $"{before}\n        socket.SendAsync(data, WebSocketMessageType.Text, true, default);\n{after}", StringComparison.Ordinal);

    private static async Task<Seen> SeenAsync(
        string source, string? config = null, string path = "/0/Session.cs", string configPath = "/0/.editorconfig", Func<CSharpCompilationOptions, CSharpCompilationOptions>? options = null)
    {
        var seen = await DiagnosticsAsync(source, config, path, configPath, options);
        var ours = seen.Any(diagnostic => diagnostic.Id == "WSA4001" && diagnostic.Severity >= DiagnosticSeverity.Warning);
        var compilers = seen.Any(diagnostic => diagnostic.Id == "CS4014");
        // "pragma warning disable CS4014" is the user's own word.
        Assert.True(ours || compilers, "both are lost: " + string.Join(", ", seen));
        return ours ? compilers ? Seen.Both : Seen.OursOnly : Seen.CompilerOnly;
    }

    /// <summary>What a build shows of the two.</summary>
    private static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(
        string source, string? config, string path, string configPath, Func<CSharpCompilationOptions, CSharpCompilationOptions>? options)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var workspace = new AdhocWorkspace();
        var id = ProjectId.CreateNewId();
        var compilationOptions = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary);
        var solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Default, "Test", "Test", LanguageNames.CSharp, filePath: "/0/Test.csproj", compilationOptions: options?.Invoke(compilationOptions) ?? compilationOptions))
            .AddMetadataReferences(id, LibraryReferences.Packs)
            .AddDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(source), filePath: path);
        if (config is not null)
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), Path.GetFileName(configPath), SourceText.From(config), filePath: configPath);
        var project = solution.GetProject(id)!;
        var compilation = (await project.GetCompilationAsync(cancellation))!;
        Assert.DoesNotContain(compilation.GetDiagnostics(cancellation), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !diagnostic.IsWarningAsError);
        var analyzers = ImmutableArray.Create<DiagnosticAnalyzer>(new SendingAnalyzer(), new UnawaitedSendSuppressor());
        var all = await compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(project.AnalyzerOptions, null, true, false, reportSuppressedDiagnostics: false)).GetAllDiagnosticsAsync(cancellation);
        return all.Where(diagnostic => diagnostic.Id is "CS4014" or "WSA4001" && !diagnostic.IsSuppressed && diagnostic.Severity != DiagnosticSeverity.Hidden).ToList();
    }
}
