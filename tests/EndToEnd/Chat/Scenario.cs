using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace WebSocketAnalyzers.EndToEnd.Chat;

/// <summary>The answer of GET /status.</summary>
internal sealed record Status(string[] Members, int BridgePort);

/// <summary>
/// Drives a running chat server and answers one question: can its members talk while others no longer read?
/// </summary>
/// <param name="server">Its address.</param>
/// <param name="sendTimeout">How long the server lets one member hold up one broadcast, and so its sender: its setting Chat:SendTimeout.</param>
/// <param name="limit">The longest a message may take otherwise.</param>
/// <param name="log">Takes the measured latencies.</param>
/// <param name="deadline">Ends the scenario.</param>
internal sealed class Scenario(Uri server, TimeSpan sendTimeout, TimeSpan limit, Action<string> log, CancellationToken deadline)
{
    private const int FloodMessageBytes = 60_000;
    private const int LeastFloodBytes = 12 * 1024 * 1024;
    private const int MostFloodBytes = 64 * 1024 * 1024;
    private const int Witnesses = 16;

    private readonly string _run = Guid.NewGuid().ToString("N")[..6];

    public async Task RunAsync()
    {
        var status = await StatusAsync();
        await using var alice = await Member.ConnectAsync(server, Name("alice"), deadline);
        await using var bob = await Member.ConnectAsync(server, Name("bob"), deadline);
        await TalkAsync(alice, bob, status.BridgePort);

        // Two that will not read, with members who joined before, between and after them.
        using var early = await SilentMember.ConnectAsync(server, Name("silent-early"), deadline);
        var witnesses = new List<Member>();
        await using var feeder = await Member.ConnectAsync(server, Name("feeder"), deadline);
        try
        {
            for (var i = 0; i < Witnesses; i++)
            {
                witnesses.Add(await Member.ConnectAsync(server, Name($"witness{i}"), deadline));
            }

            using var late = await SilentMember.ConnectAsync(server, Name("silent-late"), deadline);
            string[] silent = [early.Name, late.Name];
            await ExpectMembersAsync([alice.Name, bob.Name, feeder.Name, .. silent, .. witnesses.Select(w => w.Name)], []);

            // Until the silent ones are out, the witnesses talk to bob in turn: each speaks too seldom to wait for its own last message.
            using var flooded = CancellationTokenSource.CreateLinkedTokenSource(deadline);
            var watching = WatchAsync(witnesses, bob, flooded.Token);
            var exchanging = ExchangeAsync(alice, bob, 10_000, TimeSpan.FromMilliseconds(20), flooded.Token);
            var flooding = FloodAsync(feeder, silent);
            try
            {
                await await Task.WhenAny(flooding, watching, exchanging);
                await flooding;
            }
            finally
            {
                await flooded.CancelAsync();
            }

            var during = await watching;
            Report("witnesses to bob, while others do not read", during);
            Demand(during.Count >= 8, $"only {during.Count} messages were measured");
            Demand(during.Max() <= limit, $"a message needed {during.Max().TotalMilliseconds:F0} ms while others did not read, allowed are {limit.TotalMilliseconds:F0} ms");

            var pair = await exchanging;
            Report("alice and bob, while others do not read", pair);
            Demand(pair.Count >= 10, $"alice and bob exchanged only {pair.Count} messages");
            Demand(pair.Max() <= sendTimeout + limit, $"alice and bob waited {pair.Max().TotalMilliseconds:F0} ms for a message");

            var after = await ExchangeAsync(alice, bob, 100, TimeSpan.Zero, deadline);
            Report("alice and bob, afterwards", after);
            Demand(after.Max() <= limit, $"afterwards a message needed {after.Max().TotalMilliseconds:F0} ms");

            await ExpectMembersAsync([alice.Name, bob.Name, feeder.Name, .. witnesses.Select(w => w.Name)], silent);
        }
        finally
        {
            foreach (var witness in witnesses)
            {
                await witness.DisposeAsync();
            }
        }
    }

    /// <summary>The ordinary things: both see both, a whisper reaches one, a blocked word nobody, and a TCP client takes part.</summary>
    private async Task TalkAsync(Member alice, Member bob, int bridgePort)
    {
        await alice.SendAsync($"hello from {alice.Name}", deadline);
        await alice.ExpectAsync($"{alice.Name}: hello from {alice.Name}", deadline);
        await bob.ExpectAsync($"{alice.Name}: hello from {alice.Name}", deadline);
        await bob.SendAsync($"/msg {alice.Name} psst {_run}", deadline);
        await alice.ExpectAsync($"{bob.Name} whispers: psst {_run}", deadline);
        await bob.ExpectAsync($"you whisper to {alice.Name}: psst {_run}", deadline);
        await bob.SendAsync($"buy-now {_run}", deadline);
        await bob.ExpectAsync("* not delivered: blocked word", deadline);
        await TalkThroughHubAsync(alice, bob);

        if (bridgePort < 0)
        {
            log("talk: WebSockets and SignalR ok, the bridge is off");
            return;
        }

        var name = Name("carol");
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, bridgePort, deadline);
        using var reader = new StreamReader(tcp.GetStream());
        await using var writer = new StreamWriter(tcp.GetStream()) { AutoFlush = true, NewLine = "\n" };
        Demand(await reader.ReadLineAsync(deadline) == "name?", "the bridge did not ask for a name");
        await writer.WriteLineAsync(name.AsMemory(), deadline);
        await bob.ExpectAsync($"* {name} joined", deadline);
        await writer.WriteLineAsync($"hello from {name}".AsMemory(), deadline);
        await alice.ExpectAsync($"{name}: hello from {name}", deadline);
        await alice.SendAsync($"hello {name}", deadline);
        var sought = $"{alice.Name}: hello {name}";
        while (await reader.ReadLineAsync(deadline) is var line && line != sought)
        {
            Demand(line is not null, "the bridge hung up");
        }

        tcp.Close();
        await bob.ExpectAsync($"* {name} left", deadline);
        log("talk: WebSockets, SignalR and TCP ok");
    }

    /// <summary>A SignalR client in its JSON protocol: records end with U+001E, the first one picks the protocol.</summary>
    private async Task TalkThroughHubAsync(Member alice, Member bob)
    {
        var name = Name("dora");
        using var hub = new ClientWebSocket();
        await hub.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hub" }.Uri, deadline);
        await SendRecordAsync("""{"protocol":"json","version":1}""");
        await SendRecordAsync($$"""{"type":1,"target":"Say","arguments":["{{name}}","hello from {{name}}"]}""");
        await bob.ExpectAsync($"{name}: hello from {name}", deadline);
        await alice.SendAsync($"hello {name}", deadline);
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!(seen.ToString().Contains("\"history\"", StringComparison.Ordinal) && seen.ToString().Contains($"{alice.Name}: hello {name}", StringComparison.Ordinal)))
        {
            var part = await hub.ReceiveAsync(buffer.AsMemory(), deadline);
            Demand(part.MessageType != WebSocketMessageType.Close, "the hub hung up");
            seen.Append(Encoding.ASCII.GetString(buffer, 0, part.Count));
        }

        await hub.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline);

        async Task SendRecordAsync(string json) =>
            await hub.SendAsync(Encoding.UTF8.GetBytes(json + "\u001e"), WebSocketMessageType.Text, true, deadline);
    }

    /// <summary>Big messages, one after the other, until nobody can have room for them any more and the silent members are out.</summary>
    private async Task FloodAsync(Member feeder, string[] silent)
    {
        var sent = 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; ; i++)
        {
            var key = $"flood{i} ";
            await feeder.SendAsync(key.PadRight(FloodMessageBytes, 'x'), deadline);
            sent += FloodMessageBytes;
            await feeder.ExpectAsync($"{feeder.Name}: {key}", deadline);
            if (sent >= LeastFloodBytes && i % 10 == 0)
            {
                var members = (await StatusAsync()).Members;
                if (!silent.Any(members.Contains))
                {
                    log($"flood: {sent / 1e6:F1} MB in {clock.Elapsed.TotalSeconds:F1} s, the silent members are out");
                    return;
                }
            }

            Demand(sent < MostFloodBytes, $"after {sent / 1e6:F1} MB a member that reads nothing is still in: this run proves nothing");
        }
    }

    private async Task<List<TimeSpan>> WatchAsync(List<Member> witnesses, Member bob, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromMilliseconds(1600.0 / Witnesses);
        var arrivals = new List<Task<TimeSpan>>();
        for (var i = 0; !cancellation.IsCancellationRequested; i++)
        {
            var witness = witnesses[i % witnesses.Count];
            arrivals.Add(MeasureAsync(witness, bob, $"seen {i}"));
            foreach (var failed in arrivals.Where(a => a.IsFaulted))
            {
                await failed;
            }

            await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return [.. await Task.WhenAll(arrivals)];
    }

    private async Task<List<TimeSpan>> ExchangeAsync(Member one, Member other, int rounds, TimeSpan pause, CancellationToken cancellation)
    {
        var latencies = new List<TimeSpan>();
        for (var i = 0; i < rounds && !cancellation.IsCancellationRequested; i++)
        {
            latencies.Add(await MeasureAsync(one, other, $"ping {i} {rounds}"));
            latencies.Add(await MeasureAsync(other, one, $"pong {i} {rounds}"));
            await Task.Delay(pause, CancellationToken.None);
        }

        return latencies;
    }

    private async Task<TimeSpan> MeasureAsync(Member from, Member to, string text)
    {
        var clock = Stopwatch.StartNew();
        await from.SendAsync(text, deadline);
        await to.ExpectAsync($"{from.Name}: {text}", deadline);
        return clock.Elapsed;
    }

    private async Task ExpectMembersAsync(string[] present, string[] absent)
    {
        var members = (await StatusAsync()).Members;
        var lost = present.Except(members).ToList();
        Demand(lost.Count == 0, $"lost members: {string.Join(", ", lost)}");
        var left = absent.Intersect(members).ToList();
        Demand(left.Count == 0, $"still members: {string.Join(", ", left)}");
    }

    private async Task<Status> StatusAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            var status = await http.GetFromJsonAsync<Status>(new Uri(server, "/status"), deadline) ?? throw new ScenarioException("/status is empty");
            if (status.BridgePort != 0)
            {
                return status;
            }

            await Task.Delay(50, deadline);
        }
    }

    private string Name(string role) => $"{role}-{_run}";

    private void Report(string what, List<TimeSpan> latencies)
    {
        var sorted = latencies.Select(l => l.TotalMilliseconds).Order().ToList();
        if (sorted.Count > 0)
        {
            log($"{what}: n={sorted.Count} p50={sorted[sorted.Count / 2]:F1} ms p99={sorted[(sorted.Count - 1) * 99 / 100]:F1} ms max={sorted[^1]:F1} ms");
        }
    }

    private static void Demand(bool met, string otherwise)
    {
        if (!met)
        {
            throw new ScenarioException(otherwise);
        }
    }
}
