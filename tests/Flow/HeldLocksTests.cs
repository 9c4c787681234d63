using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Tests.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Flow;

/// <summary>
/// Which calls of <c>A</c>, <c>B</c>, <c>C</c> and <c>S</c> run while a lock is held: those marked as <c>held</c> on every way, those marked as <c>maybe</c> on some, and no others. A wait whose lock some
/// way keeps is marked as <c>leaks</c>, and the place where it leaves as <c>leaves</c>; what releases a lock that was not taken is marked as <c>untaken</c>.
/// </summary>
public class HeldLocksTests
{
    [Theory]
    [InlineData("A(); await _gate.WaitAsync(); try { {|held:B()|}; await {|held:C()|}; } finally { _gate.Release(); } A();")]
    [InlineData("A(); _gate.Wait(); try { {|held:B()|}; } finally { _gate.Release(); } A();")]
    [InlineData("await _gate.WaitAsync(token).ConfigureAwait(false); try { {|held:B()|}; } catch (IOException) { {|held:A()|}; } finally { {|held:C()|}; _gate.Release(); A(); } A();")]
    [InlineData("_gate.WaitAsync().Wait(); try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("_gate.WaitAsync().GetAwaiter().GetResult(); try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("var waiting = _gate.WaitAsync(); A(); await waiting; try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("await this._gate.WaitAsync(); try { {|held:A()|}; if (_flag) return; {|held:B()|}; } finally { _gate.Release(); } C();")]
    [InlineData("while (_flag) { A(); await _gate.WaitAsync(); try { {|held:B()|}; if (_number == 1) continue; if (_number == 2) break; {|held:A()|}; } finally { _gate.Release(); } C(); }")]
    [InlineData("foreach (var x in new[] { 1 }) { await _gate.WaitAsync(); try { {|held:B()|}; } finally { _gate.Release(); } } C();")]
    [InlineData("await _gate.WaitAsync(); try { try { {|held:A()|}; } finally { {|held:B()|}; } } finally { _gate.Release(); } C();")]
    [InlineData("try { await _gate.WaitAsync(); {|held:A()|}; } finally { _gate.Release(); } C();")]
    [InlineData("await _gate.WaitAsync(); try { {|held:A()|}; } catch { _gate.Release(); throw; } {|held:B()|}; _gate.Release(); C();")]
    [InlineData("await _gate.WaitAsync(); try { {|held:A()|}; _gate.Release(); } catch (Exception) { _gate.Release(); return; } C();")]
    [InlineData("switch (_number) { case 1: await _gate.WaitAsync(); try { {|held:A()|}; } finally { _gate.Release(); } break; default: B(); break; }")]
    public void Between_a_wait_and_its_release(string statements) => Check(statements);

    [Theory]
    [InlineData("if (!await _gate.WaitAsync(100)) { A(); return; } try { {|held:B()|}; } finally { _gate.Release(); } C();")]
    [InlineData("if (await _gate.WaitAsync(100)) { try { {|held:B()|}; } finally { _gate.Release(); } } else { A(); } C();")]
    [InlineData("if (await _gate.WaitAsync(100) == false) throw new TimeoutException(); try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("if (await _gate.WaitAsync(100) is false) return; try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("var taken = await _gate.WaitAsync(100); try { {|maybe:A()|}; if (taken) {|held:B()|}; } finally { if (taken) _gate.Release(); } C();")]
    [InlineData("var taken = await _gate.WaitAsync(100); if (!taken) { A(); return; } try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("bool taken = false; try { await _gate.WaitAsync(token); taken = true; {|held:B()|}; } finally { if (taken) { {|held:C()|}; _gate.Release(); } } C();")]
    [InlineData("while (!await _gate.WaitAsync(10)) A(); try { {|held:B()|}; } finally { _gate.Release(); }")]
    [InlineData("if (_flag && await _gate.WaitAsync(10)) { {|held:A()|}; _gate.Release(); } C();")]
    [InlineData("if (!_gate.Wait(0)) { A(); await _gate.WaitAsync(); } try { {|held:B()|}; } finally { _gate.Release(); } C();")]
    [InlineData("if (_flag) await _gate.WaitAsync(); try { {|maybe:A()|}; } finally { if (_flag) _gate.Release(); } C();")]
    [InlineData("await _gate.WaitAsync(100); {|held:A()|}; _gate.Release();")]
    public void Timed_waits_and_flags(string statements) => Check(statements);

    [Theory]
    [InlineData("using (await _lock.LockAsync()) { {|held:A()|}; } C();")]
    [InlineData("using (await _lock.LockAsync().ConfigureAwait(false)) {|held:A()|}; C();")]
    [InlineData("using (var held = await _lock.LockAsync()) { {|held:A()|}; if (_flag) return; {|held:B()|}; } C();")]
    [InlineData("{ using var held = await _lock.LockAsync(); {|held:A()|}; } C();")]
    [InlineData("var held = await _lock.LockAsync(); try { {|held:A()|}; } finally { held.Dispose(); } C();")]
    [InlineData("IDisposable held = null; try { held = await _lock.LockAsync(); {|held:A()|}; } finally { held?.Dispose(); } C();")]
    [InlineData("await _gate.WaitAsync(); using (new Releaser(_gate)) { {|held:A()|}; } C();")]
    public void Releasers(string statements) => Check(statements);

    [Theory]
    [InlineData("lock (_sync) { {|held:A()|}; if (_flag) return; } C();")]
    [InlineData("Monitor.Enter(_sync); try { {|held:A()|}; } finally { Monitor.Exit(_sync); } C();")]
    [InlineData("bool taken = false; try { Monitor.Enter(_sync, ref taken); {|held:A()|}; } finally { if (taken) Monitor.Exit(_sync); } C();")]
    [InlineData("bool taken = false; Monitor.TryEnter(_sync, 100, ref taken); try { {|maybe:A()|}; if (taken) {|held:B()|}; } finally { if (taken) Monitor.Exit(_sync); } C();")]
    [InlineData("if (Monitor.TryEnter(_sync)) { try { {|held:A()|}; } finally { Monitor.Exit(_sync); } } C();")]
    public void Locks_named_by_an_argument(string statements) => Check(statements);

    [Theory]
    [InlineData("await _other.Gate.WaitAsync(); try { {|held:A()|}; } finally { _other.Gate.Release(); } C();")]
    [InlineData("await _other.Gate.WaitAsync(); {|held:A()|}; _gate.Release(); {|held:B()|}; _other.Gate.Release(); C();")]
    [InlineData("var gate = _other.Gate; await gate.WaitAsync(); try { {|held:A()|}; } finally { gate.Release(); } C();")]
    [InlineData("await _gates[_number].WaitAsync(); try { {|held:A()|}; } finally { _gates[_number].Release(); } C();")]
    [InlineData("await _other?.Gate.WaitAsync(); try { {|held:A()|}; } finally { _other?.Gate.Release(); } C();")]
    [InlineData("await _gate.WaitAsync(); try { {|held:A()|}; } finally { _gate?.Release(); } C();")]
    public void Paths(string statements) => Check(statements);

    [Theory]
    [InlineData("Func<Task> later = async () => { await _gate.WaitAsync(); try { {|held:A()|}; } finally { _gate.Release(); } C(); }; B();")]
    [InlineData("async Task Inner() { A(); await _gate.WaitAsync(); try { {|held:B()|}; } finally { _gate.Release(); } } await Inner(); C();")]
    [InlineData("Action run = () => { Action deeper = () => { _gate.Wait(); {|held:A()|}; _gate.Release(); B(); }; }; C();")]
    [InlineData("await _gate.WaitAsync(); Action later = () => A(); {|held:B()|}; _gate.Release();")]
    public void Nested_functions_by_themselves(string statements) => Check(statements);

    [Theory]
    [InlineData("{|leaks:_gate.WaitAsync()|}.Wait(); {|leaves:A()|}; B(); _gate.Release();")]
    [InlineData("await {|leaks:_gate.WaitAsync()|}; {|leaves:A()|}; try { B(); } finally { _gate.Release(); }")]
    [InlineData("await {|leaks:_gate.WaitAsync()|}; if ({|leaves:_flag|}) return; try { B(); } finally { _gate.Release(); }")]
    [InlineData("await {|leaks:_gate.WaitAsync()|}; try { {|leaves:A()|}; _gate.Release(); } catch (IOException) { _gate.Release(); }")]
    [InlineData("await {|leaks:_gate.WaitAsync()|}; try { {|leaves:A()|}; _gate.Release(); } catch (Exception) { }")]
    [InlineData("while (true) { await {|leaks:_gate.WaitAsync()|}; if ({|leaves:_flag|}) continue; _gate.Release(); }")]
    [InlineData("await {|leaks:_gate.WaitAsync()|}; if (_flag) {|leaves:throw new IOException();|} _gate.Release();")]
    [InlineData("bool taken = false; await {|leaks:_gate.WaitAsync()|}; try { {|leaves:A()|}; taken = true; } finally { if (taken) _gate.Release(); }")]
    public void What_some_way_keeps(string statements) => Check(statements, held: false);

    [Theory]
    [InlineData("await _gate.WaitAsync(); try { A(); if (_flag) return; if (!_flag) throw new IOException(); } finally { _gate.Release(); }")]
    [InlineData("await _gate.WaitAsync(); try { A(); _gate.Release(); } catch { _gate.Release(); throw; }")]
    [InlineData("var taken = await _gate.WaitAsync(100); try { A(); } finally { if (taken) _gate.Release(); }")]
    [InlineData("bool taken = false; try { await _gate.WaitAsync(); taken = true; A(); } finally { if (taken) _gate.Release(); }")]
    [InlineData("bool released = false; await _gate.WaitAsync(); try { A(); _gate.Release(); released = true; B(); } finally { if (!released) _gate.Release(); }")]
    [InlineData("using (await _lock.LockAsync()) { A(); }")]
    [InlineData("await _gate.WaitAsync(); try { try { A(); } finally { B(); } } finally { _gate.Release(); } C();")]
    [InlineData("while (true) { await _gate.WaitAsync(); try { A(); if (_flag) continue; break; } finally { _gate.Release(); } }")]
    [InlineData("try { A(); } finally { await _gate.WaitAsync(); try { B(); } finally { _gate.Release(); } }")]
    public void What_every_way_gives_back(string statements) => Check(statements, held: false);

    [Theory]
    [InlineData("try { await _gate.WaitAsync(token); A(); } finally { {|untaken:_gate.Release()|}; }")]
    [InlineData("try { if (!await _gate.WaitAsync(100)) return; A(); } finally { {|untaken:_gate.Release()|}; }")]
    [InlineData("try { A(); await _gate.WaitAsync(); } finally { {|untaken:_gate.Release()|}; }")]
    [InlineData("var taken = await _gate.WaitAsync(100); try { A(); } finally { {|untaken:_gate.Release()|}; }")]
    [InlineData("try { await _gate.WaitAsync(token); A(); } catch (Exception) { } {|untaken:_gate.Release()|};")]
    public void What_releases_a_lock_that_was_not_taken(string statements) => Check(statements, held: false, untaken: true);

    [Theory]
    [InlineData("await _gate.WaitAsync(token); try { A(); } finally { _gate.Release(); }")]
    [InlineData("bool taken = false; try { await _gate.WaitAsync(token); taken = true; A(); } finally { if (taken) _gate.Release(); }")]
    [InlineData("if (!await _gate.WaitAsync(100)) return; try { A(); } finally { _gate.Release(); }")]
    [InlineData("if (!await _gate.WaitAsync(100)) await _gate.WaitAsync(); try { A(); } finally { _gate.Release(); }")]
    [InlineData("try { await _gate.WaitAsync(); A(); } finally { _gate.Release(); }")]
    [InlineData("try { using (await _lock.LockAsync()) A(); } catch (Exception) { }")]
    public void What_releases_only_what_was_taken(string statements) => Check(statements, held: false, untaken: true);

    [Theory]
    [InlineData("await _gate.WaitAsync(); A();", false, false)]
    [InlineData("await _gate.WaitAsync(); Keep(_gate);", false, true)]
    [InlineData("await _gate.WaitAsync(); _kept = new Releaser(_gate);", false, true)]
    [InlineData("_kept = await _lock.LockAsync();", false, true)]
    [InlineData("await _gate.WaitAsync(); Run(() => _gate.Release());", false, true)]
    [InlineData("await _gate.WaitAsync(); Done(); void Done() { _gate.Release(); }", false, true)]
    [InlineData("await _gate.WaitAsync(); try { A(); } finally { _gate.Release(); }", true, false)]
    public void What_leaves_the_function(string statements, bool isReleased, bool isHandedOver)
    {
        var locks = Assert.Single(Locks(Markup(statements)));
        var held = locks.Of(Assert.Single(locks.Acquisitions), TestContext.Current.CancellationToken);
        Assert.Equal((isReleased, isHandedOver), (held.IsReleased, held.IsHandedOver));
    }

    [Theory]
    [InlineData("await _gate.WaitAsync(")]
    [InlineData("if (await _gate.WaitAsync()")]
    [InlineData("try { await _gate.WaitAsync(); finally _gate.Release(")]
    [InlineData("using (await _lock.LockAsync()")]
    [InlineData("lock (")]
    public void Half_typed_code_is_nothing_to_stumble_over(string statements)
    {
        foreach (var locks in Locks(Markup(statements)))
        {
            foreach (var acquisition in locks.Acquisitions)
                locks.Of(acquisition, TestContext.Current.CancellationToken).FirstLeak(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A method of 5,000 lines with 100 waits is followed whole, each by itself; how long that takes, tests/Benchmarks says.</summary>
    [Fact]
    public void A_method_of_5000_lines_is_followed_whole()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100; i++)
        {
            text.AppendLine("if (!await _gate.WaitAsync(100)) return;").AppendLine("try").AppendLine("{");
            for (var j = 0; j < 11; j++)
                text.AppendLine("if (_flag)").AppendLine("{").AppendLine("A();").AppendLine("}");
            text.AppendLine("}").AppendLine("finally").AppendLine("{").AppendLine("_gate.Release();").AppendLine("}");
        }

        var cancel = TestContext.Current.CancellationToken;
        var markup = Markup(text.AppendLine("await _gate.WaitAsync(); A(); _gate.Release();").ToString());
        var locks = HeldLocks.In(BodyGraph.Around(markup.Calls().First(call => call.TargetMethod.Name == "WaitAsync"), cancel)!, NamedLocks.Instance, cancel)!;

        Assert.Equal(101, locks.Acquisitions.Count);
        Assert.All(locks.Acquisitions.Take(100), acquisition => Assert.Null(locks.Of(acquisition, cancel).FirstLeak(cancel)));
        Assert.NotNull(locks.Of(locks.Acquisitions[100], cancel).FirstLeak(cancel));
    }

    private static void Check(string statements, bool held = true, bool untaken = false)
    {
        var markup = Markup(statements);
        var all = Locks(markup);
        var cancel = TestContext.Current.CancellationToken;
        if (held)
        {
            markup.AssertCalls("held", call => IsStep(call) && HeldAt(all, call) == Held.Surely);
            markup.AssertCalls("maybe", call => IsStep(call) && HeldAt(all, call) == Held.Maybe);
        }
        else if (untaken)
        {
            markup.AssertMarked("untaken", all.SelectMany(locks => locks.Acquisitions.Select(acquisition =>
                locks.Of(acquisition, cancel).ReleasedUntaken(acquisition.Call.Arguments.Any(argument => argument.Parameter?.Name == "cancellationToken" && !argument.IsImplicit), BeforeIn(acquisition.Call.Syntax), cancel)))
                .OfType<UntakenRelease>().Select(untaken => untaken.Release.Syntax.GetLocation()));
        }
        else
        {
            var leaks = all.SelectMany(locks => locks.Acquisitions.Select(acquisition => (acquisition.Call, Leak: locks.Of(acquisition, cancel).FirstLeak(cancel)))).Where(leak => leak.Leak is not null).ToList();
            markup.AssertMarked("leaks", leaks.Select(leak => leak.Call.Syntax.GetLocation()));
            markup.AssertMarked("leaves", leaks.Select(leak => leak.Leak!.Place.GetLocation()));
        }
    }

    /// <summary>The code of the innermost try in front of a wait.</summary>
    private static TextSpan? BeforeIn(SyntaxNode wait) =>
        wait.FirstAncestorOrSelf<TryStatementSyntax>() is { } @try ? TextSpan.FromBounds(@try.Block.SpanStart, wait.SpanStart) : null;

    private static bool IsStep(IInvocationOperation call) => call.TargetMethod.Name is "A" or "B" or "C";

    /// <summary>The strongest answer of all waits.</summary>
    private static Held HeldAt(List<HeldLocks> all, IInvocationOperation call) =>
        all.SelectMany(locks => locks.HeldAt(call.Syntax, TestContext.Current.CancellationToken)).Select(held => held.Held).DefaultIfEmpty(Held.No).Max();

    private static ModelMarkup Markup(string statements) => ModelMarkup.OfBroken($$"""
        class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly SemaphoreSlim[] _gates = null;
            private readonly Lock _lock = new();
            private readonly object _sync = new();
            private readonly bool _flag;
            private int _number;
            private Other _other;
            private IDisposable _kept;
            static void A() { }
            static void B() { }
            static Task C() => Task.CompletedTask;
            static void Keep(object x) { }
            static void Run(Action x) { }
            async Task M(CancellationToken token)
            {
                {{statements}}
            }
        }
        class Other { public SemaphoreSlim Gate; }
        class Lock { public Task<IDisposable> LockAsync() => null; }
        class Releaser : IDisposable { public Releaser(SemaphoreSlim gate) { } public void Dispose() { } }
        """);

    /// <summary>The locks of every function of the source that takes one.</summary>
    private static List<HeldLocks> Locks(ModelMarkup markup)
    {
        var model = markup.Compilation.GetSemanticModel(markup.Trees[0]);
        var found = new List<HeldLocks>();
        foreach (var group in markup.Trees[0].GetRoot(TestContext.Current.CancellationToken).DescendantNodes()
            .Where(node => node is InvocationExpressionSyntax or LockStatementSyntax).GroupBy(node => Bodies.Around(node)))
        {
            if (model.GetOperation(group.First(), TestContext.Current.CancellationToken) is { } inside && BodyGraph.Around(inside, TestContext.Current.CancellationToken) is { } graph
                && HeldLocks.In(graph, NamedLocks.Instance, TestContext.Current.CancellationToken) is { } locks)
            {
                found.Add(locks);
            }
        }

        return found;
    }

    /// <summary>Locks by the names of their methods: which calls take locks is not for the flow to know.</summary>
    private sealed class NamedLocks : ILockCalls
    {
        public static readonly NamedLocks Instance = new();

        public LockCall? Of(IInvocationOperation call, CancellationToken cancellationToken) => call.TargetMethod.Name switch
        {
            "Wait" or "WaitAsync" when call.Receiver()?.Type?.Name == "SemaphoreSlim" => new LockCall(call.Receiver()!, true, AnswerOf(call)),
            "LockAsync" => new LockCall(call.Receiver()!, true, LockAnswer.Releaser),
            "Release" => new LockCall(call.Receiver()!, false),
            "Enter" => new LockCall(call.Arguments[0].Value, true, LockAnswer.Always, call.Arguments.Length > 1 ? call.Arguments[1].Value : null),
            "TryEnter" => new LockCall(call.Arguments[0].Value, true, LockAnswer.True, call.TargetMethod.ReturnsVoid ? call.Arguments[^1].Value : null),
            "Exit" => new LockCall(call.Arguments[0].Value, false),
            _ => null,
        };

        public bool MayFail(IOperation operation) => operation is IAwaitOperation || (operation is IInvocationOperation call && call.TargetMethod.Name != "Release");

        private static LockAnswer AnswerOf(IInvocationOperation call) =>
            call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean || call.TargetMethod.ReturnType is INamedTypeSymbol { IsGenericType: true } ? LockAnswer.True : LockAnswer.Always;
    }
}
