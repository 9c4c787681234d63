using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Tests.Connections.Catalogue;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>The model as a whole: one a compilation, with the user's facts, for many threads, collected with its compilation, and never thrown off by what people type.</summary>
public class ModelTests
{
    private const string Chat = """
        class Session
        {
            private readonly WebSocket socket;
            public Session(WebSocket socket) => this.socket = socket;

            readonly SemaphoreSlim _gate = new(1, 1);
            public async Task RunAsync()
            {
                while (true)
                {
                    await socket.ReceiveAsync(new byte[9], default);
                    Store();
                    _ = SendAsync();
                }
            }
            void Store() => File.WriteAllText("a", "b");
            async Task SendAsync() { await _gate.WaitAsync(); await socket.SendAsync(new byte[9], WebSocketMessageType.Text, true, default); _gate.Release(); }
        }
        class Server
        {
            static readonly SemaphoreSlim Shared = new(1, 1);
            readonly List<Session> _sessions = new();
            async Task AcceptAsync(TcpListener listener)
            {
                while (true) { var client = await listener.AcceptTcpClientAsync(); await Shared.WaitAsync(); ServeAsync(client).Wait(); Shared.Release(); }
            }
            async Task ServeAsync(TcpClient client) { using (client) { Thread.Sleep(1); await Task.Yield(); } }
        }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_analyzer_gets_the_same_model_of_a_compilation()
    {
        var markup = ModelMarkup.Of(Chat);
        Assert.Same(ConnectionModel.For(markup.Compilation, markup.Options, Cancel), ConnectionModel.For(markup.Compilation, markup.Options, Cancel));
    }

    [Fact]
    public async Task All_analyzers_in_one_run_read_the_users_facts_once()
    {
        var markup = ModelMarkup.Of(Chat);
        var file = new CountedText("/src/WebSocketAnalyzers.txt", "connection T:Acme.Link");
        var options = new AnalyzerOptions([file], markup.Options.AnalyzerConfigOptionsProvider);
        var analyzers = Verify.AllAnalyzers().RemoveAll(analyzer => analyzer is ConfigurationAnalyzer);
        var diagnostics = await Verify.AnalyzeAsync(markup.Compilation, analyzers, options);
        Assert.NotEmpty(diagnostics);
        Assert.Equal(1, file.Reads);
    }

    [Fact]
    public void A_changed_compilation_has_a_model_of_its_own()
    {
        var markup = ModelMarkup.Of(Chat);
        var changed = markup.Compilation.ReplaceSyntaxTree(markup.Trees[0], CSharpSyntaxTree.ParseText("class Session { void RunAsync() { } }", path: "/0/File0.cs", cancellationToken: Cancel));
        var model = ConnectionModel.For(changed, markup.Options, Cancel);
        Assert.NotSame(markup.Model, model);
        Assert.NotEmpty(markup.Model.Handlers.In(markup.Compilation.GetTypeByMetadataName("Session")!, Cancel));
        Assert.Empty(model.Handlers.In(changed.GetTypeByMetadataName("Session")!, Cancel));
    }

    [Fact]
    public void Other_options_make_another_model_of_the_same_compilation()
    {
        var plain = ModelMarkup.Of("class Jobs { void {|handler:Run|}() { } }");
        var configured = plain.WithOption("websocket_analyzers.handlers", "M:Jobs.Run");
        Assert.NotSame(plain.Model, configured.Model);
        configured.AssertHandlers();
        Assert.Null(plain.Model.Handlers.Of(plain.Method("Run"), Cancel));
    }

    [Fact]
    public void A_cancelled_question_can_be_asked_again()
    {
        var markup = ModelMarkup.Of(Chat);
        var type = markup.Compilation.GetTypeByMetadataName("Session")!;
        Assert.Throws<OperationCanceledException>(() => markup.Model.Handlers.In(type, new CancellationToken(canceled: true)));
        Assert.NotEmpty(markup.Model.Handlers.In(type, Cancel));
    }

    [Fact]
    public void A_library_that_the_user_describes()
    {
        var markup = ModelMarkup.Of(Acme, """
            using Acme;
            class Client
            {
                readonly Link _link = new();
                async Task {|handler:ReadAsync|}() { while (true) { await _link.NextAsync(); Store.Load(); } }
                async Task {|handler:ServeAsync|}(Link link) { await Task.Yield(); }
                void Start(Server server)
                {
                    server.OnClient(link {|handler:=>|} Greet(link), () => { });
                    server.Closed += OnClosed;
                    server.Failed = new Strangers().OnFailed;
                }
                void {|handler:Greet|}(Link link) { }
                void {|handler:OnClosed|}() { }
                async Task ConnectAsync() { await _link.OpenAsync(); }
            }
            class Strangers { public void {|handler:OnFailed|}() { } }
            class Echo : Behavior { public override void {|handler:OnText|}() { } }
            class Api : Endpoint { public void {|handler:Call|}() { } }
            class Holder { readonly Link _link = new(); }
            """).WithFile("/src/WebSocketAnalyzers.Acme.txt", """
            # what our own library does
            connection T:Acme.Link
            receive    M:Acme.Link.NextAsync          # one message
            connect    M:Acme.Link.OpenAsync
            blocks     M:Acme.Store.Load -> M:Acme.Store.LoadAsync
            callback   M:Acme.Server.OnClient handler
            callback   E:Acme.Server.Closed
            callback   P:Acme.Server.Failed
            handler    M:Acme.Behavior.OnText
            hub        T:Acme.Endpoint
            """);
        var model = markup.Model;
        // Server's own members are source here; only what the file says of them counts.
        markup.AssertHandlers();
        Assert.True(model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Link")));
        Assert.True(model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Holder")));
        var load = markup.Calls().Single(call => call.TargetMethod.Name == "Load");
        Assert.Equal((BlockingKind.Counterpart, "M:Acme.Store.LoadAsync"), (model.Blocking.At(load, Cancel)!.Kind, model.Blocking.At(load, Cancel)!.Entry.Counterpart));
        Assert.NotNull(model.Summaries.Does(markup.Method("ConnectAsync"), ApiKind.Connect, Cancel));

        // Without the file nothing of this is known.
        var plain = ModelMarkup.Of(Acme);
        Assert.False(plain.Model.Types.IsConnection(plain.Compilation.GetTypeByMetadataName("Acme.Link")));
    }

    [Theory]
    [InlineData("/src/WebSocketAnalyzers.txt", true)]
    [InlineData("C:\\src\\websocketanalyzers.team.TXT", true)]
    [InlineData("/src/WebSocketAnalyzers.md", false)]
    [InlineData("/src/MyWebSocketAnalyzers.txt", false)]
    [InlineData("/src/BannedSymbols.txt", false)]
    [InlineData("/src/", false)]
    public void Only_files_of_the_right_name_count(string path, bool counts)
    {
        // A path with back slashes has folders on Windows only.
        if (path.Contains('\\', StringComparison.Ordinal))
            path = path.Replace("C:", "", StringComparison.Ordinal).Replace('\\', Path.DirectorySeparatorChar);
        var markup = ModelMarkup.Of(Acme).WithFile(path, "connection T:Acme.Link");
        Assert.Equal(counts, markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Link")));
    }

    [Theory]
    [InlineData("connexion T:Acme.Link")]
    [InlineData("connection")]
    [InlineData("connection Acme.Link")]
    [InlineData("connection M:Acme.Link.NextAsync")]
    [InlineData("receive T:Acme.Link")]
    [InlineData("blocks M:Acme.Store.Load(")]
    [InlineData("blocks M:Acme.Store.Load ->")]
    [InlineData("connection T:Acme.Link -> T:Acme.Store")]
    [InlineData("connection T:Acme.Link twice")]
    [InlineData("-> -> ->")]
    [InlineData("connection T:")]
    [InlineData("\0\u0001\uFFFF {{{ ]]]")]
    public void Malformed_lines_are_skipped_and_the_others_count(string line)
    {
        var markup = ModelMarkup.Of(Acme).WithFile("/src/WebSocketAnalyzers.txt", "hub T:Acme.Endpoint\n" + line + "\nconnection T:Acme.Other");
        Assert.False(markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Link")));
        Assert.True(markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Other")));
        Assert.Equal(ApiKind.Hub, markup.Model.Apis.Of(markup.Compilation.GetTypeByMetadataName("Acme.Endpoint")!));
    }

    [Fact]
    public void Several_files_add_up()
    {
        var markup = ModelMarkup.Of(Acme).WithFile("/a/WebSocketAnalyzers.One.txt", "connection T:Acme.Link").WithFile("/b/WebSocketAnalyzers.Two.txt", "connection T:Acme.Other").WithFile("/c/WebSocketAnalyzers.txt", "");
        Assert.True(markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Link")));
        Assert.True(markup.Model.Types.IsConnection(markup.Compilation.GetTypeByMetadataName("Acme.Other")));
    }

    [Fact]
    public void The_model_is_collected_with_its_compilation()
    {
        // The options and the syntax trees live on, as they do in an editor while the user types.
        var options = ModelMarkup.Of().Options;
        var tree = CSharpSyntaxTree.ParseText(Chat, path: "/0/Chat.cs", cancellationToken: Cancel);
        var (compilation, model) = Ask(tree, options);
        for (var i = 0; i < 10 && (compilation.IsAlive || model.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(compilation.IsAlive, "the compilation is kept");
        Assert.False(model.IsAlive, "the model is kept");
        GC.KeepAlive(options);
        GC.KeepAlive(tree);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (WeakReference Compilation, WeakReference Model) Ask(SyntaxTree tree, AnalyzerOptions options)
        {
            var compilation = Verify.Compile().AddSyntaxTrees(tree);
            var model = ConnectionModel.For(compilation, options, Cancel);
            Assert.NotEmpty(Everything(compilation, [tree], options));
            return (new WeakReference(compilation), new WeakReference(model));
        }
    }

    [Fact]
    public async Task Many_threads_get_equal_answers()
    {
        var markup = ModelMarkup.Of(Chat);
        using var start = new Barrier(8);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(Cancel);
                return Everything(markup.Compilation, [.. markup.Trees], markup.Options);
            },
            Cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.NotEmpty(answers[0]);
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        // And the same as of one that is asked alone.
        var alone = ModelMarkup.Of(Chat);
        Assert.Equal(answers[0], Everything(alone.Compilation, [.. alone.Trees], alone.Options));
    }

    [Theory]
    [InlineData("class S { async Task RunAsync(WebSocket socket) { while (true) { await socket.")]
    [InlineData("class S { async Task RunAsync(WebSocket socket) { while (true) { await socket.ReceiveAsync( } } }")]
    [InlineData("class S { async Task RunAsync(WebSocket")]
    [InlineData("class S { async Task RunAsync(WebSocket socket)")]
    [InlineData("class S { Task RunAsync(this WebSocket socket, , ) => ; }")]
    [InlineData("class { async (WebSocket s) => { Thread.Sleep( ")]
    [InlineData("class S : , WebSocket { override Task }")]
    [InlineData("class Hub1 : Microsoft.AspNetCore.SignalR.Hub<> { public Task Send( }")]
    [InlineData("var listener = new TcpListener(; while (true) { var c = await listener.AcceptTcpClientAsync(; }")]
    [InlineData("class S { WebSocket _a; void F() { _a?.SendAsync( ; _ = _a?. ; _a.; } int P => _a. ; int this[ => _a; }")]
    [InlineData("class S { void F() { foreach (var x in ) { await foreach (var y in x.ReadAllAsync( ) } using (var z = new ClientWebSocket( lock ( } }")]
    [InlineData("partial class A : B { } partial class B : A { partial void F(WebSocket s); partial void F(WebSocket s) => F(s); } interface I : I { void G(); }")]
    [InlineData("class S { Action<WebSocket> a = async s => await ; event Action E { add { } remove } S() : this() { } ~S() => Thread.Sleep; }")]
    [InlineData("class S { [Obsolete(await x)] async Task F([DefaultValue(Thread.Sleep(1))] WebSocket s = new(Thread.Sleep(2))) { } }")]
    [InlineData("namespace N; using System; class S<T> where T : S<T>.Inner { class Inner : S<Inner>.Inner { WebSocket s; } T t; }")]
    [InlineData("record R(WebSocket A, R B) { void F() => A.SendAsync(B.A.ReceiveAsync(Task.Run(F).Wait())); } struct T(T t) { T x; void F() { t.F(); } }")]
    [InlineData("await using var s = new ClientWebSocket(); class { } await s.ConnectAsync(; static async local(WebSocket w) { } return")]
    [InlineData("#if X\nclass A {\n#else\nclass B { async Task F(WebSocket s) { while (true) await s.ReceiveAsync(default, default);\n#endif")]
    [InlineData("}}}} ;;;; ))) WebSocket WebSocket => => async async await await")]
    [InlineData("")]
    public void What_is_half_typed_never_throws(string source)
    {
        var markup = ModelMarkup.OfBroken(source);
        Everything(markup.Compilation, [.. markup.Trees], markup.Options);
        // Nor does anything depend on the framework being there.
        Everything(markup.Compilation.RemoveAllReferences(), [.. markup.Trees], markup.Options);
    }

    [Fact]
    public void Missing_references_never_throw()
    {
        var markup = ModelMarkup.OfBroken(Chat, Acme);
        Everything(markup.Compilation.RemoveAllReferences(), [.. markup.Trees], markup.Options);
        var some = LibraryReferences.Packs.Where(reference => Path.GetFileName(reference.Display) is "System.Runtime.dll" or "System.Net.WebSockets.dll");
        Everything(markup.Compilation.RemoveAllReferences().AddReferences(some), [.. markup.Trees], markup.Options);
    }

    /// <summary>All questions about all nodes of the trees, and the answers as text.</summary>
    private static List<string> Everything(Compilation compilation, SyntaxTree[] trees, AnalyzerOptions options)
    {
        var model = ConnectionModel.For(compilation, options, Cancel);
        var answers = new List<string>();
        foreach (var tree in trees)
        {
            var semantics = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot(Cancel).DescendantNodesAndSelf())
            {
                if (semantics.GetEnclosingSymbol(node.SpanStart, Cancel) is { } around)
                {
                    Say("around", node, model.Handlers.Around(node, around, Cancel));
                    if (semantics.GetSymbolInfo(node, Cancel).Symbol is IFieldSymbol or ILocalSymbol or IParameterSymbol or IPropertySymbol)
                        Say("shared", node, model.Sharing.Of(semantics.GetSymbolInfo(node, Cancel).Symbol!, node, Cancel));
                }

                if (semantics.GetDeclaredSymbol(node, Cancel) is { } declared)
                    AskAbout(declared, node);
                if (semantics.GetOperation(node, Cancel) is { } operation)
                    AskAboutOperation(operation, node);
            }
        }

        return answers;

        void AskAbout(ISymbol declared, SyntaxNode node)
        {
            Say("api", node, model.Apis.Of(declared) is { Kind: not ApiKind.None } facts ? facts.Kind : null);
            switch (declared)
            {
                case INamedTypeSymbol type:
                    Say("connection", node, model.Types.IsConnection(type) ? model.Types.OwnedConnection(type)?.Name ?? "itself" : null);
                    Say("serves", node, model.Sharing.Serving(type, Cancel));
                    if (type.OutermostType() is { } outermost)
                        Say("handlers", node, model.Handlers.In(outermost, Cancel).Count);
                    break;
                case IMethodSymbol method:
                    Say("handler", node, model.Handlers.Of(method, Cancel));
                    Say("target", node, model.Methods.Target(method, Cancel)?.Name);
                    Say("blocks", node, model.Summaries.Blocks(method, Cancel)?.Leaf.Name);
                    Say("does", node, model.Summaries.Does(method, ApiKind.AnyConnectionIO, Cancel)?.Leaf.Kind);
                    Say("runs", node, model.Summaries.RunsUntilEnd(method, Cancel));
                    Say("waits", node, string.Join(",", model.Summaries.MembersWaitedFor(method, Cancel).Select(member => member.Name).Order(StringComparer.Ordinal)));
                    if (Bodies.Of(method, Cancel) is { } body)
                        Say("reaches", node, model.Summaries.Reaches(method, body, Cancel));
                    break;
            }
        }

        void AskAboutOperation(IOperation operation, SyntaxNode node)
        {
            Say("blocking", node, model.Blocking.At(operation, Cancel)?.Name);
            Say("leak", node, model.Fates.IsCreation(operation) ? model.Leaks.LeakOf(operation, Cancel)?.Because : null);
            if (operation is not IInvocationOperation call)
                return;
            Say("call", node, model.Apis.Of(call).Kind);
            Say("called", node, model.Methods.PossibleTarget(call, out var isCertain, Cancel)?.Name + isCertain);
            Say("dropped", node, model.Sends.At(call, Cancel)?.Because);
            Say("equally", node, call.TargetMethod.ContainingType is { } type && model.Sharing.IsEquallyShared(call.Receiver(), type, Cancel));
        }

        void Say(string question, SyntaxNode node, object? answer)
        {
            if (answer is not null)
                answers.Add($"{question} {node.SyntaxTree.FilePath}{node.Span}: {answer}");
        }
    }

    private const string Acme = """
        namespace Acme
        {
            public class Link { public Task<string> NextAsync() => null!; public Task OpenAsync() => null!; }
            public class Other { }
            public static class Store { public static string Load() => ""; public static Task<string> LoadAsync() => null!; }
            public class Server
            {
                public void OnClient(Action<Link> handler, Action log) { }
                public event Action Closed { add { } remove { } }
                public Action? Failed { get; set; }
            }
            public abstract class Behavior { public abstract void OnText(); }
            public abstract class Endpoint { }
        }
        """;

    /// <summary>A file that counts how often it is read.</summary>
    private sealed class CountedText(string path, string text) : AdditionalText
    {
        private int _reads;

        public int Reads => _reads;

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _reads);
            return SourceText.From(text);
        }
    }
}
