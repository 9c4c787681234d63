namespace WebSocketAnalyzers.Tests.Connections.Catalogue;

/// <summary>
/// The public shape of libraries that cannot be referenced here: names, signatures and base types, no behaviour. Each text compiles on its own against the
/// reference packs, so a test adds the ones that its snippet uses as further sources.
/// </summary>
public static class LibraryStubs
{
    /// <summary>Grpc.Core.Api, with the reader extension of Grpc.Net.Common.</summary>
    public const string Grpc = """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using System.Threading.Tasks;

        namespace Grpc.Core
        {
            public sealed class Metadata { }
            public sealed class WriteOptions { }
            public struct Status { }
            public struct CallOptions { }
            public class Method<TRequest, TResponse> where TRequest : class where TResponse : class { }

            public interface IAsyncStreamReader<out T>
            {
                T Current { get; }
                Task<bool> MoveNext(CancellationToken cancellationToken);
            }

            public interface IAsyncStreamWriter<in T>
            {
                WriteOptions? WriteOptions { get; set; }
                Task WriteAsync(T message);
                Task WriteAsync(T message, CancellationToken cancellationToken) => throw new NotSupportedException();
            }

            public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
            {
                Task CompleteAsync();
            }

            public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T> { }

            public static class AsyncStreamReaderExtensions
            {
                public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader) where T : class => throw null!;
                public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default) => throw null!;
            }

            public sealed class AsyncUnaryCall<TResponse> : IDisposable
            {
                public Task<TResponse> ResponseAsync => throw null!;
                public TaskAwaiter<TResponse> GetAwaiter() => throw null!;
                public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => throw null!;
                public void Dispose() { }
            }

            public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
            {
                public IAsyncStreamReader<TResponse> ResponseStream => throw null!;
                public Task<Metadata> ResponseHeadersAsync => throw null!;
                public Status GetStatus() => throw null!;
                public void Dispose() { }
            }

            public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
            {
                public IClientStreamWriter<TRequest> RequestStream => throw null!;
                public Task<TResponse> ResponseAsync => throw null!;
                public TaskAwaiter<TResponse> GetAwaiter() => throw null!;
                public void Dispose() { }
            }

            public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
            {
                public IAsyncStreamReader<TResponse> ResponseStream => throw null!;
                public IClientStreamWriter<TRequest> RequestStream => throw null!;
                public Task<Metadata> ResponseHeadersAsync => throw null!;
                public void Dispose() { }
            }

            public abstract class CallInvoker
            {
                public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
                    where TRequest : class where TResponse : class;
                public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
                    where TRequest : class where TResponse : class;
                public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
                    where TRequest : class where TResponse : class;
                public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
                    where TRequest : class where TResponse : class;
                public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
                    where TRequest : class where TResponse : class;
            }

            public abstract class ServerCallContext
            {
                public string Peer => throw null!;
                public DateTime Deadline => throw null!;
                public Metadata RequestHeaders => throw null!;
                public CancellationToken CancellationToken => throw null!;
                public Task WriteResponseHeadersAsync(Metadata responseHeaders) => throw null!;
            }
        }
        """;

    /// <summary>Fleck.</summary>
    public const string Fleck = """
        using System;
        using System.Threading.Tasks;

        namespace Fleck
        {
            public interface IWebSocketConnectionInfo
            {
                Guid Id { get; }
                string Path { get; }
                string ClientIpAddress { get; }
            }

            public interface IWebSocketConnection
            {
                Action OnOpen { get; set; }
                Action OnClose { get; set; }
                Action<string> OnMessage { get; set; }
                Action<byte[]> OnBinary { get; set; }
                Action<byte[]> OnPing { get; set; }
                Action<byte[]> OnPong { get; set; }
                Action<Exception> OnError { get; set; }
                IWebSocketConnectionInfo ConnectionInfo { get; }
                bool IsAvailable { get; }
                Task Send(string message);
                Task Send(byte[] message);
                Task SendPing(byte[] message);
                Task SendPong(byte[] message);
                void Close();
                void Close(int code);
            }

            public interface IWebSocketServer : IDisposable
            {
                void Start(Action<IWebSocketConnection> config);
            }

            public class WebSocketServer : IWebSocketServer
            {
                public WebSocketServer(string location, bool supportDualStack = true) { }
                public bool RestartAfterListenError { get; set; }
                public void Start(Action<IWebSocketConnection> config) { }
                public void Dispose() { }
            }
        }
        """;

    /// <summary>websocket-sharp, client and server.</summary>
    public const string WebSocketSharp = """
        using System;
        using System.IO;

        namespace WebSocketSharp
        {
            public enum CloseStatusCode : ushort { Normal = 1000, Away = 1001 }
            public enum WebSocketState : ushort { New, Connecting, Open, Closing, Closed }
            public class MessageEventArgs : EventArgs
            {
                public string Data => throw null;
                public byte[] RawData => throw null;
                public bool IsText => throw null;
            }
            public class CloseEventArgs : EventArgs { public ushort Code => 0; public string Reason => throw null; }
            public class ErrorEventArgs : EventArgs { public Exception Exception => throw null; public string Message => throw null; }

            public class WebSocket : IDisposable
            {
                public WebSocket(string url, params string[] protocols) { }
                public WebSocketState ReadyState => default;
                public event EventHandler OnOpen { add { } remove { } }
                public event EventHandler<MessageEventArgs> OnMessage { add { } remove { } }
                public event EventHandler<CloseEventArgs> OnClose { add { } remove { } }
                public event EventHandler<ErrorEventArgs> OnError { add { } remove { } }
                public void Connect() { }
                public void ConnectAsync() { }
                public bool Ping() => false;
                public bool Ping(string message) => false;
                public void Send(byte[] data) { }
                public void Send(string data) { }
                public void Send(FileInfo fileInfo) { }
                public void Send(Stream stream, int length) { }
                public void SendAsync(byte[] data, Action<bool> completed) { }
                public void SendAsync(string data, Action<bool> completed) { }
                public void SendAsync(FileInfo fileInfo, Action<bool> completed) { }
                public void SendAsync(Stream stream, int length, Action<bool> completed) { }
                public void Close() { }
                public void Close(ushort code) { }
                public void Close(ushort code, string reason) { }
                public void Close(CloseStatusCode code) { }
                public void Close(CloseStatusCode code, string reason) { }
                public void CloseAsync() { }
                public void CloseAsync(CloseStatusCode code, string reason) { }
                void IDisposable.Dispose() { }
            }
        }

        namespace WebSocketSharp.Server
        {
            public interface IWebSocketSession { string ID { get; } WebSocket WebSocket { get; } }

            public abstract class WebSocketBehavior : IWebSocketSession
            {
                public string ID => throw null;
                WebSocket IWebSocketSession.WebSocket => throw null;
                protected WebSocketSessionManager Sessions => throw null;
                protected WebSocketState ReadyState => default;
                protected virtual void OnOpen() { }
                protected virtual void OnMessage(MessageEventArgs e) { }
                protected virtual void OnClose(CloseEventArgs e) { }
                protected virtual void OnError(ErrorEventArgs e) { }
                protected bool Ping() => false;
                protected bool Ping(string message) => false;
                protected void Send(byte[] data) { }
                protected void Send(string data) { }
                protected void Send(FileInfo fileInfo) { }
                protected void Send(Stream stream, int length) { }
                protected void SendAsync(byte[] data, Action<bool> completed) { }
                protected void SendAsync(string data, Action<bool> completed) { }
                protected void Close() { }
                protected void Close(ushort code, string reason) { }
                protected void Close(CloseStatusCode code, string reason) { }
                protected void CloseAsync() { }
            }

            public class WebSocketSessionManager
            {
                public int Count => 0;
                public void Broadcast(byte[] data) { }
                public void Broadcast(string data) { }
                public void BroadcastAsync(byte[] data, Action completed) { }
                public void BroadcastAsync(string data, Action completed) { }
                public void SendTo(byte[] data, string id) { }
                public void SendTo(string data, string id) { }
                public void SendToAsync(byte[] data, string id, Action<bool> completed) { }
                public void SendToAsync(string data, string id, Action<bool> completed) { }
                public void CloseSession(string id) { }
            }

            public class WebSocketServer
            {
                public WebSocketServer(int port) { }
                public WebSocketServer(string url) { }
                public void AddWebSocketService<TBehavior>(string path) where TBehavior : WebSocketBehavior, new() { }
                public void Start() { }
                public void Stop() { }
            }

            public class HttpServer
            {
                public HttpServer(int port) { }
                public void AddWebSocketService<TBehavior>(string path) where TBehavior : WebSocketBehavior, new() { }
                public void Start() { }
                public void Stop() { }
            }
        }
        """;

    /// <summary>Websocket.Client. Its messages are observables: add System.Reactive or <see cref="Reactive"/> to subscribe with a delegate.</summary>
    public const string WebsocketClient = """
        #nullable enable
        using System;
        using System.Buffers;
        using System.Net.WebSockets;
        using System.Threading.Tasks;

        namespace Websocket.Client
        {
            public class ResponseMessage { public string? Text => null; public byte[]? Binary => null; public WebSocketMessageType MessageType => default; }
            public class ReconnectionInfo { }
            public class DisconnectionInfo { }

            public interface IWebsocketClient : IDisposable
            {
                Uri Url { get; set; }
                IObservable<ResponseMessage> MessageReceived { get; }
                IObservable<ReconnectionInfo> ReconnectionHappened { get; }
                IObservable<DisconnectionInfo> DisconnectionHappened { get; }
                TimeSpan? ReconnectTimeout { get; set; }
                bool IsRunning { get; }
                ClientWebSocket? NativeClient { get; }
                bool Send(string message);
                bool Send(byte[] message);
                bool Send(ArraySegment<byte> message);
                bool Send(ReadOnlySequence<byte> message);
                Task SendInstant(string message);
                Task SendInstant(byte[] message);
                bool SendAsText(byte[] message);
                Task Start();
                Task StartOrFail();
                Task<bool> Stop(WebSocketCloseStatus status, string statusDescription);
                Task<bool> StopOrFail(WebSocketCloseStatus status, string statusDescription);
                Task Reconnect();
                Task ReconnectOrFail();
            }

            public class WebsocketClient : IWebsocketClient
            {
                public WebsocketClient(Uri url, Func<ClientWebSocket>? clientFactory = null) => Url = url;
                public Uri Url { get; set; }
                public IObservable<ResponseMessage> MessageReceived => throw null!;
                public IObservable<ReconnectionInfo> ReconnectionHappened => throw null!;
                public IObservable<DisconnectionInfo> DisconnectionHappened => throw null!;
                public TimeSpan? ReconnectTimeout { get; set; }
                public bool IsRunning => false;
                public ClientWebSocket? NativeClient => null;
                public bool Send(string message) => false;
                public bool Send(byte[] message) => false;
                public bool Send(ArraySegment<byte> message) => false;
                public bool Send(ReadOnlySequence<byte> message) => false;
                public Task SendInstant(string message) => throw null!;
                public Task SendInstant(byte[] message) => throw null!;
                public bool SendAsText(byte[] message) => false;
                public Task Start() => throw null!;
                public Task StartOrFail() => throw null!;
                public Task<bool> Stop(WebSocketCloseStatus status, string statusDescription) => throw null!;
                public Task<bool> StopOrFail(WebSocketCloseStatus status, string statusDescription) => throw null!;
                public Task Reconnect() => throw null!;
                public Task ReconnectOrFail() => throw null!;
                public void Dispose() { }
            }
        }
        """;

    /// <summary>The delegate-taking Subscribe of System.Reactive.</summary>
    public const string Reactive = """
        namespace System
        {
            public static class ObservableExtensions
            {
                public static IDisposable Subscribe<T>(this IObservable<T> source) => throw null;
                public static IDisposable Subscribe<T>(this IObservable<T> source, Action<T> onNext) => throw null;
                public static IDisposable Subscribe<T>(this IObservable<T> source, Action<T> onNext, Action<Exception> onError) => throw null;
                public static IDisposable Subscribe<T>(this IObservable<T> source, Action<T> onNext, Action<Exception> onError, Action onCompleted) => throw null;
            }
        }
        """;

    /// <summary>NetCoreServer.</summary>
    public const string NetCoreServer = """
        using System;
        using System.Net;
        using System.Net.Sockets;

        namespace NetCoreServer
        {
            public class HttpRequest { }
            public class HttpResponse { }
            public class Buffer { }
            public class SslContext { }

            public class TcpSession : IDisposable
            {
                public TcpSession(TcpServer server) { }
                public Guid Id => default;
                public TcpServer Server => throw null;
                public virtual bool Disconnect() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual long Send(string text) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual bool SendAsync(byte[] buffer, long offset, long size) => false;
                public virtual bool SendAsync(string text) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class TcpServer : IDisposable
            {
                public TcpServer(IPAddress address, int port) { }
                public virtual bool Start() => false;
                public virtual bool Stop() => false;
                public virtual bool DisconnectAll() => false;
                public virtual bool Multicast(byte[] buffer) => false;
                public virtual bool Multicast(string text) => false;
                protected virtual TcpSession CreateSession() => throw null;
                protected virtual void OnConnecting(TcpSession session) { }
                protected virtual void OnConnected(TcpSession session) { }
                protected virtual void OnDisconnecting(TcpSession session) { }
                protected virtual void OnDisconnected(TcpSession session) { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class TcpClient : IDisposable
            {
                public TcpClient(string address, int port) { }
                public virtual bool Connect() => false;
                public virtual bool ConnectAsync() => false;
                public virtual bool Disconnect() => false;
                public virtual bool DisconnectAsync() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual long Send(string text) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual bool SendAsync(string text) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class SslSession : IDisposable
            {
                public SslSession(SslServer server) { }
                public virtual bool Disconnect() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnHandshaking() { }
                protected virtual void OnHandshaked() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class SslServer : IDisposable
            {
                public SslServer(SslContext context, IPAddress address, int port) { }
                public virtual bool DisconnectAll() => false;
                public virtual bool Multicast(byte[] buffer) => false;
                protected virtual void OnConnecting(SslSession session) { }
                protected virtual void OnConnected(SslSession session) { }
                protected virtual void OnDisconnecting(SslSession session) { }
                protected virtual void OnDisconnected(SslSession session) { }
                public void Dispose() { }
            }

            public class SslClient : IDisposable
            {
                public SslClient(SslContext context, string address, int port) { }
                public virtual bool Connect() => false;
                public virtual bool ConnectAsync() => false;
                public virtual bool Disconnect() => false;
                public virtual bool DisconnectAsync() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnHandshaking() { }
                protected virtual void OnHandshaked() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class UdsSession : IDisposable
            {
                public UdsSession(UdsServer server) { }
                public virtual bool Disconnect() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class UdsServer : IDisposable
            {
                public UdsServer(string path) { }
                public virtual bool DisconnectAll() => false;
                public virtual bool Multicast(byte[] buffer) => false;
                protected virtual void OnConnecting(UdsSession session) { }
                protected virtual void OnConnected(UdsSession session) { }
                protected virtual void OnDisconnecting(UdsSession session) { }
                protected virtual void OnDisconnected(UdsSession session) { }
                public void Dispose() { }
            }

            public class UdsClient : IDisposable
            {
                public UdsClient(string path) { }
                public virtual bool Connect() => false;
                public virtual bool ConnectAsync() => false;
                public virtual bool Disconnect() => false;
                public virtual bool DisconnectAsync() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual long Receive(byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(long sent, long pending) { }
                protected virtual void OnEmpty() { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class UdpServer : IDisposable
            {
                public UdpServer(IPAddress address, int port) { }
                public virtual long Multicast(byte[] buffer) => 0;
                public virtual bool MulticastAsync(byte[] buffer) => false;
                public virtual long Send(EndPoint endpoint, byte[] buffer) => 0;
                public virtual bool SendAsync(EndPoint endpoint, byte[] buffer) => false;
                public virtual long Receive(ref EndPoint endpoint, byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnReceived(EndPoint endpoint, byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(EndPoint endpoint, long sent) { }
                public void Dispose() { }
            }

            public class UdpClient : IDisposable
            {
                public UdpClient(string address, int port) { }
                public virtual bool Connect() => false;
                public virtual bool Disconnect() => false;
                public virtual long Send(byte[] buffer) => 0;
                public virtual bool SendAsync(byte[] buffer) => false;
                public virtual long Receive(ref EndPoint endpoint, byte[] buffer) => 0;
                public virtual void ReceiveAsync() { }
                protected virtual void OnConnecting() { }
                protected virtual void OnConnected() { }
                protected virtual void OnDisconnecting() { }
                protected virtual void OnDisconnected() { }
                protected virtual void OnReceived(EndPoint endpoint, byte[] buffer, long offset, long size) { }
                protected virtual void OnSent(EndPoint endpoint, long sent) { }
                protected virtual void OnError(SocketError error) { }
                public void Dispose() { }
            }

            public class HttpSession : TcpSession { public HttpSession(TcpServer server) : base(server) { } }
            public class HttpsSession : SslSession { public HttpsSession(SslServer server) : base(server) { } }
            public class HttpServer : TcpServer { public HttpServer(IPAddress address, int port) : base(address, port) { } }
            public class HttpsServer : SslServer { public HttpsServer(SslContext context, IPAddress address, int port) : base(context, address, port) { } }
            public class HttpClient : TcpClient { public HttpClient(string address, int port) : base(address, port) { } }
            public class HttpsClient : SslClient { public HttpsClient(SslContext context, string address, int port) : base(context, address, port) { } }

            public class WsSession : HttpSession
            {
                public WsSession(WsServer server) : base(server) { }
        """ + NetCoreServerSocket + """

            }

            public class WssSession : HttpsSession
            {
                public WssSession(WssServer server) : base(server) { }
        """ + NetCoreServerSocket + """

            }

            public class WsClient : HttpClient
            {
                public WsClient(string address, int port) : base(address, port) { }
                public virtual bool CloseAsync(int status) => false;
        """ + NetCoreServerSocket + """

            }

            public class WssClient : HttpsClient
            {
                public WssClient(SslContext context, string address, int port) : base(context, address, port) { }
                public virtual bool CloseAsync(int status) => false;
        """ + NetCoreServerSocket + """

            }

            public class WsServer : HttpServer
            {
                public WsServer(IPAddress address, int port) : base(address, port) { }
                public virtual bool CloseAll(int status) => false;
                public bool MulticastText(string text) => false;
                public bool MulticastBinary(byte[] buffer) => false;
                public bool MulticastPing(byte[] buffer) => false;
            }

            public class WssServer : HttpsServer
            {
                public WssServer(SslContext context, IPAddress address, int port) : base(context, address, port) { }
                public virtual bool CloseAll(int status) => false;
                public bool MulticastText(string text) => false;
                public bool MulticastBinary(byte[] buffer) => false;
                public bool MulticastPing(byte[] buffer) => false;
            }
        }
        """;

    /// <summary>SuperSocket 2, server, WebSocket server and client.</summary>
    public const string SuperSocket = """
        #nullable enable
        using System;
        using System.Buffers;
        using System.Collections.Generic;
        using System.Net;
        using System.Threading;
        using System.Threading.Tasks;

        namespace SuperSocket.ProtoBase
        {
            public interface IPackageEncoder<in TPackageInfo> { }
            public interface IPipelineFilter<TPackageInfo> { }
        }

        namespace SuperSocket.Connection
        {
            using SuperSocket.ProtoBase;

            public enum CloseReason { Unknown, ServerShutdown, LocalClosing, RemoteClosing }
            public class CloseEventArgs : EventArgs { public CloseReason Reason => default; }

            public interface IConnection : IDisposable, IAsyncDisposable
            {
                IAsyncEnumerable<TPackageInfo> RunAsync<TPackageInfo>(IPipelineFilter<TPackageInfo> pipelineFilter);
                ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);
                ValueTask SendAsync<TPackage>(IPackageEncoder<TPackage> packageEncoder, TPackage package, CancellationToken cancellationToken = default);
                ValueTask CloseAsync(CloseReason closeReason);
                bool IsClosed { get; }
            }
        }

        namespace SuperSocket.Server.Abstractions
        {
            using SuperSocket.Server.Abstractions.Session;

            public delegate ValueTask AsyncEventHandler(object sender, EventArgs e);
            public delegate ValueTask AsyncEventHandler<TEventArgs>(object sender, TEventArgs e) where TEventArgs : EventArgs;
            public class PackageHandlingException<TPackageInfo> : Exception { }
            public interface IServer { }

            public interface IPackageHandler<TReceivePackageInfo>
            {
                ValueTask Handle(IAppSession session, TReceivePackageInfo package, CancellationToken cancellationToken);
            }
        }

        namespace SuperSocket.Server.Abstractions.Session
        {
            using SuperSocket.Connection;
            using SuperSocket.ProtoBase;

            public interface IAppSession
            {
                string SessionID { get; }
                IConnection Connection { get; }
                EndPoint RemoteEndPoint { get; }
                object DataContext { get; set; }
                event AsyncEventHandler Connected;
                event AsyncEventHandler<CloseEventArgs> Closed;
                ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);
                ValueTask SendAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken = default);
                ValueTask SendAsync<TPackage>(IPackageEncoder<TPackage> packageEncoder, TPackage package, CancellationToken cancellationToken = default);
                ValueTask CloseAsync(CloseReason reason);
            }
        }

        namespace SuperSocket.Server.Abstractions.Middleware
        {
            using SuperSocket.Server.Abstractions.Session;

            public interface IMiddleware
            {
                int Order { get; }
                void Start(IServer server);
                void Shutdown(IServer server);
                ValueTask<bool> RegisterSession(IAppSession session);
                ValueTask<bool> UnRegisterSession(IAppSession session);
            }
        }

        namespace SuperSocket.Server.Abstractions.Host
        {
            public interface ISuperSocketHostBuilder<TReceivePackage> { }
        }

        namespace SuperSocket.Command
        {
            using SuperSocket.Server.Abstractions.Session;

            public interface ICommand { }
            public interface ICommand<TPackageInfo> : ICommand<IAppSession, TPackageInfo> { }
            public interface ICommand<TAppSession, TPackageInfo> : ICommand where TAppSession : IAppSession
            {
                void Execute(TAppSession session, TPackageInfo package);
            }
            public interface IAsyncCommand<TPackageInfo> : IAsyncCommand<IAppSession, TPackageInfo> { }
            public interface IAsyncCommand<TAppSession, TPackageInfo> : ICommand where TAppSession : IAppSession
            {
                ValueTask ExecuteAsync(TAppSession session, TPackageInfo package, CancellationToken cancellationToken);
            }
        }

        namespace SuperSocket.Server
        {
            using SuperSocket.Connection;
            using SuperSocket.ProtoBase;
            using SuperSocket.Server.Abstractions;
            using SuperSocket.Server.Abstractions.Session;

            public class AppSession : IAppSession
            {
                public string SessionID => throw null!;
                IConnection IAppSession.Connection => throw null!;
                public EndPoint RemoteEndPoint => throw null!;
                public object DataContext { get; set; } = null!;
                public event AsyncEventHandler Connected { add { } remove { } }
                public event AsyncEventHandler<CloseEventArgs> Closed { add { } remove { } }
                protected virtual ValueTask OnSessionConnectedAsync() => default;
                protected virtual ValueTask OnSessionClosedAsync(CloseEventArgs e) => default;
                ValueTask IAppSession.SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => default;
                ValueTask IAppSession.SendAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken) => default;
                ValueTask IAppSession.SendAsync<TPackage>(IPackageEncoder<TPackage> packageEncoder, TPackage package, CancellationToken cancellationToken) => default;
                public virtual ValueTask CloseAsync() => default;
                public virtual ValueTask CloseAsync(CloseReason reason) => default;
            }

            public class SuperSocketService<TReceivePackageInfo>
            {
                protected virtual ValueTask OnSessionConnectedAsync(IAppSession session) => default;
                protected virtual ValueTask OnSessionClosedAsync(IAppSession session, CloseEventArgs e) => default;
                protected virtual ValueTask<bool> OnSessionErrorAsync(IAppSession session, PackageHandlingException<TReceivePackageInfo> exception) => default;
            }
        }

        namespace SuperSocket.Server.Host
        {
            using SuperSocket.Connection;
            using SuperSocket.Server.Abstractions;
            using SuperSocket.Server.Abstractions.Host;
            using SuperSocket.Server.Abstractions.Session;

            public static class HostBuilderExtensions
            {
                public static ISuperSocketHostBuilder<T> UseSessionHandler<T>(this ISuperSocketHostBuilder<T> hostBuilder, Func<IAppSession, ValueTask>? onConnected = null, Func<IAppSession, CloseEventArgs, ValueTask>? onClosed = null) => throw null!;
                public static ISuperSocketHostBuilder<T> UsePackageHandler<T>(this ISuperSocketHostBuilder<T> hostBuilder, Func<IAppSession, T, ValueTask> packageHandler, Func<IAppSession, PackageHandlingException<T>, ValueTask<bool>>? errorHandler = null) => throw null!;
                public static ISuperSocketHostBuilder<T> ConfigureErrorHandler<T>(this ISuperSocketHostBuilder<T> hostBuilder, Func<IAppSession, PackageHandlingException<T>, ValueTask<bool>> errorHandler) => throw null!;
            }
        }

        namespace SuperSocket.WebSocket
        {
            public class WebSocketPackage { public string? Message { get; set; } }
        }

        namespace SuperSocket.WebSocket.Server
        {
            using SuperSocket.Connection;
            using SuperSocket.Server;
            using SuperSocket.Server.Abstractions.Host;

            public class WebSocketSession : AppSession
            {
                public virtual ValueTask SendAsync(WebSocketPackage message, CancellationToken cancellationToken = default) => default;
                public virtual ValueTask SendAsync(string message, CancellationToken cancellationToken = default) => default;
                public virtual ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => default;
                public ValueTask CloseAsync(CloseReason reason, string? reasonText = null, CancellationToken cancellationToken = default) => default;
                public override ValueTask CloseAsync(CloseReason closeReason) => default;
            }

            public static class WebSocketServerExtensions
            {
                public static ISuperSocketHostBuilder<WebSocketPackage> UseWebSocketMessageHandler(this ISuperSocketHostBuilder<WebSocketPackage> builder, Func<WebSocketSession, WebSocketPackage, ValueTask> handler) => throw null!;
                public static ISuperSocketHostBuilder<WebSocketPackage> UseWebSocketMessageHandler(this ISuperSocketHostBuilder<WebSocketPackage> builder, string protocol, Func<WebSocketSession, WebSocketPackage, ValueTask> handler) => throw null!;
            }
        }

        namespace SuperSocket.Client
        {
            using SuperSocket.ProtoBase;

            public delegate ValueTask PackageHandler<TReceivePackage>(EasyClient<TReceivePackage> sender, TReceivePackage package) where TReceivePackage : class;

            public interface IEasyClient : IDisposable, IAsyncDisposable
            {
                event EventHandler Closed;
                ValueTask<bool> ConnectAsync(EndPoint remoteEndPoint, CancellationToken cancellationToken = default);
                void StartReceive();
                ValueTask SendAsync(ReadOnlyMemory<byte> data);
                ValueTask SendAsync<TSendPackage>(IPackageEncoder<TSendPackage> packageEncoder, TSendPackage package);
                ValueTask CloseAsync();
            }

            public interface IEasyClient<TReceivePackage> : IEasyClient where TReceivePackage : class
            {
                event PackageHandler<TReceivePackage> PackageHandler;
                ValueTask<TReceivePackage> ReceiveAsync();
            }

            public interface IEasyClient<TReceivePackage, TSendPackage> : IEasyClient<TReceivePackage> where TReceivePackage : class
            {
                ValueTask SendAsync(TSendPackage package);
            }

            public abstract class EasyClient : IEasyClient
            {
                public event EventHandler Closed { add { } remove { } }
                ValueTask<bool> IEasyClient.ConnectAsync(EndPoint remoteEndPoint, CancellationToken cancellationToken) => default;
                void IEasyClient.StartReceive() { }
                ValueTask IEasyClient.SendAsync(ReadOnlyMemory<byte> data) => default;
                ValueTask IEasyClient.SendAsync<TSendPackage>(IPackageEncoder<TSendPackage> packageEncoder, TSendPackage package) => default;
                public virtual ValueTask CloseAsync() => default;
                public void Dispose() { }
                public ValueTask DisposeAsync() => default;
            }

            public class EasyClient<TReceivePackage> : EasyClient, IEasyClient<TReceivePackage> where TReceivePackage : class
            {
                public event PackageHandler<TReceivePackage> PackageHandler { add { } remove { } }
                ValueTask<TReceivePackage> IEasyClient<TReceivePackage>.ReceiveAsync() => default;
            }

            public class EasyClient<TPackage, TSendPackage> : EasyClient<TPackage>, IEasyClient<TPackage, TSendPackage> where TPackage : class
            {
                public virtual ValueTask SendAsync(TSendPackage package) => default;
            }
        }
        """;

    /// <summary>WatsonWebsocket.</summary>
    public const string WatsonWebsocket = """
        using System;
        using System.Collections.Specialized;
        using System.Net.WebSockets;
        using System.Threading;
        using System.Threading.Tasks;

        namespace WatsonWebsocket
        {
            public class ClientMetadata { public Guid Guid { get; set; } }
            public class MessageReceivedEventArgs : EventArgs { public ClientMetadata Client => throw null; public ArraySegment<byte> Data => default; }
            public class ConnectionEventArgs : EventArgs { public ClientMetadata Client => throw null; }
            public class DisconnectionEventArgs : EventArgs { public ClientMetadata Client => throw null; }

            public class WatsonWsServer : IDisposable
            {
                public WatsonWsServer(string hostname = "localhost", int port = 9000, bool ssl = false) { }
                public event EventHandler<ConnectionEventArgs> ClientConnected { add { } remove { } }
                public event EventHandler<DisconnectionEventArgs> ClientDisconnected { add { } remove { } }
                public event EventHandler<MessageReceivedEventArgs> MessageReceived { add { } remove { } }
                public void Start() { }
                public Task StartAsync(CancellationToken token = default) => throw null;
                public void Stop() { }
                public Task<bool> SendAsync(Guid guid, string data, WebSocketMessageType msgType = WebSocketMessageType.Text, CancellationToken token = default) => throw null;
                public Task<bool> SendAsync(Guid guid, byte[] data, WebSocketMessageType msgType = WebSocketMessageType.Binary, CancellationToken token = default) => throw null;
                public void DisconnectClient(Guid guid) { }
                public void Dispose() { }
            }

            public class WatsonWsClient : IDisposable
            {
                public WatsonWsClient(Uri uri, Guid guid = default) { }
                public bool Connected => false;
                public event EventHandler<MessageReceivedEventArgs> MessageReceived { add { } remove { } }
                public event EventHandler ServerConnected { add { } remove { } }
                public event EventHandler ServerDisconnected { add { } remove { } }
                public void Start(NameValueCollection headers = null) { }
                public Task StartAsync(NameValueCollection headers = null) => throw null;
                public bool StartWithTimeout(int timeout = 30, NameValueCollection headers = null, CancellationToken token = default) => false;
                public Task<bool> StartWithTimeoutAsync(int timeout = 30, NameValueCollection headers = null, CancellationToken token = default) => throw null;
                public void Stop() { }
                public void Stop(WebSocketCloseStatus closeCode, string reason) { }
                public Task StopAsync() => throw null;
                public Task StopAsync(WebSocketCloseStatus closeCode, string reason) => throw null;
                public Task<bool> SendAsync(string data, WebSocketMessageType msgType = WebSocketMessageType.Text, CancellationToken token = default) => throw null;
                public Task<bool> SendAsync(byte[] data, WebSocketMessageType msgType = WebSocketMessageType.Binary, CancellationToken token = default) => throw null;
                public Task<string> SendAndWaitAsync(string data, int timeout = 30, CancellationToken token = default) => throw null;
                public void Dispose() { }
            }
        }
        """;

    /// <summary>EmbedIO's WebSocket module.</summary>
    public const string EmbedIO = """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Net;
        using System.Threading;
        using System.Threading.Tasks;

        namespace EmbedIO
        {
            public abstract class WebModuleBase { protected WebModuleBase(string baseRoute) { } }
        }

        namespace EmbedIO.WebSockets
        {
            public enum CloseStatusCode : ushort { Normal = 1000 }
            public interface IWebSocketReceiveResult { int Count { get; } bool EndOfMessage { get; } int MessageType { get; } }

            public interface IWebSocket : IDisposable
            {
                System.Net.WebSockets.WebSocketState State { get; }
                Task SendAsync(byte[] buffer, bool isText, CancellationToken cancellationToken = default);
                Task CloseAsync(CancellationToken cancellationToken = default);
                Task CloseAsync(CloseStatusCode code, string? comment = null, CancellationToken cancellationToken = default);
            }

            public interface IWebSocketContext
            {
                string Id { get; }
                CancellationToken CancellationToken { get; }
                IPEndPoint RemoteEndPoint { get; }
                IWebSocket WebSocket { get; }
            }

            public abstract class WebSocketModule : WebModuleBase, IDisposable
            {
                protected WebSocketModule(string urlPath, bool enableConnectionWatchdog) : base(urlPath) { }
                protected IReadOnlyList<IWebSocketContext> ActiveContexts => throw null!;
                protected Task SendAsync(IWebSocketContext context, string payload) => throw null!;
                protected Task SendAsync(IWebSocketContext context, byte[] payload) => throw null!;
                protected Task BroadcastAsync(byte[] payload) => throw null!;
                protected Task BroadcastAsync(string payload) => throw null!;
                protected Task BroadcastAsync(string payload, Func<IWebSocketContext, bool>? selector) => throw null!;
                protected Task CloseAsync(IWebSocketContext context) => throw null!;
                protected abstract Task OnMessageReceivedAsync(IWebSocketContext context, byte[] buffer, IWebSocketReceiveResult result);
                protected virtual Task OnFrameReceivedAsync(IWebSocketContext context, byte[] buffer, IWebSocketReceiveResult result) => throw null!;
                protected virtual Task OnClientConnectedAsync(IWebSocketContext context) => throw null!;
                protected virtual Task OnClientDisconnectedAsync(IWebSocketContext context) => throw null!;
                public void Dispose() { }
            }
        }
        """;

    /// <summary>What the catalogue knows of libraries that hash passwords and decode pictures.</summary>
    public const string Computation = """
        using System;
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;

        namespace BCrypt.Net
        {
            public static class BCrypt
            {
                public static string HashPassword(string inputKey, int workFactor = 11) => throw null;
                public static string EnhancedHashPassword(string inputKey) => throw null;
                public static bool Verify(string text, string hash) => false;
                public static bool EnhancedVerify(string text, string hash) => false;
            }
        }

        namespace System.Drawing
        {
            public abstract class Image : IDisposable
            {
                public delegate bool GetThumbnailImageAbort();
                public static Image FromFile(string filename) => throw null;
                public static Image FromStream(Stream stream) => throw null;
                public Image GetThumbnailImage(int thumbWidth, int thumbHeight, GetThumbnailImageAbort callback, IntPtr callbackData) => throw null;
                public void Save(string filename) { }
                public void Dispose() { }
            }
        }

        namespace SixLabors.ImageSharp
        {
            public abstract class Image : IDisposable
            {
                public static Image Load(Stream stream) => throw null;
                public static Task<Image> LoadAsync(Stream stream, CancellationToken cancellationToken = default) => throw null;
                public void Dispose() { }
            }
        }

        namespace SixLabors.ImageSharp.Processing
        {
            public interface IImageProcessingContext { }
            public static class ProcessingExtensions
            {
                public static void Mutate(this Image source, Action<IImageProcessingContext> operation) { }
            }
        }

        namespace SkiaSharp
        {
            public struct SKImageInfo { }
            public struct SKSamplingOptions { }
            public class SKData { }
            public class SKBitmap
            {
                public static SKBitmap Decode(Stream stream) => throw null;
                public SKBitmap Resize(SKImageInfo info, SKSamplingOptions sampling) => throw null;
            }
            public class SKImage { public SKData Encode() => throw null; }
        }
        """;

    private const string Serialization = """
        using System;

        namespace MessagePack
        {
            public static class MessagePackSerializer { public static T Deserialize<T>(ReadOnlyMemory<byte> buffer) => throw null; }
        }

        namespace MemoryPack
        {
            public static class MemoryPackSerializer { public static T Deserialize<T>(ReadOnlySpan<byte> buffer) => throw null; }
        }

        namespace Google.Protobuf
        {
            public interface IMessage { }
            public class MessageParser { public IMessage ParseFrom(byte[] data) => throw null; }
            public class MessageParser<T> : MessageParser { public new T ParseFrom(byte[] data) => throw null; }
            public static class MessageExtensions { public static void MergeFrom(this IMessage message, byte[] data) { } }
        }

        namespace ProtoBuf
        {
            public static class Serializer { public static T Deserialize<T>(ReadOnlyMemory<byte> source) => throw null; }
        }

        namespace MongoDB.Bson.Serialization
        {
            public static class BsonSerializer { public static T Deserialize<T>(byte[] bytes) => throw null; }
        }
        """;

    // What the four WebSocket classes of NetCoreServer have in common.
    private const string NetCoreServerSocket = """

                public virtual bool Close(int status) => false;
                public long SendText(string text) => 0;
                public bool SendTextAsync(string text) => false;
                public long SendBinary(byte[] buffer) => 0;
                public bool SendBinaryAsync(byte[] buffer) => false;
                public long SendClose(int status, byte[] buffer) => 0;
                public bool SendCloseAsync(int status, byte[] buffer) => false;
                public long SendPing(byte[] buffer) => 0;
                public bool SendPingAsync(byte[] buffer) => false;
                public long SendPong(byte[] buffer) => 0;
                public bool SendPongAsync(byte[] buffer) => false;
                public string ReceiveText() => throw null;
                public Buffer ReceiveBinary() => throw null;
                public virtual void OnWsConnecting(HttpRequest request) { }
                public virtual bool OnWsConnecting(HttpRequest request, HttpResponse response) => true;
                public virtual void OnWsConnected(HttpRequest request) { }
                public virtual void OnWsConnected(HttpResponse response) { }
                public virtual void OnWsDisconnecting() { }
                public virtual void OnWsDisconnected() { }
                public virtual void OnWsReceived(byte[] buffer, long offset, long size) { }
                public virtual void OnWsClose(byte[] buffer, long offset, long size, int status = 1000) { }
                public virtual void OnWsPing(byte[] buffer, long offset, long size) { }
                public virtual void OnWsPong(byte[] buffer, long offset, long size) { }
                public virtual void OnWsError(string error) { }
                public virtual void OnWsError(SocketError error) { }
        """;

    /// <summary>Polly (https://www.pollydocs.org): no using directives, so that it can stand behind other code.</summary>
    public const string Polly = """
        namespace Polly.Retry
        {
            public interface IRetryPolicy { }
            public class AsyncRetryPolicy : AsyncPolicy, IRetryPolicy { }
        }

        namespace Polly.Timeout
        {
            public class AsyncTimeoutPolicy : AsyncPolicy { }
        }

        namespace Polly
        {
            public abstract class Policy { public void Execute(System.Action action) => action(); }
            public abstract class AsyncPolicy { public System.Threading.Tasks.Task ExecuteAsync(System.Func<System.Threading.Tasks.Task> action) => action(); }
            public abstract class AsyncPolicy<TResult> { public System.Threading.Tasks.Task<TResult> ExecuteAsync(System.Func<System.Threading.Tasks.Task<TResult>> action) => action(); }

            public sealed class ResiliencePipeline
            {
                public void Execute(System.Action callback) => callback();
                public System.Threading.Tasks.ValueTask ExecuteAsync(
                    System.Func<System.Threading.CancellationToken, System.Threading.Tasks.ValueTask> callback, System.Threading.CancellationToken cancellationToken = default) => callback(cancellationToken);
            }

            public sealed class ResiliencePipelineBuilder
            {
                public ResiliencePipelineBuilder AddRetry(int attempts) => this;
                public ResiliencePipelineBuilder AddTimeout(int seconds) => this;
                public ResiliencePipeline Build() => new();
            }
        }
        """;

    /// <summary>Library name → source text.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(Grpc)] = Grpc,
        [nameof(Fleck)] = Fleck,
        [nameof(WebSocketSharp)] = WebSocketSharp,
        [nameof(WebsocketClient)] = WebsocketClient,
        [nameof(Reactive)] = Reactive,
        [nameof(NetCoreServer)] = NetCoreServer,
        [nameof(SuperSocket)] = SuperSocket,
        [nameof(WatsonWebsocket)] = WatsonWebsocket,
        [nameof(EmbedIO)] = EmbedIO,
        [nameof(Computation)] = Computation,
        [nameof(Serialization)] = Serialization,
        [nameof(Polly)] = Polly,
    };
}
