using ChatServer.Bridge;
using ChatServer.Chat;
using ChatServer.Client;
using ChatServer.Hubs;

if (args is ["client", var address, ..])
{
    if (!Uri.TryCreate(address, UriKind.Absolute, out var server) || server.Scheme is not ("ws" or "wss"))
    {
        Console.Error.WriteLine("usage: client ws://HOST:PORT/ws?name=NAME");
        return 2;
    }

    return await ConsoleClient.RunAsync(server);
}

var builder = WebApplication.CreateBuilder(args);
builder.Services.Configure<ChatOptions>(builder.Configuration.GetSection("Chat"));
builder.Services.AddSingleton<ChatRoom>();
builder.Services.AddSingleton<ChatHistory>();
builder.Services.AddSingleton<Moderation>();
builder.Services.AddSingleton<NameRegistry>();
builder.Services.AddSingleton<TcpBridge>();
builder.Services.AddHostedService(services => services.GetRequiredService<TcpBridge>());
builder.Services.AddSignalR();

var app = builder.Build();
app.UseWebSockets(new WebSocketOptions
{
    KeepAliveInterval = TimeSpan.FromSeconds(15),
    KeepAliveTimeout = TimeSpan.FromSeconds(10),
});
app.Map("/ws", chat => chat.UseMiddleware<ChatMiddleware>());
app.MapHub<ChatHub>("/hub");
app.MapGet("/status", (ChatRoom room, TcpBridge bridge) => new { members = room.Names, bridgePort = bridge.Port });
app.MapGet("/healthz", async (TcpBridge bridge, CancellationToken cancellation) =>
    bridge.Port < 0 || await BridgeProbe.AnswersAsync(bridge.Port, cancellation)
        ? Results.Ok("healthy")
        : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
await app.RunAsync();
return 0;
