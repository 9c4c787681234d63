using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace ChatServer.Bridge;

/// <summary>One member who is connected through plain TCP, one line a message.</summary>
public sealed class BridgeClient : IDisposable
{
    private const int MaxLineBytes = 4 * 1024;

    private readonly SemaphoreSlim _writeGate = new(1, 1);
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly PipeReader _input;
    private readonly TimeSpan _sendTimeout;
    private long _lastLineAt;

    /// <param name="tcp">The accepted connection, which this client owns from now on.</param>
    /// <param name="sendTimeout">Longest time one line may take, waiting included.</param>
    public BridgeClient(TcpClient tcp, TimeSpan sendTimeout)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
        _input = PipeReader.Create(_stream);
        _sendTimeout = sendTimeout;
    }

    public Guid Id { get; } = Guid.NewGuid();

    public string Name { get; set; } = "";

    /// <summary>Time between the last line and the one before it.</summary>
    public TimeSpan Gap { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The next line, or null when the peer left or sent a line that is too long.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await _input.ReadAsync(cancellation);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                _input.AdvanceTo(read.Buffer.GetPosition(1, end));
                Gap = _lastLineAt == 0 ? TimeSpan.MaxValue : Stopwatch.GetElapsedTime(_lastLineAt);
                _lastLineAt = Stopwatch.GetTimestamp();
                return line;
            }

            if (read.IsCompleted || read.Buffer.Length > MaxLineBytes)
            {
                return null;
            }

            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public async Task SendAsync(string line)
    {
        using var bound = new CancellationTokenSource(_sendTimeout);
        await _writeGate.WaitAsync(bound.Token);
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"), bound.Token);
        }
        finally
        {
            _writeGate.Release();
        }
    }

    public void Dispose() => _tcp.Dispose();
}
