using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class MakeAsyncTests
{
    private static readonly PlanEdit s_await = AwaitExpression.PlanAsync;

    [Theory]
    // What it was, what it becomes.
    [InlineData("void M() { [|T.Wait()|]; }", "async Task M() { await T; }")]
    [InlineData("public static void M() { [|T.Wait()|]; }", "public static async Task M() { await T; }")]
    [InlineData("void M() => [|T.Wait()|];", "async Task M() => await T;")]
    [InlineData("void M() => [|Go(1)|];", "async Task M() => await Go(1);")]
    [InlineData("int M() => [|Go(1).Result|];", "async Task<int> M() => await Go(1);")]
    [InlineData("int M() { return [|Go(1).Result|] + 1; }", "async Task<int> M() { return await Go(1) + 1; }")]
    [InlineData("List<int> M() { [|T.Wait()|]; return new(); }", "async Task<List<int>> M() { await T; return new(); }")]
    [InlineData("T2 M<T2>(T2 x) { [|T.Wait()|]; return x; }", "async Task<T2> M<T2>(T2 x) { await T; return x; }")]
    [InlineData("string? M() { [|T.Wait()|]; return null; }", "async Task<string?> M() { await T; return null; }")]
    // Methods that hand tasks on.
    [InlineData("Task M() { [|T.Wait()|]; return Task.CompletedTask; }", "async Task M() { await T; }")]
    [InlineData("Task M() { [|T.Wait()|]; return Go(1); }", "async Task M() { await T; await Go(1); }")]
    [InlineData("Task<int> M() { [|T.Wait()|]; return Go(1); }", "async Task<int> M() { await T; return await Go(1); }")]
    [InlineData("Task<int> M() { [|T.Wait()|]; return Task.FromResult(2); }", "async Task<int> M() { await T; return 2; }")]
    [InlineData("Task<int> M() => Task.FromResult([|Go(1).Result|]);", "async Task<int> M() => await Go(1);")]
    [InlineData("Task<int> M() => Go([|Go(1).Result|]);", "async Task<int> M() => await Go(await Go(1));")]
    [InlineData("ValueTask M() { [|T.Wait()|]; return default; }", "async ValueTask M() { await T; }")]
    [InlineData("ValueTask M() { [|T.Wait()|]; return ValueTask.CompletedTask; }", "async ValueTask M() { await T; }")]
    [InlineData("ValueTask M() { [|T.Wait()|]; return new ValueTask(T); }", "async ValueTask M() { await T; await new ValueTask(T); }")]
    [InlineData("ValueTask<int> M() { [|T.Wait()|]; return new ValueTask<int>(3); }", "async ValueTask<int> M() { await T; return 3; }")]
    [InlineData("ValueTask<int> M() { [|T.Wait()|]; return new(3); }", "async ValueTask<int> M() { await T; return 3; }")]
    [InlineData("Task M() { [|T.Wait()|]; return Task.FromException(new Exception()); }", "async Task M() { await T; await Task.FromException(new Exception()); }")]
    [InlineData("Task M(bool b) { [|T.Wait()|]; return b ? T : Go(1); }", "async Task M(bool b) { await T; await (b ? T : Go(1)); }")]
    [InlineData("Task<int> M() { [|T.Wait()|]; throw new Exception(); }", "async Task<int> M() { await T; throw new Exception(); }")]
    // Bodies that are async already.
    [InlineData("async void M() { [|T.Wait()|]; await T; }", "async void M() { await T; await T; }")]
    // Local functions.
    [InlineData("async Task M() { await L(); async Task L() { [|T.Wait()|]; } }", "async Task M() { await L(); async Task L() { await T; } }")]
    [InlineData("void M() { L(); void L() { [|T.Wait()|]; } }", "async Task M() { await L(); async Task L() { await T; } }")]
    [InlineData("void M() { var x = L() + 1; static int L() => [|Go(1).Result|]; }", "async Task M() { var x = await L() + 1; static async Task<int> L() => await Go(1); }")]
    // Lambdas whose delegate takes a task.
    [InlineData("Func<Task> M() => () => { [|T.Wait()|]; return Task.CompletedTask; };", "Func<Task> M() => async () => { await T; };")]
    [InlineData("Func<int, Task> M() => x => { [|T.Wait()|]; return Go(x); };", "Func<int, Task> M() => async x => { await T; await Go(x); };")]
    [InlineData("Func<int, Task<int>> M() => x => Go([|Go(x).Result|]);", "Func<int, Task<int>> M() => async x => await Go(await Go(x));")]
    [InlineData("Func<Task> M() => delegate { [|T.Wait()|]; return T; };", "Func<Task> M() => async delegate { await T; await T; };")]
    [InlineData("Func<Task> M() => static () => { [|T.Wait()|]; return T; };", "Func<Task> M() => static async () => { await T; await T; };")]
    [InlineData("Task M() => Task.Run(() => { [|T.Wait()|]; });", "Task M() => Task.Run(async () => { await T; });")]
    [InlineData("Task<int> M() => Task.Run(() => [|Go(1).Result|]);", "Task<int> M() => Task.Run(async () => await Go(1));")]
    public Task Makes_the_function_async(string before, string after) => EditingWorkspace.Becomes(s_await, InType(before), InType(after));

    [Theory]
    [InlineData("C() { [|T.Wait()|]; }", nameof(RefusalKind.Constructor))]
    [InlineData("~C() { [|T.Wait()|]; }", nameof(RefusalKind.Finalizer))]
    [InlineData("int P => [|Go(1).Result|];", nameof(RefusalKind.Accessor))]
    [InlineData("int P { get { return [|Go(1).Result|]; } }", nameof(RefusalKind.Accessor))]
    [InlineData("int P { get; } = [|Go(1).Result|];", nameof(RefusalKind.Initializer))]
    [InlineData("int _f = [|Go(1).Result|];", nameof(RefusalKind.Initializer))]
    [InlineData("int this[int i] => [|Go(1).Result|];", nameof(RefusalKind.Accessor))]
    [InlineData("public static C operator +(C a, C b) { [|T.Wait()|]; return a; }", nameof(RefusalKind.Operator))]
    [InlineData("public static implicit operator int(C a) => [|Go(1).Result|];", nameof(RefusalKind.Operator))]
    [InlineData("IEnumerable<int> M() { [|T.Wait()|]; yield return 1; }", nameof(RefusalKind.Iterator))]
    [InlineData("void M(out int x) { x = 1; [|T.Wait()|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("void M(ref int x) { [|T.Wait()|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("void M(in int x) { [|T.Wait()|]; }", nameof(RefusalKind.ByReference))]
    [InlineData("void M(Span<byte> s) { [|T.Wait()|]; }", nameof(RefusalKind.RefStruct))]
    [InlineData("void M() { Span<int> s = stackalloc int[4]; [|T.Wait()|]; s[0] = 1; }", nameof(RefusalKind.RefStruct))]
    [InlineData("void M() { Span<int> s = stackalloc int[4]; while (s[0] == 0) { [|T.Wait()|]; } }", nameof(RefusalKind.RefStruct))]
    [InlineData("void M() { foreach (var i in new Span<int>(new int[3])) { [|T.Wait()|]; } }", nameof(RefusalKind.RefStruct))]
    [InlineData("static void Two(ReadOnlySpan<char> a, int b) { } void M() { Two(\"x\".AsSpan(), [|Go(1).Result|]); }", nameof(RefusalKind.RefStruct))]
    [InlineData("Span<byte> M() { [|T.Wait()|]; return default; }", nameof(RefusalKind.ReturnType))]
    [InlineData("ref int M() { [|T.Wait()|]; return ref s_x; }", nameof(RefusalKind.ByReference))]
    [InlineData("unsafe void M() { [|T.Wait()|]; }", nameof(RefusalKind.Unsafe))]
    [InlineData("void Dispose() { [|T.Wait()|]; }", nameof(RefusalKind.Dispose))]
    [InlineData("Task M() { [|T.Wait()|]; return null!; }", nameof(RefusalKind.ReturnType))]
    [InlineData("Task M() { [|T.Wait()|]; lock (this) { return T; } }", nameof(RefusalKind.Lock))]
    [InlineData("IAsyncEnumerable<int> M() { [|T.Wait()|]; throw null!; }", nameof(RefusalKind.ReturnType))]
    [InlineData("Action M() => () => { [|T.Wait()|]; };", nameof(RefusalKind.VoidDelegate))]
    [InlineData("Action M() => () => [|Go(1)|];", nameof(RefusalKind.VoidDelegate))]
    [InlineData("void M() { E += (s, e) => { [|T.Wait()|]; }; }", nameof(RefusalKind.VoidDelegate))]
    [InlineData("void M() { new Timer(_ => [|T.Wait()|]); }", nameof(RefusalKind.VoidDelegate))]
    [InlineData("Func<int> M() => () => [|Go(1).Result|];", nameof(RefusalKind.DelegateResult))]
    [InlineData("static void Run<X>(Func<X> f) { } void M() { Run(() => [|Go(1).Result|]); }", nameof(RefusalKind.DelegateResult))]
    [InlineData("void M() { Parallel.ForEach(new[] { 1 }, i => { [|T.Wait()|]; }); }", nameof(RefusalKind.VoidDelegate))]
    [InlineData("void M() { Task.Factory.StartNew(() => { [|T.Wait()|]; }); }", nameof(RefusalKind.VoidDelegate))]
    [InlineData("void M() { var f = () => [|Go(1).Result|]; }", nameof(RefusalKind.DelegateResult))]
    [InlineData("void M() { var s = new[] { 1 }.Select(x => [|Go(x).Result|]).ToList(); }", nameof(RefusalKind.DelegateResult))]
    [InlineData("System.Linq.Expressions.Expression<Func<int>> M() => () => [|Go(1).Result|];", nameof(RefusalKind.ExpressionTree))]
    [InlineData("void M() { [|T.Wait()|]; } void N() { Action a = M; }", nameof(RefusalKind.MethodGroup))]
    [InlineData("void M(object? s, EventArgs e) { [|T.Wait()|]; } void N() { E += M; }", nameof(RefusalKind.MethodGroup))]
    [InlineData("void M() { [|T.Wait()|]; } void N() { new Thread(M).Start(); }", nameof(RefusalKind.MethodGroup))]
    [InlineData("public override string ToString() => [|Go(1).Result|].ToString();", nameof(RefusalKind.DeclaredElsewhere))]
    [InlineData("[System.Diagnostics.Conditional(\"X\")] void M() { [|T.Wait()|]; }", nameof(RefusalKind.Convention))]
    [InlineData("[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)] void M() { [|T.Wait()|]; }", nameof(RefusalKind.Convention))]
    [InlineData("void M() { [|T.Wait()|]; } C() { M(); }", nameof(RefusalKind.CallerCannotAwait))]
    [InlineData("void M() { [|T.Wait()|]; } int P { get { M(); return 1; } }", nameof(RefusalKind.CallerCannotAwait))]
    [InlineData("void M() { [|T.Wait()|]; } void N() { lock (this) M(); }", nameof(RefusalKind.CallerCannotAwait))]
    [InlineData("void M() { [|T.Wait()|]; } void N() { Action a = () => M(); }", nameof(RefusalKind.CallerCannotAwait))]
    [InlineData("void M() { [|T.Wait()|]; } void N() { N2(); } void N2() { M(); } C() { N(); }", nameof(RefusalKind.CallerCannotAwait))]
    public Task Leaves_alone_what_cannot_become_async(string member, string kind) =>
        EditingWorkspace.Refuses(s_await, Enum.Parse<RefusalKind>(kind), InType(member));

    [Fact]
    public async Task The_refusal_names_the_caller_and_its_reason()
    {
        var refusal = await EditingWorkspace.Refuses(s_await, RefusalKind.CallerCannotAwait, InType("void M() { [|T.Wait()|]; } void N() { M(); } C() { N(); }"));
        Assert.Equal("C.N", refusal.SymbolName);
        Assert.Equal("C..ctor", refusal.Inner!.SymbolName);
        Assert.Equal(RefusalKind.Constructor, refusal.Root.Kind);
    }

    [Theory]
    [InlineData("struct S { int _x; void M() { [|C.T.Wait()|]; } }", nameof(RefusalKind.MutableStruct))]
    [InlineData("class D : IDisposable { public void Dispose() { [|C.T.Wait()|]; } }", nameof(RefusalKind.Dispose))]
    [InlineData("class D : IComparable { public int CompareTo(object? o) => [|C.Go(1).Result|]; }", nameof(RefusalKind.DeclaredElsewhere))]
    [InlineData("class Startup { public void Configure() { [|C.T.Wait()|]; } }", nameof(RefusalKind.Convention))]
    [InlineData("partial class D { partial void M(); partial void M() { [|C.T.Wait()|]; } }", nameof(RefusalKind.Partial))]
    [InlineData("interface I { int M(); } class D : I { public int M() => [|C.Go(1).Result|]; } class E : I { public int M() { int x = 0; N(ref x); return x; } void N(ref int y) { y = ((I)this).M(); } }", nameof(RefusalKind.CallerCannotAwait))]
    [InlineData("class A { [Obsolete(nameof(X) + \"\")] public void X() { [|C.T.Wait()|]; } } class B : A { void N() { Func<bool> f = () => { X(); return true; }; } }", nameof(RefusalKind.CallerCannotAwait))]
    public Task Leaves_whole_types_alone(string type, string kind) =>
        EditingWorkspace.Refuses(s_await, Enum.Parse<RefusalKind>(kind), InType("") + "\n" + type);

    [Theory]
    [InlineData("void N() { M(1); }", "async Task N() { await M(1); }")]
    [InlineData("int N() => M(1);", "async Task<int> N() => await M(1);")]
    [InlineData("int N() { var x = M(1) + M(2); return x; }", "async Task<int> N() { var x = await M(1) + await M(2); return x; }")]
    [InlineData("string N() => M(1).ToString();", "async Task<string> N() => (await M(1)).ToString();")]
    [InlineData("int N() => M(M(1));", "async Task<int> N() => await M(await M(1));")]
    [InlineData("async Task N() { M(1); await T; }", "async Task N() { await M(1); await T; }")]
    [InlineData("Task N() { M(1); return T; }", "async Task N() { await M(1); await T; }")]
    [InlineData("int? N(C? c) => c?.M(1);", "async Task<int?> N(C? c) => c is { } target ? await target.M(1) : default(int?);")]
    [InlineData("void N(C? c) { c?.M(1); }", "async Task N(C? c) { await (c?.M(1) ?? Task.CompletedTask); }")]
    [InlineData("string N() => nameof(M);", "string N() => nameof(M);")]
    [InlineData("/// <see cref=\"M\"/>\n    void N() { }", "/// <see cref=\"M\"/>\n    void N() { }")]
    [InlineData("int N(int i) => i == 0 ? 0 : N(i - 1) + M(i);", "async Task<int> N(int i) => i == 0 ? 0 : await N(i - 1) + await M(i);")]
    [InlineData("Task N() => Task.Run(() => { M(1); });", "Task N() => Task.Run(async () => { await M(1); });")]
    [InlineData("async Task N() => await Task.WhenAll(new[] { 1 }.Select(async i => { M(i); await T; }));", "async Task N() => await Task.WhenAll(new[] { 1 }.Select(async i => { await M(i); await T; }));")]
    [InlineData("void N() { foreach (var i in new[] { 1 }) M(i); }", "async Task N() { foreach (var i in new[] { 1 }) await M(i); }")]
    [InlineData("bool N() { if (M(1) is 2 or 3) return true; return M(2) > 0; }", "async Task<bool> N() { if (await M(1) is 2 or 3) return true; return await M(2) > 0; }")]
    public Task Awaits_in_the_callers(string before, string after) => EditingWorkspace.Becomes(
        s_await,
        InType("int M(int i) { return [|Go(i).Result|]; }\n    " + before),
        InType("async Task<int> M(int i) { return await Go(i); }\n    " + after));

    [Fact]
    public Task Mutual_recursion_ends() => EditingWorkspace.Becomes(
        s_await,
        InType("void A(int i) { if (i > 0) B(i - 1); [|T.Wait()|]; }\n    void B(int i) { A(i); }"),
        InType("async Task A(int i) { if (i > 0) await B(i - 1); await T; }\n    async Task B(int i) { await A(i); }"));

    [Fact]
    public Task A_method_group_that_Task_Run_takes_may_stay() => EditingWorkspace.Becomes(
        s_await,
        InType("void A() { [|T.Wait()|]; }\n    Task B() => Task.Run(A);"),
        InType("async Task A() { await T; }\n    Task B() => Task.Run(A);"));

    [Fact]
    public Task Early_returns_keep_their_places() => EditingWorkspace.Becomes(
        s_await,
        InType("""
            Task M(bool b)
                {
                    // first
                    if (b)
                        return Go(1); // early
                    if (!b)
                    {
                        return Task.CompletedTask;
                    }
                    [|T.Wait()|];
                    // the end
                    return Task.CompletedTask;
                }
            """),
        InType("""
            async Task M(bool b)
                {
                    // first
                    if (b)
                    {
                        await Go(1); // early
                        return;
                    }
                    if (!b)
                    {
                        return;
                    }
                    await T;
                    // the end
                    return;
                }
            """));

    [Fact]
    public Task Comments_and_directives_stay() => EditingWorkspace.Becomes(
        s_await,
        InType("""
            // why M
            #if true
                /* before */ void M( /* none */ ) // after
                #endif
                {
            #if DEBUG
                    Other();
            #else
                    /* lead */ [|Go(1).Wait()|] /* trail */; // end
            #endif
                }
            """),
        InType("""
            // why M
            #if true
                /* before */ async Task M( /* none */ ) // after
                #endif
                {
            #if DEBUG
                    Other();
            #else
                    /* lead */ await Go(1) /* trail */; // end
            #endif
                }
            """));

    [Fact]
    public Task Several_awaits_in_one_function_make_it_async_once() => EditingWorkspace.Becomes(
        s_await,
        InType("int M() { [|T.Wait()|]; [|Go(1)|]; return [|Go([|Go(2).Result|]).Result|]; }\n    int N() => M() + M();"),
        InType("async Task<int> M() { await T; await Go(1); return await Go(await Go(2)); }\n    async Task<int> N() => await M() + await M();"));

    [Fact]
    public Task The_same_caller_is_reached_twice() => EditingWorkspace.Becomes(
        s_await,
        InType("void A() { [|T.Wait()|]; }\n    void B() { [|T.Wait()|]; }\n    void N() { A(); B(); A(); }"),
        InType("async Task A() { await T; }\n    async Task B() { await T; }\n    async Task N() { await A(); await B(); await A(); }"));

    [Fact]
    public Task The_import_is_added_only_where_it_is_missing() => EditingWorkspace.Becomes(
        s_await,
        [
            "namespace A;\n\npublic class P\n{\n    public void M(System.Threading.Tasks.Task t) { [|t.Wait()|]; }\n}\n",
            "using System.Threading.Tasks;\n\nnamespace A;\n\npublic class Q\n{\n    void M(Task t) { new P().M(t); }\n}\n",
            "global using System;\n",
        ],
        [
            "using System.Threading.Tasks;\n\nnamespace A;\n\npublic class P\n{\n    public async Task M(System.Threading.Tasks.Task t) { await t; }\n}\n",
            "using System.Threading.Tasks;\n\nnamespace A;\n\npublic class Q\n{\n    async Task M(Task t) { await new P().M(t); }\n}\n",
            "global using System;\n",
        ]);

    [Fact]
    public Task Callers_in_other_projects_await() => EditingWorkspace.Becomes(
        s_await,
        [
            "using System.Threading.Tasks;\n\npublic class P\n{\n    public virtual int M(Task<int> t) { return [|t.Result|]; }\n}\n",
            "class Q : P\n{\n    public override int M(System.Threading.Tasks.Task<int> t) => base.M(t);\n    int N(P p) => p.M(null!);\n}\n",
        ],
        [
            "using System.Threading.Tasks;\n\npublic class P\n{\n    public virtual async Task<int> M(Task<int> t) { return await t; }\n}\n",
            "using System.Threading.Tasks;\n\nclass Q : P\n{\n    public override async Task<int> M(System.Threading.Tasks.Task<int> t) => await base.M(t);\n    async Task<int> N(P p) => await p.M(null!);\n}\n",
        ],
        split: 1);

    [Fact]
    public Task A_type_of_ones_own_named_Task_is_not_taken_for_the_real_one() => EditingWorkspace.Becomes(
        s_await,
        "namespace A;\n\nclass Task { public void Wait() { } }\n\nclass P\n{\n    void M(System.Threading.Tasks.Task t) { [|t.Wait()|]; }\n}\n",
        "namespace A;\n\nclass Task { public void Wait() { } }\n\nclass P\n{\n    async System.Threading.Tasks.Task M(System.Threading.Tasks.Task t) { await t; }\n}\n");

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public Task The_files_own_line_ends_are_kept(string lineEnd) => EditingWorkspace.Becomes(
        s_await,
        "class A\n{\n    public virtual void M(System.Threading.Tasks.Task t)\n    {\n        if (t.IsCompleted) return;\n        t.Wait();\n    }\n}\n\nclass B : A\n{\n    public override void M(System.Threading.Tasks.Task t) => [|t.Wait()|];\n}\n".ReplaceLineEndings(lineEnd),
        "using System.Threading.Tasks;\n\nclass A\n{\n    public virtual Task M(System.Threading.Tasks.Task t)\n    {\n        if (t.IsCompleted) return Task.CompletedTask;\n        t.Wait();\n        return Task.CompletedTask;\n    }\n}\n\nclass B : A\n{\n    public override async Task M(System.Threading.Tasks.Task t) => await t;\n}\n".ReplaceLineEndings(lineEnd));

    [Fact]
    public Task Global_usings_are_respected() => EditingWorkspace.Becomes(
        s_await,
        ["class P\n{\n    void M(System.Threading.Tasks.Task t) { [|t.Wait()|]; }\n}\n", "global using System.Threading.Tasks;\n"],
        ["class P\n{\n    async Task M(System.Threading.Tasks.Task t) { await t; }\n}\n", "global using System.Threading.Tasks;\n"]);

    [Theory]
    [InlineData("static void Main() { [|C.T.Wait()|]; }", "static async Task Main() { await C.T; }")]
    [InlineData("static int Main(string[] a) { [|C.T.Wait()|]; return 0; }", "static async Task<int> Main(string[] a) { await C.T; return 0; }")]
    public Task Main_becomes_async(string before, string after) => EditingWorkspace.Becomes(
        s_await,
        [InType("") + "\nclass Program\n{\n    " + before + "\n}"],
        [InType("") + "\nclass Program\n{\n    " + after + "\n}"],
        OutputKind.ConsoleApplication);

    [Fact]
    public Task Top_level_code_awaits() => EditingWorkspace.Becomes(
        s_await,
        ["using System.Threading.Tasks;\n\n[|Task.Delay(1).Wait()|];\nL();\nvoid L() { [|Task.Delay(2).Wait()|]; }\n"],
        ["using System.Threading.Tasks;\n\nawait Task.Delay(1);\nawait L();\nasync Task L() { await Task.Delay(2); }\n"],
        OutputKind.ConsoleApplication);

    [Fact]
    public Task A_whole_chain_in_source_is_converted() => EditingWorkspace.Becomes(
        s_await,
        [
            InType("") + """

            interface I
            {
                /// <summary>Runs.</summary>
                int Run(int i);
            }

            class First : I
            {
                public int Run(int i) => [|C.Go(i).Result|];
            }

            class Second : I
            {
                public int Run(int i)
                {
                    if (i == 0)
                        return 1; // one
                    return 2;
                }
            }

            class Third : I
            {
                int I.Run(int i) { First f = new(); return f.Run(i); }
            }

            class User
            {
                int Use(I i) => i.Run(1);
            }
            """,
        ],
        [
            InType("") + """

            interface I
            {
                /// <summary>Runs.</summary>
                Task<int> Run(int i);
            }

            class First : I
            {
                public async Task<int> Run(int i) => await C.Go(i);
            }

            class Second : I
            {
                public Task<int> Run(int i)
                {
                    if (i == 0)
                        return Task.FromResult<int>(1); // one
                    return Task.FromResult<int>(2);
                }
            }

            class Third : I
            {
                async Task<int> I.Run(int i) { First f = new(); return await f.Run(i); }
            }

            class User
            {
                async Task<int> Use(I i) => await i.Run(1);
            }
            """,
        ]);

    [Fact]
    public Task Overrides_are_converted_with_their_base() => EditingWorkspace.Becomes(
        s_await,
        [
            InType("") + """

            abstract class A
            {
                public abstract void Run();
                public virtual void Stop() => Console.WriteLine();
            }

            class B : A
            {
                public override void Run() { [|C.T.Wait()|]; }
                public override void Stop()
                {
                    if (C.T.IsCompleted)
                        return;
                    base.Stop();
                }
            }

            class D : A
            {
                public override void Run()
                {
                }
                public override void Stop() { [|C.T.Wait()|]; }
            }
            """,
        ],
        [
            InType("") + """

            abstract class A
            {
                public abstract Task Run();
                public virtual Task Stop()
                {
                    Console.WriteLine();
                    return Task.CompletedTask;
                }
            }

            class B : A
            {
                public override async Task Run() { await C.T; }
                public override async Task Stop()
                {
                    if (C.T.IsCompleted)
                        return;
                    await base.Stop();
                }
            }

            class D : A
            {
                public override Task Run()
                {
                    return Task.CompletedTask;
                }
                public override async Task Stop() { await C.T; }
            }
            """,
        ]);

    [Fact]
    public Task The_style_of_the_function_decides_about_ConfigureAwait() => EditingWorkspace.Becomes(
        s_await,
        InType("async Task A() { await T.ConfigureAwait(false); [|Go(1)|]; [|T.ConfigureAwait(true)|]; }\n    async Task B() { await T; [|Go(1)|]; }\n    void N() { [|T.Wait()|]; N2(); }\n    void N2() { N(); }"),
        InType("async Task A() { await T.ConfigureAwait(false); await Go(1).ConfigureAwait(false); await T.ConfigureAwait(true); }\n    async Task B() { await T; await Go(1); }\n    async Task N() { await T; await N2(); }\n    async Task N2() { await N(); }"));

    [Fact]
    public Task The_style_of_the_type_decides_where_the_function_says_nothing() => EditingWorkspace.Becomes(
        s_await,
        InType("async Task A() { await T.ConfigureAwait(false); }\n    Task M() { [|T.Wait()|]; return Go(1); }\n    void N() { [|M()|]; }"),
        InType("async Task A() { await T.ConfigureAwait(false); }\n    async Task M() { await T.ConfigureAwait(false); await Go(1).ConfigureAwait(false); }\n    async Task N() { await M().ConfigureAwait(false); }"));

    [Fact]
    public Task Before_CSharp_13_a_span_local_forbids_async() => EditingWorkspace.Refuses(
        s_await, RefusalKind.RefStruct, [InType("void M() { { Span<int> s = stackalloc int[4]; s[0] = 1; } [|T.Wait()|]; }")], version: LanguageVersion.CSharp11);

    [Fact]
    public async Task Since_CSharp_13_a_span_local_that_ends_before_does_not()
    {
        const string Before = "void M() { { Span<int> s = stackalloc int[4]; s[0] = 1; } [|T.Wait()|]; }";
        if (CSharpFactAttribute.IsKnown(13))
            await EditingWorkspace.Becomes(s_await, InType(Before), InType("async Task M() { { Span<int> s = stackalloc int[4]; s[0] = 1; } await T; }"));
        else
            await EditingWorkspace.Refuses(s_await, RefusalKind.RefStruct, InType(Before));
    }

    [Fact]
    public Task A_minimal_api_handler_may_become_async() => EditingWorkspace.Becomes(
        s_await,
        [InWeb("app.Map(\"/\", (HttpContext c) => { [|c.Response.WriteAsync(\"\").Wait()|]; });\n        app.MapGet(\"/x\", Handle);", "static string Handle() => [|Task.FromResult(\"\").Result|];")],
        [InWeb("app.Map(\"/\", async (HttpContext c) => { await c.Response.WriteAsync(\"\"); });\n        app.MapGet(\"/x\", Handle);", "static async Task<string> Handle() => await Task.FromResult(\"\");")]);

    [Fact]
    public Task A_hub_method_keeps_its_name() => EditingWorkspace.Becomes(
        s_await,
        ["using System.Threading.Tasks;\nusing Microsoft.AspNetCore.SignalR;\n\nclass Chat : Hub\n{\n    public void Say(string s) => [|Clients.All.SendAsync(\"said\", s)|];\n}\n"],
        ["using System.Threading.Tasks;\nusing Microsoft.AspNetCore.SignalR;\n\nclass Chat : Hub\n{\n    public async Task Say(string s) => await Clients.All.SendAsync(\"said\", s);\n}\n"]);

    private static string InWeb(string body, string member) => $$"""
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        class Web
        {
            static void Setup(WebApplication app)
            {
                {{body}}
            }

            {{member}}
        }
        """;

    private static string InType(string member) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;

        class C
        {
            public static Task T = Task.CompletedTask;
            public static Task<int> Go(int i) => Task.FromResult(i);
            static int s_x;
            event EventHandler? E;

            {{member}}
        }
        """;

    [Fact]
    public Task No_import_makes_a_name_of_another_import_ambiguous() => EditingWorkspace.Becomes(
        s_await,
        ["using Own;\n\nclass P\n{\n    public void M(System.Threading.Tasks.Task t) { [|t.Wait()|]; Parallel.Go(); }\n}\n", "namespace Own { static class Parallel { public static void Go() { } } }\n"],
        [
            "using Own;\n\nclass P\n{\n    public async System.Threading.Tasks.Task M(System.Threading.Tasks.Task t) { await t; Parallel.Go(); }\n}\n",
            "namespace Own { static class Parallel { public static void Go() { } } }\n",
        ]);
}
