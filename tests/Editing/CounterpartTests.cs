using WebSocketAnalyzers.CodeFixes.Editing;
using Xunit;

namespace WebSocketAnalyzers.Tests.Editing;

public class CounterpartTests
{
    private const string Sleep = "M:System.Threading.Tasks.Task.Delay";
    private const string ReadAllText = "M:System.IO.File.ReadAllTextAsync(System.String,System.Threading.CancellationToken)";
    private const string StreamRead = "M:System.IO.Stream.ReadAsync(System.Byte[],System.Int32,System.Int32,System.Threading.CancellationToken)";
    private const string GateWait = "M:System.Threading.SemaphoreSlim.WaitAsync";
    private const string ReadLine = "M:System.IO.TextReader.ReadLineAsync";

    [Theory]
    [InlineData(Sleep, "void M() { [|Thread.Sleep(5)|]; }", "async Task M() { await Task.Delay(5); }")]
    [InlineData(Sleep, "async Task M(CancellationToken ct) { [|Thread.Sleep(TimeSpan.Zero)|]; await Task.Yield(); }", "async Task M(CancellationToken ct) { await Task.Delay(TimeSpan.Zero, ct); await Task.Yield(); }")]
    [InlineData(ReadAllText, "string M() => [|File.ReadAllText(\"x\")|];", "async Task<string> M() => await File.ReadAllTextAsync(\"x\");")]
    [InlineData(ReadAllText, "int M(CancellationToken ct) => [|File.ReadAllText(\"x\")|].Length;", "async Task<int> M(CancellationToken ct) => (await File.ReadAllTextAsync(\"x\", ct)).Length;")]
    [InlineData(ReadAllText, "int M(CancellationToken ct) => [|File.ReadAllText(path: \"x\")|].Length;", "async Task<int> M(CancellationToken ct) => (await File.ReadAllTextAsync(path: \"x\", cancellationToken: ct)).Length;")]
    [InlineData(ReadAllText, "string M() => [|File.ReadAllText([|File.ReadAllText(\"x\")|])|];", "async Task<string> M() => await File.ReadAllTextAsync(await File.ReadAllTextAsync(\"x\"));")]
    [InlineData(StreamRead, "int M(FileStream s, byte[] b) => [|s.Read(b, 0, 1)|];", "async Task<int> M(FileStream s, byte[] b) => await s.ReadAsync(b, 0, 1);")]
    [InlineData(StreamRead, "int? M(FileStream? s, byte[] b) => s?.[|Read(b, 0, 1)|];", "async Task<int?> M(FileStream? s, byte[] b) => s is { } target ? await target.ReadAsync(b, 0, 1) : default(int?);")]
    [InlineData(GateWait, "void M(SemaphoreSlim g, CancellationToken ct) { [|g.Wait(ct)|]; }", "async Task M(SemaphoreSlim g, CancellationToken ct) { await g.WaitAsync(ct); }")]
    [InlineData(GateWait, "bool M(SemaphoreSlim g, CancellationToken ct) => ![|g.Wait(5)|];", "async Task<bool> M(SemaphoreSlim g, CancellationToken ct) => !await g.WaitAsync(5, ct);")]
    [InlineData(GateWait, "void M(SemaphoreSlim? g) { g?.[|Wait()|]; }", "async Task M(SemaphoreSlim? g) { await (g?.WaitAsync() ?? Task.CompletedTask); }")]
    [InlineData(ReadLine, "string? M(StreamReader r) => [|r.ReadLine()|];", "async Task<string?> M(StreamReader r) => await r.ReadLineAsync();")]
    [InlineData(ReadLine, "void M(StreamReader r) { while ([|r.ReadLine()|] is { } line) { } }", "async Task M(StreamReader r) { while (await r.ReadLineAsync() is { } line) { } }")]
    [InlineData("M:C.OpenAsync", "void M() { using (var s = [|Open()|]) { } }", "async Task M() { using (var s = await OpenAsync()) { } }")]
    [InlineData("M:C.OpenAsync", "void M() { using var s = [|this.Open()|]; }", "async Task M() { using var s = await this.OpenAsync(); }")]
    [InlineData("M:C.AskAsync``1(``0)", "int M() => [|Ask<int>(1)|];", "async Task<int> M() => await AskAsync<int>(1);")]
    public Task Awaits_the_counterpart(string id, string before, string after) => EditingWorkspace.Becomes(With(id), InType(before), InType(after));

    [Theory]
    [InlineData(ReadAllText, "string M() => [|File.ReadAllText(\"x\", System.Text.Encoding.UTF8)|];", nameof(RefusalKind.DoesNotBind))]
    [InlineData(StreamRead, "int M(Stream s) { Span<byte> b = new byte[1]; return [|s.Read(b)|]; }", nameof(RefusalKind.DoesNotBind))]
    [InlineData("M:No.Such.ThingAsync", "void M() { [|Thread.Sleep(1)|]; }", nameof(RefusalKind.DoesNotBind))]
    [InlineData("M:C.WrongAsync", "int M() => [|Wrong()|];", nameof(RefusalKind.DoesNotBind))]
    [InlineData("M:C.PlainAsync", "int M() => [|Plain()|];", nameof(RefusalKind.DoesNotBind))]
    [InlineData("garbage", "int M() => [|Plain()|];", nameof(RefusalKind.NotThisShape))]
    [InlineData(Sleep, "C() { [|Thread.Sleep(1)|]; }", nameof(RefusalKind.Constructor))]
    public Task Leaves_the_call_alone(string id, string member, string kind) =>
        EditingWorkspace.Refuses(With(id), Enum.Parse<RefusalKind>(kind), InType(member));

    [Theory]
    [InlineData("[|q.ToList()|]", "await q.ToListAsync(ct)")]
    [InlineData("[|q.Where(x => x > 1).ToList()|]", "await q.Where(x => x > 1).ToListAsync(ct)")]
    [InlineData("[|System.Linq.Enumerable.ToList(q)|]", "await EntityFrameworkQueryableExtensions.ToListAsync(q, ct)")]
    public Task Extensions_are_imported(string before, string after) => EditingWorkspace.Becomes(
        With("M:Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync``1(System.Linq.IQueryable{``0},System.Threading.CancellationToken)"),
        [Query("", "object M(IQueryable<int> q, CancellationToken ct) => " + before + ";"), Extensions],
        [Query("using Microsoft.EntityFrameworkCore;\n", "async Task<object> M(IQueryable<int> q, CancellationToken ct) => " + after + ";"), Extensions]);

    private const string Extensions = """
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;

        namespace Microsoft.EntityFrameworkCore;

        public static class EntityFrameworkQueryableExtensions
        {
            public static Task<List<TSource>> ToListAsync<TSource>(this IQueryable<TSource> source, CancellationToken cancellationToken = default) => null!;
        }
        """;

    private static string Query(string import, string member) => $$"""
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        {{import}}
        class C
        {
            {{member}}
        }
        """;

    private static PlanEdit With(string id) => (session, document, node, cancellationToken) =>
        Counterpart.PlanAsync(session, document, node, id, cancellationToken);

    private static string InType(string member) => $$"""
        using System;
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;

        class C
        {
            Stream Open() => null!;
            Task<Stream> OpenAsync() => null!;
            T Ask<T>(T x) => x;
            Task<T> AskAsync<T>(T x) => null!;
            int Wrong() => 1;
            Task<string> WrongAsync() => null!;
            int Plain() => 1;
            int PlainAsync() => 1;

            {{member}}
        }
        """;
}
