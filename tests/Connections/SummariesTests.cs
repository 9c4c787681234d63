using Microsoft.CodeAnalysis;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>
/// What source methods do, transitively. Calls of methods that block are marked as <c>blocks</c>, the calls found at the end as <c>leaf</c>; method names as
/// <c>sends</c>, <c>receives</c>, <c>closes</c>, <c>connects</c>, <c>endless</c>.
/// </summary>
public class SummariesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{|leaf:Thread.Sleep(1)|};")]
    [InlineData("{|leaf:File.ReadAllText(\"a\")|};")]
    [InlineData("{|leaf:Task.Delay(1).Wait()|};")]
    [InlineData("_ = {|leaf:Task.Run(() => 1).Result|};")]
    [InlineData("{|leaf:Task.Delay(1).GetAwaiter().GetResult()|};")]
    [InlineData("{|leaf:new SemaphoreSlim(1, 1).Wait()|};")]
    [InlineData("{|leaf:new ManualResetEventSlim().Wait()|};")]
    [InlineData("{|leaf:Console.ReadLine()|};")]
    [InlineData("new List<string>().ForEach(name => {|leaf:File.ReadAllText(name)|});")]
    [InlineData("var lines = new[] { \"a\" }.Select(name => {|leaf:File.ReadAllText(name)|}).ToList();")]
    [InlineData("try { if (true) { {|leaf:Thread.Sleep(1)|}; } } finally { }")]
    [InlineData("lock (this) { {|leaf:Thread.Sleep(1)|}; }")]
    public void A_method_that_blocks_itself(string code) => AssertBlocks(ModelMarkup.Of($$"""
        class Store
        {
            void Load() { {{code}} }
            void Use() { {|blocks:Load()|}; }
        }
        """));

    [Theory]
    [InlineData("Thread.Sleep(0);")]
    [InlineData("new SemaphoreSlim(1, 1).Wait(0);")]
    [InlineData("new SemaphoreSlim(1, 1).Wait(TimeSpan.Zero);")]
    [InlineData("new ManualResetEvent(false).WaitOne(0);")]
    [InlineData("Task.Delay(1).Wait(millisecondsTimeout: 0);")]
    [InlineData("using var memory = new MemoryStream(); memory.Write(new byte[9], 0, 9); _ = memory.Read(new byte[9], 0, 9);")]
    [InlineData("Stream memory = new MemoryStream(); memory.Write(new byte[9], 0, 9);")]
    [InlineData("var reader = new StringReader(\"\"); reader.ReadToEnd();")]
    [InlineData("var done = Task.Delay(1); if (done.IsCompleted) done.Wait();")]
    [InlineData("Task.Run(() => Thread.Sleep(1));")]
    [InlineData("new Thread(() => Thread.Sleep(1)).Start();")]
    [InlineData("Action later = () => Thread.Sleep(1);")]
    [InlineData("void Local() { Thread.Sleep(1); }")]
    [InlineData("_ = nameof(Thread.Sleep);")]
    [InlineData("Interlocked.Increment(ref _count);")]
    public void What_does_not_block(string code) => AssertBlocks(ModelMarkup.Of($$"""
        #pragma warning disable CS8321
        class Store
        {
            int _count;
            void Load() { {{code}} }
            void Use() { Load(); }
        }
        """));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(16, 5)]
    public void Calls_are_followed_to_the_depth_of_the_option(int depth, int reached)
    {
        var markup = ModelMarkup.Of("""
            class Chain
            {
                void Use() { F1(); F2(); F3(); F4(); F5(); }
                void F5() => F4();
                void F4() => F3();
                void F3() => F2();
                void F2() => F1();
                void F1() => Thread.Sleep(1);
            }
            """).WithOption("websocket_analyzers.call_depth", depth.ToString());
        for (var i = 1; i <= 5; i++)
            Assert.Equal(i <= reached, markup.Model.Summaries.Blocks(markup.Method("F" + i), Cancel) is not null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("17")]
    public void The_default_depth_is_four(string? option)
    {
        var markup = ModelMarkup.Of("""
            class Chain
            {
                void F5() => F4();
                void F4() => F3();
                void F3() => F2();
                void F2() => F1();
                void F1() => Thread.Sleep(1);
            }
            """);
        if (option is not null)
            markup = markup.WithOption("websocket_analyzers.call_depth", option);
        Assert.Null(markup.Model.Summaries.Blocks(markup.Method("F5"), Cancel));
        var reached = markup.Model.Summaries.Blocks(markup.Method("F4"), Cancel);
        Assert.Equal("Thread.Sleep", reached?.Leaf.Name);
        Assert.Equal(["F3", "F2", "F1"], reached!.Path.Select(step => step.Target.Name));
    }

    [Fact]
    public void The_nearest_leaf_is_found() => AssertBlocks(ModelMarkup.Of("""
        class Chain
        {
            void Use() { {|blocks:Far()|}; }
            void Far() { {|blocks:Deep1()|}; {|blocks:Near()|}; }
            void Deep1() { {|blocks:Deep2()|}; }
            void Deep2() { {|leaf:Thread.Sleep(2)|}; }
            void Near() { {|leaf:Thread.Sleep(1)|}; }
        }
        """));

    [Fact]
    public void The_first_of_two_equally_near_leaves_is_found()
    {
        var markup = ModelMarkup.Of("""
            class Chain
            {
                void Use() { Local(); Thread.Sleep(2); Console.ReadLine(); void Local() => Thread.Sleep(1); }
            }
            """);
        Assert.Equal("Thread.Sleep(2)", markup.Model.Summaries.Blocks(markup.Method("Use"), Cancel)!.Leaf.Operation.Syntax.ToString());
    }

    [Fact]
    public void Asynchronous_methods_are_not_followed_and_offloads_neither() => AssertBlocks(ModelMarkup.Of("""
        class Chain
        {
            void Use() { StartAsync(); Offloaded(); Later(); }
            void StartAsync() { _ = RunAsync(); }
            async Task RunAsync() { await Task.Yield(); Inner(); }
            void Inner() { }
            void Offloaded() { Task.Run(Sleep); Task.Run(() => {|blocks:Sleep()|}); }
            Action Later() => Sleep;
            void Sleep() { {|leaf:Thread.Sleep(1)|}; }
        }
        """));

    [Fact]
    public void Methods_that_hand_back_a_task_and_block_before_are_followed() => AssertBlocks(ModelMarkup.Of("""
        class Chain
        {
            void Use() { {|blocks:LoadAsync()|}; {|blocks:Through()|}; }
            Task LoadAsync() { {|leaf:Thread.Sleep(1)|}; return Task.CompletedTask; }
            Task Through() => {|blocks:LoadAsync()|};
        }
        """));

    [Fact]
    public void Local_functions_method_groups_lambdas_generics_and_extensions() => AssertBlocks(ModelMarkup.Of("""
        static class Chain
        {
            static void Use(this List<int> list)
            {
                {|blocks:Local()|};
                {|blocks:InPlace(list)|};
                {|blocks:Group(list)|};
                {|blocks:Generic("")|};
                {|blocks:Generic<int>(1)|};
                {|blocks:list.Extension()|};
                {|blocks:Extension(list)|};
                {|blocks:new Box<string>().Open("")|};
                list?{|blocks:.Extension()|};
                void Local() => {|leaf:Thread.Sleep(1)|};
            }
            static void InPlace(List<int> list) => list.ForEach(n => {|leaf:Thread.Sleep(2)|});
            static void Group(List<int> list) => list.ForEach(Sleep);
            static void Sleep(int n) => {|leaf:Thread.Sleep(3)|};
            static void Generic<T>(T value) => {|leaf:Thread.Sleep(4)|};
            static void Extension(this List<int> list) => {|leaf:Thread.Sleep(5)|};
        }
        class Box<T> { public void Open(T value) => {|leaf:Thread.Sleep(6)|}; }
        """));

    [Fact]
    public void One_implementation_of_an_interface_is_followed() => AssertBlocks(ModelMarkup.Of("""
        interface IStore { void Load(); }
        interface IStore<T> { void Load(T value); }
        class FileStore : IStore { public void Load() => {|leaf:Thread.Sleep(1)|}; }
        class GenericStore<T> : IStore<T> { void IStore<T>.Load(T value) => {|leaf:Thread.Sleep(2)|}; }
        class User
        {
            void Use(IStore store, IStore<int> generic) { {|blocks:store.Load()|}; {|blocks:generic.Load(1)|}; {|blocks:Through(store)|}; }
            void Through(IStore store) => {|blocks:store.Load()|};
        }
        """));

    [Fact]
    public void Two_implementations_leave_it_open() => AssertBlocks(ModelMarkup.Of("""
        interface IStore { void Load(); }
        class FileStore : IStore { public void Load() => Thread.Sleep(1); }
        class MemoryStore : IStore { public void Load() { } }
        class User
        {
            void Use(IStore store) { store.Load(); Through(store); }
            void Through(IStore store) => store.Load();
        }
        """));

    [Fact]
    public void An_implementation_that_cannot_be_seen_leaves_it_open() => AssertBlocks(ModelMarkup.Of("""
        interface IFlush { void Flush(); }
        class Own : IFlush { public void Flush() => Thread.Sleep(1); }
        class Library : MemoryStream, IFlush { }
        class User { void Use(IFlush target) { target.Flush(); } }
        """));

    [Fact]
    public void Implementations_inherited_abstract_overridden_and_by_default() => AssertBlocks(ModelMarkup.Of("""
        interface IStore { void Load(); }
        abstract class Base { public void Load() => {|leaf:Thread.Sleep(1)|}; }
        class Inherits : Base, IStore { }
        interface IOpen { void Open(); }
        abstract class AbstractOpen : IOpen { public abstract void Open(); }
        class RealOpen : AbstractOpen { public override void Open() => {|leaf:Thread.Sleep(2)|}; }
        interface IDefault { void Go() => {|leaf:Thread.Sleep(3)|}; }
        interface IReplaced { void Go() => Thread.Sleep(4); }
        class Replaces : IReplaced { void IReplaced.Go() { } }
        interface IVirtual { void Go(); }
        class Virtual : IVirtual { public virtual void Go() => Thread.Sleep(5); }
        class Overrides : Virtual { public override void Go() { } }
        class User
        {
            void Use(IStore store, IOpen open, AbstractOpen half, IDefault byDefault, IReplaced replaced, IVirtual @virtual)
            {
                {|blocks:store.Load()|};
                {|blocks:open.Open()|};
                {|blocks:half.Open()|};
                {|blocks:byDefault.Go()|};
                replaced.Go();
                @virtual.Go();
            }
        }
        """));

    [Fact]
    public void Virtual_and_base_calls() => AssertBlocks(ModelMarkup.Of("""
        class Lonely { public virtual void Load() => {|leaf:Thread.Sleep(1)|}; }
        class Parent { public virtual void Load() => {|leaf:Thread.Sleep(2)|}; }
        class Child : Parent
        {
            public override void Load() { }
            public void Up() => {|blocks:base.Load()|};
        }
        sealed class Last : Parent { public override void Load() => {|leaf:Thread.Sleep(3)|}; }
        class User
        {
            void Use(Lonely lonely, Parent parent, Child child, Last last)
            {
                {|blocks:lonely.Load()|};
                parent.Load();
                child.Load();
                {|blocks:child.Up()|};
                {|blocks:last.Load()|};
                Through(parent);
            }
            void Through(Parent parent) => parent.Load();
        }
        """));

    [Fact]
    public void Recursion_ends() => AssertBlocks(ModelMarkup.Of("""
        interface ILoop { void Go(); }
        class Loop : ILoop { public void Go() { ILoop self = this; self.Go(); } }
        class Knot
        {
            void Use() { Self(); Ping(); {|blocks:Blocking()|}; new Loop().Go(); Generic(1); }
            void Self() => Self();
            void Ping() => Pong();
            void Pong() => Ping();
            void Blocking() { {|blocks:Blocking()|}; {|leaf:Thread.Sleep(1)|}; }
            void Generic<T>(T value) => Generic(new List<T>());
        }
        """));

    [Fact]
    public void Delegates_metadata_and_properties_tell_nothing() => AssertBlocks(ModelMarkup.Of("""
        class User
        {
            readonly Action _action = () => Thread.Sleep(1);
            void Use(Action action, Func<int> f) { action(); f.Invoke(); _action(); GC.Collect(); this.ToString(); }
        }
        """));

    [Fact]
    public void What_methods_do_on_connections()
    {
        var markup = ModelMarkup.Of("""
            class Session
            {
                readonly ClientWebSocket _socket = new();
                public async Task {|sends:SendAsync|}() => await _socket.SendAsync(new byte[9], WebSocketMessageType.Text, true, default);
                Task {|sends:Returned|}() => SendAsync();
                async Task {|sends:Deep1|}() { await Deep2(); }
                async Task {|sends:Deep2|}() { await Returned(); }
                async Task {|receives:ReceiveAsync|}() { var r = await _socket.ReceiveAsync(new byte[9], default); }
                async Task {|closes:CloseAsync|}() { await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default); }
                async Task {|connects:OpenAsync|}() { await _socket.ConnectAsync(new Uri("ws://a"), default); }
                async Task {|connects:{|sends:{|receives:AllAsync|}|}|}() { await OpenAsync(); await SendAsync(); await ReceiveAsync(); }
                async Task {|sends:Together|}() { var a = SendAsync(); var b = SendAsync(); await Task.WhenAll(a, b); }
                void {|sends:Blocking|}() => SendAsync().Wait();
                void Dropped() { _ = SendAsync(); }
                void DroppedStatement() { SendAsync(); }
                async Task DroppedDeep() { Dropped(); await Task.Yield(); }
                void Elsewhere() { Task.Run(() => SendAsync()); }
                void Declared() { Func<Task> send = () => SendAsync(); Task {|sends:Local|}() => SendAsync(); }
                void Nothing() { _socket.Options.ToString(); _socket.Abort(); }
                Task? _pending;
                void Stored() { _pending = SendAsync(); }
                void StoredOnce() { _pending ??= _socket.SendAsync(new byte[9], WebSocketMessageType.Text, true, default); }
                async Task {|sends:StoredAndAwaited|}() { _pending = SendAsync(); await _pending; }
            }
            """.Replace("void DroppedStatement", "#pragma warning disable CS4014, CS8321\n    void DroppedStatement"));
        AssertDoes(markup, "sends", ApiKind.Send);
        AssertDoes(markup, "receives", ApiKind.Receive);
        AssertDoes(markup, "closes", ApiKind.Close);
        AssertDoes(markup, "connects", ApiKind.Connect);
        Assert.Equal(["Returned", "SendAsync"], markup.Model.Summaries.Does(markup.Method("Deep2"), ApiKind.Send, Cancel)!.Path.Select(step => step.Target.Name));
    }

    [Fact]
    public void The_answer_about_one_kind_is_not_the_answer_about_another()
    {
        var markup = ModelMarkup.Of("""
            class Session
            {
                async Task Both(WebSocket s) { await s.ReceiveAsync(new byte[9], default); await s.SendAsync(new byte[9], WebSocketMessageType.Text, true, default); }
            }
            """);
        var both = markup.Method("Both");
        Assert.Equal("ReceiveAsync", markup.Model.Summaries.Does(both, ApiKind.Send | ApiKind.Receive, Cancel)!.Leaf.Call.TargetMethod.Name);
        Assert.Equal("SendAsync", markup.Model.Summaries.Does(both, ApiKind.Send, Cancel)!.Leaf.Call.TargetMethod.Name);
        Assert.Equal("ReceiveAsync", markup.Model.Summaries.Does(both, ApiKind.Receive, Cancel)!.Leaf.Call.TargetMethod.Name);
        Assert.Null(markup.Model.Summaries.Does(both, ApiKind.Connect, Cancel));
    }

    [Fact]
    public void Calls_that_may_run_several_bodies_do_nothing_for_certain()
    {
        var markup = ModelMarkup.Of("""
            abstract class Channel
            {
                protected readonly WebSocket Socket = null!;
                public virtual Task WriteAsync() => Socket.SendAsync(new byte[9], WebSocketMessageType.Text, true, default);
                public virtual Task AloneAsync() => Socket.SendAsync(new byte[9], WebSocketMessageType.Text, true, default);
            }
            class Silent : Channel
            {
                public override Task WriteAsync() => Task.CompletedTask;
                Task UpAsync() => {|sends:base.WriteAsync()|};
            }
            class User
            {
                async Task UseAsync(Channel channel) { await channel.WriteAsync(); await {|sends:channel.AloneAsync()|}; }
            }
            """);
        markup.AssertCalls("sends", call => call.TargetMethod.IsInSource() && markup.Model.Summaries.Does(call, ApiKind.Send, Cancel) is not null);
        // Asked about the method and not about a call, its own body answers.
        Assert.NotNull(markup.Model.Summaries.Does(markup.Methods().First(method => method.Name == "WriteAsync"), ApiKind.Send, Cancel));
    }

    [Fact]
    public void Tasks_that_end_only_with_their_connection()
    {
        var markup = ModelMarkup.Of("""
            #pragma warning disable CS4014
            class Session
            {
                readonly WebSocket _socket = null!;
                Task? _loop;
                async Task {|endless:WhileAsync|}() { while (_socket.State == WebSocketState.Open) await OneAsync(); }
                async Task {|endless:DoAsync|}() { do { await OneAsync(); } while (true); }
                async Task {|endless:ForAsync|}() { for (;;) await OneAsync(); }
                async Task {|endless:EachAsync|}(IAsyncEnumerable<int> items) { await foreach (var item in items) { } }
                async Task {|endless:TickAsync|}() { using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await timer.WaitForNextTickAsync()) { } }
                Task {|endless:ReturnedAsync|}() => WhileAsync();
                async Task {|endless:AwaitedAsync|}() { await ReturnedAsync(); }
                async Task {|endless:BothAsync|}() { var a = WhileAsync(); var b = DoAsync(); await Task.WhenAny(a, b); }
                async Task {|endless:KeptAndAwaitedAsync|}() { _loop = WhileAsync(); await _loop; }
                async Task KeptAsync() { await OneAsync(); _loop = WhileAsync(); }
                async Task DroppedAsync() { WhileAsync(); _ = DoAsync(); await OneAsync(); }
                async Task OffloadedAsync() { _loop = Task.Run(() => WhileAsync()); await OneAsync(); }
                async Task CountedAsync() { for (var i = 0; i < 9; i++) await OneAsync(); foreach (var n in new[] { 1 }) await OneAsync(); }
                async Task CountedWhileAsync() { var sent = 0; while (sent < 100) { await OneAsync(); sent++; } }
                async Task MessageAsync() { WebSocketReceiveResult r; do { r = await _socket.ReceiveAsync(new byte[9], default); } while (!r.EndOfMessage); }
                async Task SpinAsync() { while (_loop is null) { Thread.Yield(); } await OneAsync(); }
                Task OneAsync() => Task.CompletedTask;
            }
            """);
        markup.AssertMethods("endless", method => markup.Model.Summaries.RunsUntilEnd(method, Cancel) is not null);
    }

    [Fact]
    public void Members_that_a_method_waits_for()
    {
        var markup = ModelMarkup.Of("""
            #pragma warning disable CS4014
            class Session
            {
                Task _a = null!, _b = null!, _c = null!, _d = null!, _e = null!;
                Task<int> Result { get; } = null!;
                async Task StopAsync() { await _a.ConfigureAwait(false); await Task.WhenAll(_b, Result); await DeepAsync(); DroppedAsync(); }
                async Task DeepAsync() { _c.Wait(); await Task.Yield(); }
                async Task DroppedAsync() { await _d; }
                void Mentions() { var task = _e; }
            }
            """);
        Assert.Equal(["Result", "_a", "_b", "_c"], Names("StopAsync"));
        Assert.Equal(["_d"], Names("DroppedAsync"));
        Assert.Empty(Names("Mentions"));

        IEnumerable<string> Names(string method) => markup.Model.Summaries.MembersWaitedFor(markup.Method(method), Cancel).Select(member => member.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Whether_a_call_comes_back_to_a_body()
    {
        var markup = ModelMarkup.Of("""
            #pragma warning disable CS4014
            class Session
            {
                async Task OuterAsync() { await MiddleAsync(); }
                async Task MiddleAsync() { await InnerAsync(); DroppedAsync(); }
                async Task InnerAsync() { await Task.Yield(); }
                async Task DroppedAsync() { await Task.Yield(); }
            }
            """);
        Assert.True(Reaches("OuterAsync", "InnerAsync"));
        Assert.True(Reaches("InnerAsync", "InnerAsync"));
        Assert.False(Reaches("OuterAsync", "DroppedAsync"));
        Assert.False(Reaches("InnerAsync", "OuterAsync"));

        bool Reaches(string from, string to) => markup.Model.Summaries.Reaches(markup.Method(from), Bodies.Of(markup.Method(to), Cancel)!, Cancel);
    }

    [Fact]
    public void Methods_without_a_visible_body_do_nothing()
    {
        var markup = ModelMarkup.Of("""
            interface IAlone { Task GoAsync(); }
            abstract class Alone { protected abstract void Go(); [System.Runtime.InteropServices.DllImport("x")] public static extern void Native(); }
            """);
        foreach (var method in markup.Methods().Append((IMethodSymbol)markup.Compilation.GetSpecialType(SpecialType.System_Object).GetMembers("ToString").Single()))
        {
            Assert.Null(markup.Model.Summaries.Blocks(method, Cancel));
            Assert.Null(markup.Model.Summaries.Does(method, ApiKind.AnyConnectionIO, Cancel));
            Assert.Null(markup.Model.Summaries.RunsUntilEnd(method, Cancel));
            Assert.Empty(markup.Model.Summaries.MembersWaitedFor(method, Cancel));
            Assert.Same(BodyFacts.Empty, markup.Model.Summaries.FactsOf(method, Cancel));
        }
    }

    private static void AssertBlocks(ModelMarkup markup)
    {
        var model = markup.Model;
        var leaves = new List<Location>();
        markup.AssertCalls("blocks", call =>
        {
            if (model.Methods.Target(call, Cancel) is not { } target || model.Summaries.Blocks(target, Cancel) is not { } reached)
                return false;
            leaves.Add(reached.Leaf.Operation.Syntax.GetLocation());
            return true;
        });
        markup.AssertMarked("leaf", leaves);
    }

    private static void AssertDoes(ModelMarkup markup, string kind, ApiKind kinds) =>
        markup.AssertMethods(kind, method => markup.Model.Summaries.Does(method, kinds, Cancel) is not null);
}
