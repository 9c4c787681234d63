using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using Xunit;

namespace WebSocketAnalyzers.Tests.Connections.Catalogue;

public class CatalogueFormatTests
{
    [Theory]
    [InlineData("connection T:Acme.Link", ApiKind.Connection)]
    [InlineData("perconnection T:Acme.Session", ApiKind.PerConnection)]
    [InlineData("singleton T:Acme.Server", ApiKind.Singleton)]
    [InlineData("hub T:Acme.Hub", ApiKind.Hub)]
    [InlineData("connect M:Acme.Link.Open", ApiKind.Connect)]
    [InlineData("accept M:Acme.Server.Accept", ApiKind.Accept)]
    [InlineData("upgrade M:Acme.Request.Upgrade", ApiKind.Upgrade)]
    [InlineData("upgrade M:Acme.Request.Upgrade request", ApiKind.Upgrade)]
    [InlineData("send M:Acme.Link.Send", ApiKind.Send)]
    [InlineData("receive M:Acme.Link.Receive", ApiKind.Receive)]
    [InlineData("close M:Acme.Link.Close", ApiKind.Close)]
    [InlineData("creates M:Acme.Server.Accept", ApiKind.Creates)]
    [InlineData("disposes M:Acme.Link.Close", ApiKind.Disposes)]
    [InlineData("waits P:Acme.Promise.Value", ApiKind.Waits)]
    [InlineData("sleeps M:Acme.Clock.Pause", ApiKind.Sleeps)]
    [InlineData("blocks M:Acme.Link.Flush", ApiKind.Blocks)]
    [InlineData("cpu M:Acme.Image.Resize", ApiKind.Cpu)]
    [InlineData("handler M:Acme.Session.OnMessage", ApiKind.Handler)]
    [InlineData("callback M:Acme.Server.Listen", ApiKind.Callback)]
    [InlineData("request M:Acme.Server.Map handler", ApiKind.Request)]
    [InlineData("offload M:Acme.Queue.Post", ApiKind.Offload)]
    [InlineData("inline T:Acme.Sequence", ApiKind.Inline)]
    [InlineData("nonblocking T:Acme.MemoryLink", ApiKind.Nonblocking)]
    [InlineData("proxies T:Acme.IClients`1", ApiKind.Proxies)]
    public void Reads_every_keyword(string line, object kind) => Assert.Equal(kind, Single(line).Kind);

    [Theory]
    [InlineData("frobs M:Acme.Link.Send", nameof(CatalogueFormat.Error.UnknownKeyword), "frobs")]
    [InlineData("Send M:Acme.Link.Send", nameof(CatalogueFormat.Error.UnknownKeyword), "Send")]
    [InlineData("M:Acme.Link.Send", nameof(CatalogueFormat.Error.UnknownKeyword), "M:Acme.Link.Send")]
    [InlineData("send", nameof(CatalogueFormat.Error.MissingId), "send")]
    [InlineData("send Acme.Link.Send", nameof(CatalogueFormat.Error.MissingId), "Acme.Link.Send")]
    [InlineData("send M:", nameof(CatalogueFormat.Error.MissingId), "M:")]
    [InlineData("send M:1Acme", nameof(CatalogueFormat.Error.MissingId), "M:1Acme")]
    [InlineData("send F:Acme.Link.field", nameof(CatalogueFormat.Error.MissingId), "F:Acme.Link.field")]
    [InlineData("send T:Acme.Link", nameof(CatalogueFormat.Error.MissingId), "T:Acme.Link")]
    [InlineData("connection M:Acme.Link.Send", nameof(CatalogueFormat.Error.MissingId), "M:Acme.Link.Send")]
    [InlineData("send E:Acme.Link.Sent", nameof(CatalogueFormat.Error.MissingId), "E:Acme.Link.Sent")]
    [InlineData("hub E:Acme.Link.Sent", nameof(CatalogueFormat.Error.MissingId), "E:Acme.Link.Sent")]
    [InlineData("send M:Acme.Link.Send(System.String", nameof(CatalogueFormat.Error.UnbalancedId), "M:Acme.Link.Send(System.String")]
    [InlineData("send M:Acme.Link.Send)System.String(", nameof(CatalogueFormat.Error.UnbalancedId), "M:Acme.Link.Send)System.String(")]
    [InlineData("send M:Acme.Link.Send(System.Span{System.Byte)", nameof(CatalogueFormat.Error.UnbalancedId), "M:Acme.Link.Send(System.Span{System.Byte)")]
    [InlineData("send M:Acme.Link.Send(System.Byte[)", nameof(CatalogueFormat.Error.UnbalancedId), "M:Acme.Link.Send(System.Byte[)")]
    [InlineData("blocks M:Acme.Link.Flush ->", nameof(CatalogueFormat.Error.BadCounterpart), "->")]
    [InlineData("blocks M:Acme.Link.Flush -> FlushAsync", nameof(CatalogueFormat.Error.BadCounterpart), "FlushAsync")]
    [InlineData("blocks M:Acme.Link.Flush -> T:Acme.Link", nameof(CatalogueFormat.Error.BadCounterpart), "T:Acme.Link")]
    [InlineData("blocks M:Acme.Link.Flush -> M:Acme.Link.FlushAsync(", nameof(CatalogueFormat.Error.BadCounterpart), "M:Acme.Link.FlushAsync(")]
    [InlineData("send M:Acme.Link.Send -> M:Acme.Link.SendAsync", nameof(CatalogueFormat.Error.BadCounterpart), "M:Acme.Link.SendAsync")]
    [InlineData("send M:Acme.Link.Send quickly", nameof(CatalogueFormat.Error.UnexpectedWord), "quickly")]
    [InlineData("close M:Acme.Link.Close proxy", nameof(CatalogueFormat.Error.UnexpectedWord), "proxy")]
    [InlineData("upgrade M:Acme.Request.Upgrade proxy", nameof(CatalogueFormat.Error.UnexpectedWord), "proxy")]
    [InlineData("connection T:Acme.Link from T:Acme.Base", nameof(CatalogueFormat.Error.UnexpectedWord), "from")]
    [InlineData("blocks M:Acme.Link.Flush from", nameof(CatalogueFormat.Error.UnexpectedWord), "from")]
    [InlineData("blocks M:Acme.Link.Flush from M:Acme.Link.Open", nameof(CatalogueFormat.Error.UnexpectedWord), "from")]
    [InlineData("callback M:Acme.Server.Listen from", nameof(CatalogueFormat.Error.UnexpectedWord), "from")]
    [InlineData("callback M:Acme.Server.Listen on-message", nameof(CatalogueFormat.Error.UnexpectedWord), "on-message")]
    public void Names_what_is_wrong(string line, string error, string offender)
    {
        var (entries, badLines) = Parse(line);
        Assert.Empty(entries);
        var bad = Assert.Single(badLines);
        Assert.Equal((error, offender), (bad.Error.ToString(), bad.Text));
    }

    [Fact]
    public void Bad_lines_are_located_and_the_others_count()
    {
        var text = SourceText.From("""
            # Acme's links
            connection T:Acme.Link

              frobs M:Acme.Link.Send   # a typing error
            send       M:Acme.Link.Send
            blocks     M:Acme.Link.Flush ->
            """);
        var (entries, badLines) = CatalogueFormat.Parse(text);
        Assert.Equal(["T:Acme.Link", "M:Acme.Link.Send"], entries.Select(entry => entry.Id));
        Assert.Equal([3, 5], badLines.Select(bad => text.Lines.GetLineFromPosition(bad.Span.Start).LineNumber));
        Assert.All(badLines, bad => Assert.Equal(text.Lines.GetLineFromPosition(bad.Span.Start).Span, bad.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \t ")]
    [InlineData("# connection T:Acme.Link")]
    [InlineData("   # connection T:Acme.Link")]
    public void Empty_lines_and_comments_say_nothing(string line)
    {
        var (entries, badLines) = Parse(line);
        Assert.Empty(entries);
        Assert.Empty(badLines);
    }

    [Theory]
    [InlineData("send\tM:Acme.Link.Send\t# why")]
    [InlineData("send M:Acme.Link.Send #why")]
    [InlineData("  send   M:Acme.Link.Send  ")]
    public void White_space_and_trailing_comments_do_not_matter(string line) => Assert.Equal("M:Acme.Link.Send", Single(line).Id);

    [Theory]
    [InlineData("blocks M:Acme.Link.#ctor(System.String) # connects", "M:Acme.Link.#ctor(System.String)")]
    [InlineData("blocks M:Acme.Link..ctor(System.String)", "M:Acme.Link.#ctor(System.String)")]
    [InlineData("blocks M:Acme.Link..ctor", "M:Acme.Link.#ctor")]
    public void A_constructor_may_be_written_either_way(string line, string id)
    {
        var entry = Single(line);
        Assert.Equal((id, ".ctor"), (entry.Id, entry.MemberName));
    }

    [Fact]
    public void Lines_may_end_as_on_any_system()
    {
        var (entries, badLines) = Parse("connection T:Acme.Link\r\nsend M:Acme.Link.Send\rclose M:Acme.Link.Close\n");
        Assert.Equal(3, entries.Length);
        Assert.Empty(badLines);
    }

    [Fact]
    public void A_counterpart_stands_behind_the_arrow()
    {
        Assert.Equal("M:Acme.Link.FlushAsync", Single("blocks M:Acme.Link.Flush -> M:Acme.Link.FlushAsync").Counterpart);
        Assert.Null(Single("blocks M:Acme.Link.Flush").Counterpart);
    }

    [Fact]
    public void A_receiver_may_follow_everything_else()
    {
        var blocks = Single("blocks M:Acme.Query.ToList -> M:Acme.Query.ToListAsync from T:Acme.Table`1");
        Assert.Equal(("M:Acme.Query.ToListAsync", "T:Acme.Table`1"), (blocks.Counterpart, blocks.RequiredReceiver));

        var callback = Single("callback M:Acme.Source.Subscribe onNext onError from T:Acme.Link");
        Assert.Equal(["onNext", "onError"], callback.Parameters);
        Assert.Equal("T:Acme.Link", callback.RequiredReceiver);

        Assert.Equal("T:Acme.Link", Single("send M:Acme.Stream.Write from T:Acme.Link").RequiredReceiver);
        Assert.Null(Single("callback M:Acme.Source.Subscribe onNext").RequiredReceiver);
    }

    [Fact]
    public void A_send_may_be_one_of_a_datagram()
    {
        var entry = Single("send M:Acme.Beacon.Post datagram");
        Assert.Equal([ApiEntry.DatagramWord], entry.Words);
        Assert.True(entry.WaitsForNobody);
        Assert.False(Single("send M:Acme.Link.Post").WaitsForNobody);
    }

    [Fact]
    public void A_connect_may_be_quiet()
    {
        Assert.Equal([ApiEntry.QuietWord], Single("connect M:Acme.Client.Start quiet").Words);
        Assert.Empty(Single("connect M:Acme.Client.StartOrFail").Words);
    }

    [Fact]
    public void A_send_may_be_that_of_a_wrapper()
    {
        Assert.Equal(ApiKind.Wrapper, Single("wrapper T:Acme.FrameWriter").Kind);
        Assert.True(Single("send M:Acme.FrameWriter.Write wrapper").IsOfWrapper);
        Assert.False(Single("send M:Acme.FrameWriter.Write").IsOfWrapper);
    }

    [Fact]
    public void A_send_may_go_through_a_proxy()
    {
        Assert.Equal([ApiEntry.ProxyWord], Single("send M:Acme.Clients.Send proxy").Words);
        Assert.Empty(Single("send M:Acme.Clients.Send").Words);
    }

    [Fact]
    public void Callbacks_may_be_events_and_properties()
    {
        Assert.Equal("OnMessage", Single("callback E:Acme.Link.OnMessage").MemberName);
        Assert.Equal("OnMessage", Single("callback P:Acme.Link.OnMessage").MemberName);
        Assert.Equal("Elapsed", Single("offload E:Acme.Timer.Elapsed").MemberName);
    }

    [Theory]
    [InlineData("M:Acme.Link.Send", "M:Acme.Link.Send", true)]
    [InlineData("M:Acme.Link.Send", "M:Acme.Link.Send(System.String)", true)]
    [InlineData("M:Acme.Link.Send", "M:Acme.Link.Send``1(``0)", true)]
    [InlineData("M:Acme.Link.Send", "M:Acme.Link.SendAsync(System.String)", false)]
    [InlineData("M:Acme.Link.Send", "M:Acme.Link`1.Send(System.String)", false)]
    [InlineData("M:Acme.Link.Send(System.String)", "M:Acme.Link.Send(System.String)", true)]
    [InlineData("M:Acme.Link.Send(System.String)", "M:Acme.Link.Send", false)]
    [InlineData("M:Acme.Link.Send(System.String)", "M:Acme.Link.Send(System.String,System.Int32)", false)]
    [InlineData("M:Acme.Link.Send()", "M:Acme.Link.Send", true)]
    [InlineData("M:Acme.Link.Send()", "M:Acme.Link.Send(System.String)", false)]
    [InlineData("M:Acme.Link.Send()", "M:Acme.Link.Sen", false)]
    [InlineData("T:Acme.Link", "T:Acme.Link", true)]
    [InlineData("T:Acme.Link", "T:Acme.Link`1", false)]
    [InlineData("P:Acme.Link.Value", "P:Acme.Link.Value", true)]
    [InlineData("P:Acme.Link.Value", "P:Acme.Link.Value(System.Int32)", false)]
    [InlineData("E:Acme.Link.Closed", "E:Acme.Link.Closed", true)]
    public void An_id_matches_what_it_says(string id, string documentationId, bool matches) =>
        Assert.Equal(matches, new ApiEntry(ApiKind.Send, id, null, []).Matches(documentationId));

    [Theory]
    [InlineData("M:Acme.Link.Send(System.Collections.Generic.List{System.String})", "Send")]
    [InlineData("M:Acme.Link`1.Send``2(``0,`0)", "Send")]
    [InlineData("M:Acme.Link.Send()", "Send")]
    [InlineData("P:Acme.Link`1.Value", "Value")]
    [InlineData("T:Acme.Link`1", "Link")]
    [InlineData("T:Acme.Link`1.Frame", "Frame")]
    [InlineData("T:Link", "Link")]
    [InlineData("M:Acme.Link.#ctor", ".ctor")]
    [InlineData("M:Acme.Link`1.#ctor(`0)", ".ctor")]
    public void An_entry_is_found_by_its_members_name(string id, string name) =>
        Assert.Equal(name, new ApiEntry(ApiKind.Send, id, null, []).MemberName);

    [Theory]
    [InlineData("/repo/WebSocketAnalyzers.txt", true)]
    [InlineData("/repo/WebSocketAnalyzers.Acme.txt", true)]
    [InlineData("/repo/websocketanalyzers.acme.TXT", true)]
    [InlineData("/repo/BannedSymbols.txt", false)]
    [InlineData("/repo/WebSocketAnalyzers/notes.txt", false)]
    [InlineData("/repo/WebSocketAnalyzers.md", false)]
    public void A_users_file_is_known_by_its_name(string path, bool expected) => Assert.Equal(expected, CatalogueFormat.IsUserFile(path));

    [Fact]
    public void A_users_facts_join_the_built_in_ones()
    {
        var facts = Parse("send M:Acme.Link.Transmit").Entries;
        var catalogue = ApiCatalogue.BuiltIn.With(facts);
        Assert.True(catalogue.Knows("Transmit"));
        Assert.True(catalogue.Knows("ReceiveAsync"));
        Assert.False(ApiCatalogue.BuiltIn.Knows("Transmit"));
        Assert.Equal(facts, catalogue.About("Transmit"));
        Assert.Empty(catalogue.About("NoSuchMember"));
        Assert.Same(ApiCatalogue.BuiltIn, ApiCatalogue.BuiltIn.With([]));
    }

    private static ApiEntry Single(string line)
    {
        var (entries, badLines) = Parse(line);
        Assert.Empty(badLines);
        return Assert.Single(entries);
    }

    private static (System.Collections.Immutable.ImmutableArray<ApiEntry> Entries, System.Collections.Immutable.ImmutableArray<CatalogueFormat.BadLine> BadLines) Parse(string text) =>
        CatalogueFormat.Parse(SourceText.From(text));
}
