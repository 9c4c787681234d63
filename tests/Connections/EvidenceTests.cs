using System.Collections;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Tests.Architecture;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>What the model says to people: names and places, the cause behind the cause, a text for every phrase.</summary>
public class EvidenceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("class S { async Task Root(WebSocket s) { await Task.Yield(); } }", "'S.Root' (File0.cs:1) runs for the connection in its parameter 's'")]
    [InlineData("class S\n{\n    WebSocket _s = null!;\n    async Task Root()\n    {\n        while (true)\n            await _s.ReceiveAsync(new byte[9], default);\n    }\n}", "'S.Root' awaits 'ReceiveAsync' in a loop at File0.cs:7")]
    [InlineData("class S\n{\n    TcpListener _l = null!;\n    async Task Root()\n    {\n        while (true)\n            await _l.AcceptTcpClientAsync();\n    }\n}", "'S.Root' awaits 'AcceptTcpClientAsync' in a loop at File0.cs:7 for every connection")]
    [InlineData("class H : Microsoft.AspNetCore.SignalR.Hub\n{\n    public void Root() { }\n}", "the hub method 'H.Root' (File0.cs:3) runs for the connection that calls it")]
    [InlineData("using Microsoft.AspNetCore.Connections;\nclass E : ConnectionHandler\n{\n    public override Task OnConnectedAsync(ConnectionContext c) => Task.CompletedTask;\n}", "'E.OnConnectedAsync' (File0.cs:4) is called for every connection by its library")]
    [InlineData("class M\n{\n    async Task Root(Microsoft.AspNetCore.Http.HttpContext c)\n    {\n        await c.WebSockets.AcceptWebSocketAsync();\n    }\n}", "'M.Root' accepts a WebSocket at File0.cs:5 and serves it")]
    public void The_phrase_names_method_and_place(string source, string phrase)
    {
        var markup = ModelMarkup.Of(source);
        Assert.Equal(phrase, markup.Model.Handlers.Of(markup.Methods().Single(), Cancel)!.ToString(null, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void What_the_user_configured_is_named_with_its_option()
    {
        var markup = ModelMarkup.Of("class J { void Root() { } }").WithOption("websocket_analyzers.handlers", "M:J.Root");
        Assert.Equal("'J.Root' (File0.cs:1) runs for every connection by the option websocket_analyzers.handlers", markup.Model.Handlers.Of(markup.Method("Root"), Cancel)!.ToString());
    }

    [Fact]
    public void A_delegate_is_named_by_what_runs_it()
    {
        var markup = ModelMarkup.OfLibrary("Fleck", """
            class Chat
            {
                void Start(Fleck.IWebSocketConnection socket)
                {
                    socket.OnMessage =
                        text => { };
                }
            }
            """);
        var evidence = Assert.Single(markup.Model.Handlers.In(markup.Types().Single(), Cancel)).Value;
        Assert.Equal("'OnMessage' runs this code (File0.cs:6) for every connection or message", evidence.ToString(null, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_chain_leads_to_the_root()
    {
        var markup = ModelMarkup.Of("""
            class Session
            {
                async Task RootAsync(WebSocket socket)
                {
                    await Task.Yield();
                    First();
                }
                void First() =>
                    Second();
                void Second() { }
            }
            """);
        var evidence = markup.Model.Handlers.Of(markup.Method("Second"), Cancel)!;
        Assert.Equal(
            "'Session.Second' is called at File0.cs:9; 'Session.First' is called at File0.cs:6; 'Session.RootAsync' (File0.cs:3) runs for the connection in its parameter 'socket'",
            evidence.ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal(["Second()", "First()", "RootAsync"], evidence.Locations.Select(location => location.SourceTree!.GetText(Cancel).ToString(location.SourceSpan)));
        Assert.Equal(["CalledBy", "CalledBy", "ConnectionParameter"], new[] { evidence.Key, evidence.Cause!.Key, evidence.Cause.Cause!.Key });
        Assert.Null(evidence.Cause.Cause.Cause);
    }

    [Fact]
    public void Names_of_local_functions_lambdas_and_programs()
    {
        Assert.StartsWith("'ServeAsync' (File0.cs:1)", Only("class S { void F() { async Task ServeAsync(WebSocket s) { await Task.Yield(); } } }"), StringComparison.Ordinal);
        Assert.StartsWith("'S.F' (File0.cs:1)", Only("class S { void F() { Func<WebSocket, Task> serve = async s => await Task.Yield(); } }"), StringComparison.Ordinal);
        Assert.StartsWith("'Program' awaits 'AcceptTcpClientAsync' in a loop at File0.cs:2", Only("var l = new TcpListener(IPAddress.Any, 1);\nwhile (true) (await l.AcceptTcpClientAsync()).Dispose();"), StringComparison.Ordinal);

        static string Only(string source)
        {
            var markup = ModelMarkup.Of(source);
            var type = markup.Types().FirstOrDefault() ?? markup.Compilation.GetTypeByMetadataName("Program")!;
            return Assert.Single(markup.Model.Handlers.In(type, Cancel)).Value.ToString(null, CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void Places_that_are_not_in_source_are_left_out()
    {
        var root = new Evidence("SendsItself", Location.None, null, "WebSocket.SendAsync");
        Assert.Equal("'WebSocket.SendAsync' sends on a connection", root.ToString(null, CultureInfo.InvariantCulture));
        Assert.Empty(root.Locations);
        Assert.Equal("", Evidence.Place(Location.None));
        var tree = CSharpSyntaxTree.ParseText("class A\n{\n}", path: "/deep/in/Folder/A.cs", cancellationToken: Cancel);
        var moved = new Evidence("Blocks", Location.None, root, "Thread.Sleep").At(tree.GetRoot(Cancel).GetLocation());
        Assert.Equal("'Thread.Sleep' blocks at A.cs:1; 'WebSocket.SendAsync' sends on a connection", moved.ToString(null, CultureInfo.InvariantCulture));
        Assert.Single(moved.Locations);
    }

    [Theory]
    [InlineData("fo-FO")]
    [InlineData("ar-SA")]
    [InlineData("tr-TR")]
    [InlineData("")]
    public void A_culture_without_texts_of_its_own_reads_the_neutral_ones(string culture)
    {
        var evidence = new Evidence("CalledBy", Location.None, new Evidence("HubMethod", Location.None, null, "ChatHub.Send"), "ChatHub.Inner");
        Assert.Equal("'ChatHub.Inner' is called at ; the hub method 'ChatHub.Send' () runs for the connection that calls it", evidence.ToString(null, new OtherCulture(culture)));
    }

    [Fact]
    public void Evidence_outlives_its_compilation_without_holding_it()
    {
        var held = typeof(Evidence).GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public).Select(field => field.FieldType);
        Assert.DoesNotContain(held, type => typeof(ISymbol).IsAssignableFrom(type) || typeof(Compilation).IsAssignableFrom(type) || typeof(IOperation).IsAssignableFrom(type) || typeof(SemanticModel).IsAssignableFrom(type));
    }

    [Fact]
    public void Every_phrase_has_a_text_and_every_text_is_said()
    {
        var said = Phrases().Select(phrase => "Evidence_" + phrase.Key).Append("Evidence_Which").ToHashSet(StringComparer.Ordinal);
        Assert.True(said.Count > 15, "the sources of the analyzers were not found");
        Assert.Equal(said.Order(StringComparer.Ordinal), TextKeys().Where(key => key.StartsWith("Evidence_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_text_is_given_the_names_it_asks_for()
    {
        foreach (var (key, names) in Phrases())
        {
            var text = Texts.Manager.GetString("Evidence_" + key, CultureInfo.InvariantCulture)!;
            // {0} is the place.
            var given = new object[names + 1];
            Array.Fill(given, "name");
            Assert.Contains("name", string.Format(CultureInfo.InvariantCulture, text, given), StringComparison.Ordinal);
            for (var i = 1; i <= names; i++)
                Assert.True(text.Contains("{" + i + "}", StringComparison.Ordinal), $"Evidence_{key} does not say its name {i}");
        }
    }

    [Fact]
    public void Phrases_that_code_compares_with_exist()
    {
        var known = Phrases().Select(phrase => phrase.Key).ToHashSet(StringComparer.Ordinal);
        Assert.All(ComparedKeys(), key => Assert.Contains(key, known));
    }

    [Fact]
    public void Every_error_of_the_catalogue_has_a_text() =>
        Assert.All(Enum.GetNames<CatalogueFormat.Error>(), name => Assert.Contains("{0}", Texts.Manager.GetString("CatalogueError_" + name, CultureInfo.InvariantCulture) ?? "", StringComparison.Ordinal));

    private static IEnumerable<string> TextKeys() =>
        Texts.Manager.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().Select(entry => (string)entry.Key);

    /// <summary>The phrases that the analyzers' code says, each with how many names it gives.</summary>
    private static IEnumerable<(string Key, int Names)> Phrases() =>
        from creation in AnalyzerNodes().OfType<ObjectCreationExpressionSyntax>()
        where creation.Type.ToString() == nameof(Evidence) && creation.ArgumentList is { Arguments.Count: >= 3 }
        from key in Literals(creation.ArgumentList!.Arguments[0].Expression)
        select (key, creation.ArgumentList!.Arguments.Count - 3);

    private static IEnumerable<string> ComparedKeys() =>
        from node in AnalyzerNodes()
        let compared = node switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Key" } } binary => binary.Right,
            IsPatternExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Key" } } pattern => (SyntaxNode)pattern.Pattern,
            _ => null,
        }
        where compared is not null
        from key in Literals(compared)
        select key;

    /// <summary>The texts in an expression: written there, or constants of the same file.</summary>
    private static IEnumerable<string> Literals(SyntaxNode node) =>
        from part in node.DescendantNodesAndSelf()
        let literal = part switch
        {
            LiteralExpressionSyntax literal => literal,
            IdentifierNameSyntax name => part.SyntaxTree.GetRoot(Cancel).DescendantNodes().OfType<VariableDeclaratorSyntax>()
                .FirstOrDefault(constant => constant.Identifier.ValueText == name.Identifier.ValueText && constant.Parent?.Parent is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword))
                ?.Initializer?.Value as LiteralExpressionSyntax,
            _ => null,
        }
        where literal.IsKind(SyntaxKind.StringLiteralExpression)
        select literal.Token.ValueText;

    private static IEnumerable<SyntaxNode> AnalyzerNodes() =>
        Repository.Sources("analyzers").SelectMany(path => CSharpSyntaxTree.ParseText(Repository.Read(path), cancellationToken: Cancel).GetRoot(Cancel).DescendantNodes());

    /// <summary>A culture that exists by name only, so that the test needs no globalization data.</summary>
    private sealed class OtherCulture(string name) : CultureInfo("")
    {
        public override string Name => name;

        public override CultureInfo Parent => InvariantCulture;
    }
}
