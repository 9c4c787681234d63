using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections;

/// <summary>Which writers are made over a connection: the calls on them are marked as <c>sends</c>.</summary>
public class WrappersTests
{
    [Theory]
    [InlineData("new StreamWriter(client.GetStream())")]
    [InlineData("new StreamWriter(client.GetStream(), Encoding.UTF8, 1024, leaveOpen: true) { AutoFlush = true }")]
    [InlineData("new StreamWriter(bufferSize: 1024, leaveOpen: true, stream: client.GetStream())")]
    [InlineData("new(client.GetStream())")]
    [InlineData("(new StreamWriter(client.GetStream()))!")]
    [InlineData("new StreamWriter(new BufferedStream(client.GetStream()))")]
    [InlineData("new StreamWriter(new System.Net.Security.SslStream(client.GetStream()))")]
    [InlineData("new StreamWriter(new System.IO.Compression.GZipStream(client.GetStream(), System.IO.Compression.CompressionMode.Compress))")]
    [InlineData("new StreamWriter(new System.IO.Pipes.NamedPipeServerStream(\"link\"))")]
    [InlineData("new StreamWriter((Stream)client.GetStream())")]
    [InlineData("new StreamWriter(client?.GetStream() ?? throw new InvalidOperationException())")]
    [InlineData("new StreamWriter(client.Connected ? client.GetStream() : new System.IO.Pipes.NamedPipeClientStream(\"link\"))")]
    [InlineData("new StreamWriter(client.Available switch { 0 => client.GetStream(), _ => new System.Net.Security.SslStream(client.GetStream()) })")]
    public void Made_over_a_connection(string made) => AssertSends($$"""
        class Session
        {
            void Run(TcpClient client)
            {
                StreamWriter writer = {{made}};
                {|sends:writer.WriteLine("a")|};
                {|sends:writer.Flush()|};
            }
        }
        """);

    [Theory]
    [InlineData("new StreamWriter(\"log.txt\")")]
    [InlineData("new StreamWriter(new MemoryStream())")]
    [InlineData("new StreamWriter(new FileStream(\"log.txt\", FileMode.Append))")]
    [InlineData("new StreamWriter(stream)")]
    [InlineData("new StreamWriter(new BufferedStream(stream))")]
    [InlineData("new StreamWriter(client.Connected ? client.GetStream() : stream)")]
    [InlineData("TextWriter.Synchronized(new StreamWriter(client.GetStream()))")]
    [InlineData("new StringWriter()")]
    [InlineData("Console.Out")]
    [InlineData("given")]
    [InlineData("null!")]
    public void Made_over_anything_else(string made) => AssertSends($$"""
        class Session
        {
            void Run(TcpClient client, Stream stream, TextWriter given)
            {
                TextWriter writer = {{made}};
                writer.WriteLine("a");
                writer.Flush();
            }
        }
        """);

    [Fact]
    public void A_member_is_all_that_is_written_to_it() => AssertSends("""
        partial class Session
        {
            private readonly BinaryWriter binary;
            private BinaryWriter? kept;
            private BinaryWriter Kept => kept ??= binary;
            private BinaryWriter Another => new(stream);
            private BinaryWriter replaced;
            internal BinaryWriter open;
            private readonly NetworkStream stream;

            public Session(NetworkStream stream)
            {
                this.stream = stream;
                binary = new BinaryWriter(stream);
                (replaced, open) = (new BinaryWriter(stream), new BinaryWriter(stream));
            }

            public void Run()
            {
                {|sends:binary.Write(1)|};
                {|sends:Kept.Write(1)|};
                Another.Write(1);
                replaced.Write(1);
                open.Write(1);
                if (kept is { } again)
                    {|sends:again.Write(1)|};
            }
        }

        partial class Session
        {
            public void Replace(string path) => replaced = new BinaryWriter(File.OpenWrite(path));
        }
        """);

    [Fact]
    public void A_circle_proves_nothing() => AssertSends("""
        class Session
        {
            private StreamWriter first;
            private StreamWriter second;
            public Session() => (first, second) = (second, first);

            public void Run(Stream stream)
            {
                first.Write('a');
                Stream buffered = stream;
                buffered = new BufferedStream(buffered);
                new StreamWriter(buffered).Write('a');
                StreamWriter? writer = null;
                writer = writer;
                writer!.Write('a');
            }
        }
        """);

    private static void AssertSends(string markedSource)
    {
        var markup = ModelMarkup.Of("#nullable enable\n" + markedSource);
        markup.AssertCalls("sends", call => markup.Model.Apis.Of(call).Is(ApiKind.Send));
    }
}
