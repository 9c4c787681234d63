using Microsoft.CodeAnalysis.Testing;
using WebSocketAnalyzers.CodeFixes.Fixes.Blocking;
using WebSocketAnalyzers.Rules.Blocking;
using Xunit;

namespace WebSocketAnalyzers.Tests.Rules.Blocking;

public class BlockingMethodTests
{
    [Fact]
    public Task Reports_a_sleep_in_another_class_with_its_place() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        class Throttle
        {
            public void Hold()
            {
                {|#1:Thread.Sleep(100)|};
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task {|#2:RunAsync|}(WebSocket socket)
            {
                var buffer = new byte[1024];
                while (true)
                {
                    await socket.ReceiveAsync(buffer, default);
                    {|#0:_throttle.Hold()|};
                }
            }
        }
        """)
    {
        ExpectedDiagnostics =
        {
            new DiagnosticResult(BlockingMethodRule.Descriptor).WithLocation(0).WithLocation(1).WithLocation(2)
                .WithMessage("'Throttle.Hold' blocks the thread of a connection: 'Thread.Sleep' blocks at Test0.cs:5, and 'Session.RunAsync' (Test0.cs:13) runs for the connection in its parameter 'socket'"),
        },
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Reports_at_the_call_in_another_file() => Verify.ReportsAsync<BlockingAnalyzer>(
        """
        class Session
        {
            private readonly History history;
            public Session(History history) => this.history = history;

            private readonly ClientWebSocket _socket = new();

            public async Task RunAsync()
            {
                while (true)
                {
                    await _socket.ReceiveAsync(new byte[1], default);
                    {|WSA2005:history.Append("x")|};
                }
            }
        }
        """,
        """
        public class History
        {
            public void Append(string line) => File.AppendAllText("history", line);
        }
        """);

    [Fact]
    public Task Reports_through_an_interface_with_one_implementation() => Verify.ReportsAsync<BlockingAnalyzer>("""
        interface IHistory
        {
            void Append(string line);
        }

        class FileHistory : IHistory
        {
            void IHistory.Append(string line) => File.AppendAllText("history", line);
        }

        class Session
        {
            private readonly IHistory history;
            public Session(IHistory history) => this.history = history;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2005:history.Append("x")|};
            }
        }
        """);

    [Fact]
    public Task Reports_through_a_generic_interface_and_an_abstract_base() => Verify.ReportsAsync<BlockingAnalyzer>("""
        interface IRepository<T>
        {
            T Get(int id);
        }

        abstract class Repository<T> : IRepository<T> where T : new()
        {
            public T Get(int id)
            {
                Load(id);
                return new T();
            }

            protected abstract void Load(int id);
        }

        class UserRepository : Repository<User>
        {
            protected override void Load(int id) => File.ReadAllText("user" + id);
        }

        class User { }

        class Session
        {
            private readonly IRepository<User> users;
            public Session(IRepository<User> users) => this.users = users;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _ = {|WSA2005:users.Get(1)|};
            }
        }
        """);

    [Fact]
    public Task Reports_static_methods_and_extensions() => Verify.ReportsAsync<BlockingAnalyzer>("""
        static class Pause
        {
            public static void For(int time) => Thread.Sleep(time);

            public static void Settle(this WebSocket socket) => For(10);

            public static T Later<T>(this T value)
            {
                For(10);
                return value;
            }
        }

        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2005:Pause.For(10)|};
                {|WSA2005:socket.Settle()|};
                {|WSA2005:Pause.Settle(socket)|};
                _ = {|WSA2005:5.Later()|};
                _ = {|WSA2005:"".Later<string>()|};
            }
        }
        """);

    [Fact]
    public Task Reports_generic_classes() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Cache<TKey, TValue> where TKey : notnull
        {
            private readonly Dictionary<TKey, TValue> _values = new();

            public TValue Get(TKey key, Func<TKey, Task<TValue>> load) => Fill(key, load);

            private TValue Fill(TKey key, Func<TKey, Task<TValue>> load) => _values[key] = load(key).Result;
        }

        class Session
        {
            private readonly Cache<string, int> cache;
            public Session(Cache<string, int> cache) => this.cache = cache;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _ = {|WSA2005:cache.Get("a", key => Task.FromResult(1))|};
            }
        }
        """);

    [Fact]
    public Task Reports_every_kind_of_leaf() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Work
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly BlockingCollection<int> _queue = new();

            public void Enter() => _gate.Wait();
            public int Next() => _queue.Take();
            public string Load(string path) => new Deep().Load(path);
            public int Wait(Task<int> task) => task.GetAwaiter().GetResult();
            public Task SlowTask() { Thread.Sleep(1); return Task.CompletedTask; }

            class Deep
            {
                public string Load(string path) => File.ReadAllText(path);
            }
        }

        class Session
        {
            private readonly Work work;
            public Session(Work work) => this.work = work;

            async Task RunAsync(WebSocket socket)
            {
                await {|WSA2005:work.SlowTask()|};
                {|WSA2005:work.Enter()|};
                _ = {|WSA2005:work.Next()|};
                _ = {|WSA2005:work.Load("a")|};
                _ = {|WSA2005:work.Wait(Task.FromResult(1))|};
            }
        }
        """);

    [Fact]
    public Task Reports_behind_conditional_access_and_in_a_hub() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Store
        {
            public void Save(string text) => File.WriteAllText("a", text);
        }

        class Chat : Hub
        {
            private readonly Store? store;
            public Chat(Store? store) => this.store = store;

            public void Say(string text)
            {
                store?{|WSA2005:.Save(text)|};
                Keep(text);
            }

            private void Keep(string text) => {|WSA2005:store!.Save(text)|};
        }
        """);

    [Fact]
    public Task Reports_an_iterator_that_is_enumerated_in_place() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Lines
        {
            public IEnumerable<string> Read()
            {
                Thread.Sleep(10);
                yield return "a";
            }
        }

        class Session
        {
            private readonly Lines lines;
            public Session(Lines lines) => this.lines = lines;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                foreach (var line in {|WSA2005:lines.Read()|})
                    Console.WriteLine(line);
            }
        }
        """);

    [Fact]
    public Task Reports_the_nearest_call_only() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Outer
        {
            private readonly Inner inner;
            public Outer(Inner inner) => this.inner = inner;

            public void Run() => inner.Run();
        }

        class Inner
        {
            public void Run() => Thread.Sleep(1);
        }

        class Session
        {
            private readonly Outer outer;
            public Session(Outer outer) => this.outer = outer;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2005:outer.Run()|};
            }
        }
        """);

    [Fact]
    public Task Ignores_a_leaf_that_is_reported_itself() => Verify.ReportsAsync<BlockingAnalyzer>("""
        class Session
        {
            private readonly Helper _helper = new();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Pause();
                _helper.Pause();
            }

            void Pause() => {|WSA2002:Thread.Sleep(1)|};

            class Helper
            {
                public void Pause() => {|WSA2002:Thread.Sleep(1)|};
            }
        }
        """);

    [Fact]
    public Task Ignores_a_path_through_another_handler() => Verify.ReportsAsync<BlockingAnalyzer>("""
        using Microsoft.AspNetCore.SignalR;

        class Chat : Hub
        {
            public void Pause() => {|WSA2002:Thread.Sleep(1)|};
        }

        class Forward
        {
            private readonly Chat chat;
            public Forward(Chat chat) => this.chat = chat;

            public void Pause() => chat.Pause();
        }

        class Session
        {
            private readonly Forward forward;
            public Session(Forward forward) => this.forward = forward;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                forward.Pause();
            }
        }
        """);

    [Fact]
    public Task Ignores_calls_outside_of_handlers() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        static class Pause
        {
            public static void For(int time) => Thread.Sleep(time);
        }

        class Program
        {
            static async Task Main()
            {
                await Task.Yield();
                Pause.For(10);
            }
        }
        """);

    [Fact]
    public Task Ignores_methods_that_block_only_in_offloaded_code() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Worker
        {
            public void Start() => new Thread(() => Thread.Sleep(10)).Start();
            public Task StartAsync() => Task.Run(() => Thread.Sleep(10));
            public void Queue() => ThreadPool.QueueUserWorkItem(_ => Block());
            private static void Block() => Thread.Sleep(10);
        }

        class Session
        {
            private readonly Worker worker;
            public Session(Worker worker) => this.worker = worker;

            async Task RunAsync(WebSocket socket)
            {
                worker.Start();
                worker.Queue();
                await worker.StartAsync();
                await Task.Run(() => Pause.For(10));
                await Task.Run(worker.Queue);
            }
        }

        static class Pause
        {
            public static void For(int time) => Thread.Sleep(time);
        }
        """);

    [Fact]
    public Task Ignores_asynchronous_methods() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Store
        {
            public async Task<string> LoadAsync(string path)
            {
                await Task.Yield();
                return File.ReadAllText(path);
            }
        }

        class Session
        {
            private readonly Store store;
            public Session(Store store) => this.store = store;

            async Task RunAsync(WebSocket socket) => _ = await store.LoadAsync("a");
        }
        """);

    [Fact]
    public Task Ignores_an_interface_with_several_implementations_or_none() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        interface IHistory
        {
            void Append(string line);
        }

        class FileHistory : IHistory
        {
            public void Append(string line) => File.AppendAllText("history", line);
        }

        class NoHistory : IHistory
        {
            public void Append(string line) { }
        }

        interface IElsewhere
        {
            void Append(string line);
        }

        class Session
        {
            private readonly IHistory history;
            private readonly IElsewhere elsewhere;
            public Session(IHistory history, IElsewhere elsewhere) { this.history = history; this.elsewhere = elsewhere; }

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                history.Append("x");
                elsewhere.Append("x");
            }
        }
        """);

    [Fact]
    public Task Ignores_an_iterator_that_is_handed_on() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Lines
        {
            public IEnumerable<string> Read()
            {
                Thread.Sleep(10);
                yield return "a";
            }
        }

        class Session
        {
            private readonly Lines lines;
            public Session(Lines lines) => this.lines = lines;

            private IEnumerable<string> _lines = new List<string>();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _lines = lines.Read();
            }
        }
        """);

    [Fact]
    public Task Ignores_lambdas_and_callbacks_that_are_only_stored() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Timers
        {
            private readonly List<Action> _actions = new();

            public void Add(Action action) => _actions.Add(action);
            public void AddSleep() => _actions.Add(() => Thread.Sleep(10));
        }

        class Session
        {
            private readonly Timers timers;
            public Session(Timers timers) => this.timers = timers;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                timers.Add(() => Thread.Sleep(10));
                timers.Add(Pause.Now);
                timers.AddSleep();
            }
        }

        static class Pause
        {
            public static void Now() => Thread.Sleep(10);
        }
        """);

    [Fact]
    public Task Ignores_completed_tasks_and_zero_timeouts_below() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class State
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Task<int> _load = Task.FromResult(1);

            public bool TryEnter() => _gate.Wait(0);
            public int? Value() => _load.IsCompletedSuccessfully ? _load.Result : null;
            public void Copy(MemoryStream from, MemoryStream to) => from.CopyTo(to);
        }

        class Session
        {
            private readonly State state;
            public Session(State state) => this.state = state;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                state.TryEnter();
                state.Value();
                state.Copy(new MemoryStream(), new MemoryStream());
            }
        }
        """);

    [Fact]
    public Task Ignores_property_getters_and_constructors() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Settings
        {
            public Settings() => Thread.Sleep(1);

            public string Text => File.ReadAllText("settings");
        }

        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _ = new Settings().Text;
            }
        }
        """);

    [Fact]
    public Task Ignores_what_lies_too_deep() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        static class Deep
        {
            public static void A() => B();
            static void B() => C();
            static void C() => D();
            static void D() => E();
            static void E() => F();
            static void F() => Thread.Sleep(1);
        }

        class Session
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                Deep.A();
            }
        }
        """);

    [Fact]
    public Task Ignores_recursion_without_an_end() => Verify.IgnoresAsync<BlockingAnalyzer>("""
        class Tree
        {
            public int Walk(int depth) => Other(depth) + Walk(depth - 1);
            private int Other(int depth) => Walk(depth);
        }

        class Session
        {
            private readonly Tree tree;
            public Session(Tree tree) => this.tree = tree;

            async Task RunAsync(WebSocket socket)
            {
                await RunAsync(socket);
                tree.Walk(3);
            }
        }
        """);

    [Fact]
    public Task Ignores_half_typed_code() => new Verify.Test<BlockingAnalyzer, EmptyCodeFixProvider>("""
        interface IHistory { void Append(string line)

        class FileHistory : IHistory { public void Append( => File.AppendAllText(

        class Session(IHistory history
        {
            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                history.Append(
                history.
        """)
    { CompilerDiagnostics = CompilerDiagnostics.None }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task FixesAll_by_making_the_method_asynchronous() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Throttle
        {
            public void Hold()
            {
                Thread.Sleep(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                {|WSA2005:_throttle.Hold()|};
                {|WSA2005:_throttle.Hold()|}; // again
            }
        }
        """,
        """
        class Throttle
        {
            public async Task Hold()
            {
                await Task.Delay(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                await _throttle.Hold();
                await _throttle.Hold(); // again
            }
        }
        """);

    [Fact]
    public Task FixesAll_on_the_thread_pool() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Throttle
        {
            public void Hold()
            {
                Thread.Sleep(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                {|WSA2005:_throttle.Hold()|};
                {|WSA2005:_throttle.Hold()|}; // again
            }
        }
        """,
        """
        class Throttle
        {
            public void Hold()
            {
                Thread.Sleep(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                await Task.Run(() => _throttle.Hold());
                await Task.Run(() => _throttle.Hold()); // again
            }
        }
        """,
        "OffloadToPool");

    [Fact]
    public Task FixesAll_on_a_dedicated_thread() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Throttle
        {
            public void Hold()
            {
                Thread.Sleep(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                {|WSA2005:_throttle.Hold()|};
                {|WSA2005:_throttle.Hold()|}; // again
            }
        }
        """,
        """
        class Throttle
        {
            public void Hold()
            {
                Thread.Sleep(100);
            }
        }

        class Session
        {
            private readonly Throttle _throttle = new();

            async Task RunAsync(WebSocket socket, CancellationToken cancellation)
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                await Task.Factory.StartNew(() => _throttle.Hold(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                await Task.Factory.StartNew(() => _throttle.Hold(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // again
            }
        }
        """,
        "OffloadToThread");

    [Fact]
    public Task Fixes_through_an_interface_and_several_methods() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        interface IHistory
        {
            string Load(string path);
        }

        class FileHistory : IHistory
        {
            public string Load(string path) => Read(path) + "!";

            private static string Read(string path) => File.ReadAllText(path);
        }

        class Session
        {
            private readonly IHistory history;
            public Session(IHistory history) => this.history = history;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                var text = {|WSA2005:history.Load("a")|}.Trim();
            }
        }
        """,
        """
        interface IHistory
        {
            Task<string> Load(string path);
        }

        class FileHistory : IHistory
        {
            public async Task<string> Load(string path) => await Read(path) + "!";

            private static async Task<string> Read(string path) => await File.ReadAllTextAsync(path);
        }

        class Session
        {
            private readonly IHistory history;
            public Session(IHistory history) => this.history = history;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                var text = (await history.Load("a")).Trim();
            }
        }
        """);

    [Fact]
    public Task Fixes_a_task_wait_below_an_extension() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        static class Tasks
        {
            public static T Get<T>(this Task<T> task) => task.GetAwaiter().GetResult();
        }

        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> work)
            {
                await Task.Yield();
                return {|WSA2005:work.Get()|};
            }
        }
        """,
        """
        static class Tasks
        {
            public static async Task<T> Get<T>(this Task<T> task) => await task;
        }

        class Session
        {
            async Task<int> RunAsync(WebSocket socket, Task<int> work)
            {
                await Task.Yield();
                return await work.Get();
            }
        }
        """);

    [Fact]
    public Task Fixes_first_by_offloading_where_the_method_cannot_change() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Source : IDisposable
        {
            private readonly ManualResetEvent _ready = new(false);

            public void Dispose() => Thread.Sleep(10);

            public bool Wait() => _ready.WaitOne();
        }

        class Session
        {
            private readonly Source source;
            public Session(Source source) => this.source = source;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                if ({|WSA2005:source.Wait()|})
                    {|WSA2005:source.Dispose()|};
            }
        }
        """,
        """
        class Source : IDisposable
        {
            private readonly ManualResetEvent _ready = new(false);

            public void Dispose() => Thread.Sleep(10);

            public bool Wait() => _ready.WaitOne();
        }

        class Session
        {
            private readonly Source source;
            public Session(Source source) => this.source = source;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                if (await Task.Run(() => source.Wait()))
                    await Task.Run(() => source.Dispose());
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_an_iterator() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingMethodCodeFix>("""
        class Lines
        {
            public IEnumerable<string> Read()
            {
                Thread.Sleep(10);
                yield return "a";
            }
        }

        class Session
        {
            private readonly Lines lines;
            public Session(Lines lines) => this.lines = lines;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                foreach (var line in {|WSA2005:lines.Read()|})
                    Console.WriteLine(line);
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_for_a_mutex_that_is_kept() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingMethodCodeFix>("""
        class Gate
        {
            private readonly Mutex _mutex = new();

            public void Enter() => _mutex.WaitOne();

            public void Leave() => _mutex.ReleaseMutex();
        }

        class Session
        {
            private readonly Gate gate;
            public Session(Gate gate) => this.gate = gate;

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                {|WSA2005:gate.Enter()|};
                gate.Leave();
            }
        }
        """);

    [Fact]
    public Task Offers_no_fix_under_a_lock() => Verify.OffersNoFixAsync<BlockingAnalyzer, BlockingMethodCodeFix>("""
        static class Pause
        {
            public static void For(int time) => Thread.Sleep(time);
        }

        class Session
        {
            private readonly object _gate = new();

            async Task RunAsync(WebSocket socket)
            {
                await Task.Yield();
                lock (_gate)
                    {|WSA2005:Pause.For(10)|};
            }
        }
        """);

    [Fact]
    public Task FixesAll_nested_and_conditional_calls_on_the_thread_pool() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Store
        {
            public int Load(int key) => File.ReadAllText("a").Length + key;

            public void Save() => Thread.Sleep(1);
        }

        class Session
        {
            private readonly Store store;
            public Session(Store store) => this.store = store;

            private Store? _other;

            async Task<int> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _other?{|WSA2005:.Save()|};
                return {|WSA2005:store.Load({|WSA2005:store.Load(1)|})|} + 1;
            }
        }
        """,
        """
        class Store
        {
            public int Load(int key) => File.ReadAllText("a").Length + key;

            public void Save() => Thread.Sleep(1);
        }

        class Session
        {
            private readonly Store store;
            public Session(Store store) => this.store = store;

            private Store? _other;

            async Task<int> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                await Task.Run(() => _other?.Save());
                return await Task.Run(() => store.Load(store.Load(1))) + 1;
            }
        }
        """,
        "OffloadToPool");

    [Fact]
    public Task FixesAll_nested_and_conditional_calls_by_making_them_asynchronous() => Verify.FixesAsync<BlockingAnalyzer, BlockingMethodCodeFix>(
        """
        class Store
        {
            public int Load(int key) => File.ReadAllText("a").Length + key;

            public void Save() => Thread.Sleep(1);
        }

        class Session
        {
            private readonly Store store;
            public Session(Store store) => this.store = store;

            private Store? _other;

            async Task<int> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                _other?{|WSA2005:.Save()|};
                return {|WSA2005:store.Load({|WSA2005:store.Load(1)|})|} + 1;
            }
        }
        """,
        """
        class Store
        {
            public async Task<int> Load(int key) => (await File.ReadAllTextAsync("a")).Length + key;

            public async Task Save() => await Task.Delay(1);
        }

        class Session
        {
            private readonly Store store;
            public Session(Store store) => this.store = store;

            private Store? _other;

            async Task<int> RunAsync(WebSocket socket)
            {
                await Task.Yield();
                await (_other?.Save() ?? Task.CompletedTask);
                return await store.Load(await store.Load(1)) + 1;
            }
        }
        """);

    [Fact]
    public Task Fixes_a_method_in_another_file()
    {
        const string Session = """
            class Session
            {
                private readonly History history;
                public Session(History history) => this.history = history;

                public async Task RunAsync(WebSocket socket)
                {
                    await Task.Yield();
                    {|WSA2005:history.Append("x")|};
                }
            }
            """;
        const string History = """
            public class History
            {
                /// <summary>Adds a line.</summary>
                public void Append(string line) => File.AppendAllText("history", line);
            }
            """;
        var test = new Verify.Test<BlockingAnalyzer, BlockingMethodCodeFix>(Session, History);
        test.FixedState.Sources.Add(Session.Replace("{|WSA2005:", "await ", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal));
        test.FixedState.Sources.Add(History
            .Replace("public void", "public async Task", StringComparison.Ordinal)
            .Replace("File.AppendAllText", "await File.AppendAllTextAsync", StringComparison.Ordinal));
        test.FixedState.Sources.Add(test.TestState.Sources[^1]);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
