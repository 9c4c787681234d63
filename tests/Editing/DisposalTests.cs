using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class DisposalTests
{
    private static readonly PlanEdit s_using = UsingDeclaration.PlanAsync;
    private static readonly PlanEdit s_finally = WrapInTryFinally.PlanAsync;

    [Theory]
    [InlineData("void M() { var x = [|new D()|]; x.Go(); }", "void M() { using var x = new D(); x.Go(); }")]
    [InlineData("void M() { D x = [|new()|]; x.Go(); }", "void M() { using D x = new(); x.Go(); }")]
    [InlineData("void M() { // why\n        /* a */ var [|x = new D()|]; // b\n        x.Go(); }", "void M() { // why\n        /* a */ using var x = new D(); // b\n        x.Go(); }")]
    [InlineData("void M() { var [|x = new A()|]; x.Go(); }", "async Task M() { await using var x = new A(); x.Go(); }")]
    [InlineData("void M() { var [|x = new B()|]; }", "void M() { using var x = new B(); }")]
    [InlineData("void M() { var [|x = new D()|]; var [|y = new A()|]; }", "async Task M() { using var x = new D(); await using var y = new A(); }")]
    public Task Declares_a_using(string before, string after) => EditingWorkspace.Becomes(s_using, InType(before), InType(after));

    [Theory]
    [InlineData("void M() { var [|x = 1|]; }", nameof(RefusalKind.NotThisShape))]
    [InlineData("void M() { using var [|x = new D()|]; }", nameof(RefusalKind.NotThisShape))]
    [InlineData("void M() { D [|x|]; x = new D(); }", nameof(RefusalKind.NotThisShape))]
    [InlineData("void M() { var [|x = new D()|]; x = new D(); }", nameof(RefusalKind.Reassigned))]
    [InlineData("void M() { var [|x = new D()|]; Change(ref x); }", nameof(RefusalKind.Reassigned))]
    [InlineData("void M(int i) { switch (i) { case 1: var [|x = new D()|]; x.Go(); break; } }", nameof(RefusalKind.Jumps))]
    [InlineData("void M() { goto end; var [|x = new D()|]; end: return; }", nameof(RefusalKind.Jumps))]
    [InlineData("C() { var [|x = new A()|]; }", nameof(RefusalKind.Constructor))]
    public Task Leaves_the_declaration_alone(string member, string kind) =>
        EditingWorkspace.Refuses(s_using, Enum.Parse<RefusalKind>(kind), InType(member));

    [Fact]
    public Task Disposes_in_finally_what_gets_another_value() => EditingWorkspace.Becomes(
        s_finally,
        InType("""
            void M()
                {
                    var [|x = new D()|]; // first
                    x.Go();
                    // again
                    x = new D();
                }
            """),
        InType("""
            void M()
                {
                    var x = new D(); // first
                    try
                    {
                        x.Go();
                        // again
                        x = new D();
                    }
                    finally
                    {
                        x.Dispose();
                    }
                }
            """));

    [Fact]
    public Task Disposes_in_finally_what_has_no_value_yet() => EditingWorkspace.Becomes(
        s_finally,
        InType("""
            void M(bool b)
                {
                    D [|x|];
                    if (b)
                        x = new D();
                    else
                        return;
                    x.Go();
                }
            """),
        InType("""
            void M(bool b)
                {
                    D? x = null;
                    try
                    {
                        if (b)
                            x = new D();
                        else
                            return;
                        x.Go();
                    }
                    finally
                    {
                        x?.Dispose();
                    }
                }
            """));

    [Fact]
    public Task Two_locals_nest_and_the_asynchronous_one_is_awaited() => EditingWorkspace.Becomes(
        s_finally,
        InType("""
            int M()
                {
                    var [|x = new D()|];
                    A? [|y = null|];
                    y = new A();
                    return y.GetHashCode();
                }
            """),
        InType("""
            async Task<int> M()
                {
                    var x = new D();
                    try
                    {
                        A? y = null;
                        try
                        {
                            y = new A();
                            return y.GetHashCode();
                        }
                        finally
                        {
                            if (y is not null)
                                await y.DisposeAsync();
                        }
                    }
                    finally
                    {
                        x.Dispose();
                    }
                }
            """));

    [Fact]
    public Task An_explicit_implementation_is_called_through_its_interface() => EditingWorkspace.Becomes(
        s_finally,
        InType("""
            void M()
                {
                    var [|x = new E()|];
                    x = new E();
                }
            """),
        InType("""
            void M()
                {
                    var x = new E();
                    try
                    {
                        x = new E();
                    }
                    finally
                    {
                        ((IDisposable)x).Dispose();
                    }
                }
            """));

    [Theory]
    [InlineData("void M() { var [|x = new D()|]; }", nameof(RefusalKind.NotThisShape))]
    [InlineData("void M(int i) { switch (i) { case 1: var [|x = new D()|]; x.Go(); break; } }", nameof(RefusalKind.Jumps))]
    [InlineData("void M() { var [|x = new D()|]; again: x.Go(); goto again; }", nameof(RefusalKind.Jumps))]
    [InlineData("void M() { L(); var [|x = new D()|]; x.Go(); void L() { } }", nameof(RefusalKind.MovesVariables))]
    public Task Leaves_the_scope_alone(string member, string kind) =>
        EditingWorkspace.Refuses(s_finally, Enum.Parse<RefusalKind>(kind), InType(member));

    private static string InType(string member) => $$"""
        using System;
        using System.Threading.Tasks;

        class D : IDisposable { public void Dispose() { } public void Go() { } }
        class A : IAsyncDisposable { public ValueTask DisposeAsync() => default; public void Go() { } }
        class B : IDisposable, IAsyncDisposable { public void Dispose() { } public ValueTask DisposeAsync() => default; }
        class E : IDisposable { void IDisposable.Dispose() { } }

        class C
        {
            static void Change(ref D d) { }

            {{member}}
        }
        """;
}
