namespace WebSocketAnalyzers.Connections;

/// <summary>What a catalogue line says an API does. One flag per keyword of the format.</summary>
[Flags]
internal enum ApiKind : long
{
    /// <summary>Nothing catalogued.</summary>
    None = 0,

    /// <summary><c>connection T:</c> a long-lived connection, or one end of it.</summary>
    Connection = 1 << 0,

    /// <summary><c>perconnection T:</c> one instance serves one connection.</summary>
    PerConnection = 1 << 1,

    /// <summary><c>singleton T:</c> one instance serves the whole process.</summary>
    Singleton = 1 << 2,

    /// <summary><c>hub T:</c> every public method of a derived class runs for the connection that calls it.</summary>
    Hub = 1 << 3,

    /// <summary><c>connect M:</c> opens a connection.</summary>
    Connect = 1 << 4,

    /// <summary><c>accept M:</c> waits for the next incoming connection.</summary>
    Accept = 1 << 5,

    /// <summary><c>upgrade M:</c> turns the request being served into a connection, so the body that calls it serves that connection.</summary>
    Upgrade = 1 << 6,

    /// <summary><c>send M:</c> sends on a connection.</summary>
    Send = 1 << 7,

    /// <summary><c>receive M:</c> receives from a connection.</summary>
    Receive = 1 << 8,

    /// <summary><c>close M:</c> closes a connection.</summary>
    Close = 1 << 9,

    /// <summary><c>creates M:</c> returns a connection that the caller has to dispose; <c>creates T:</c> every call that returns this type does.</summary>
    Creates = 1 << 10,

    /// <summary><c>disposes M:</c> disposes the connection it is called on, under another name than Dispose.</summary>
    Disposes = 1 << 11,

    /// <summary><c>waits M:/P:</c> blocks the thread on a task.</summary>
    Waits = 1 << 12,

    /// <summary><c>sleeps M:</c> blocks the thread for a time.</summary>
    Sleeps = 1 << 13,

    /// <summary><c>blocks M:/P:</c> blocks the thread otherwise; a counterpart after the arrow is the asynchronous way.</summary>
    Blocks = 1 << 14,

    /// <summary><c>cpu M:</c> computes for long.</summary>
    Cpu = 1 << 15,

    /// <summary><c>handler M:</c> runs for a connection when overridden or implemented.</summary>
    Handler = 1 << 16,

    /// <summary><c>callback M:/P:/E: [parameter...]</c> runs the delegate it is given (the property's value, the event's listener) once per connection or per message.</summary>
    Callback = 1 << 17,

    /// <summary><c>offload M:/P:/E: [parameter...]</c> runs the delegate it is given elsewhere.</summary>
    Offload = 1 << 18,

    /// <summary><c>inline M:/T:</c> runs the delegate it is given before it returns, on the caller's thread.</summary>
    Inline = 1 << 19,

    /// <summary><c>nonblocking T:</c> an implementation whose synchronous calls complete at once, such as a stream in memory.</summary>
    Nonblocking = 1 << 20,

    /// <summary><c>acquires M:</c> waits for the lock it is called on.</summary>
    Acquires = 1 << 21,

    /// <summary><c>releases M:</c> gives back the lock it is called on.</summary>
    Releases = 1 << 22,

    /// <summary><c>request M: [parameter...]</c> runs the delegate it is given once per request, which serves a connection only when it does something on one.</summary>
    Request = 1 << 23,

    /// <summary><c>proxies T:</c> hands out stand-ins for remote clients: every call on such a stand-in sends.</summary>
    Proxies = 1 << 24,

    /// <summary><c>decodes M:</c> takes bytes for a whole text or object: a piece of a message gives a piece of it, or an error.</summary>
    Decodes = 1 << 25,

    /// <summary><c>pings P:</c> how often a connection sends a sign of life.</summary>
    Pings = 1 << 26,

    /// <summary><c>pongs P:</c> how long a connection waits for the peer's sign of life.</summary>
    Pongs = 1 << 27,

    /// <summary><c>synchronoustimeout P:</c> a limit for the synchronous calls of a connection, and only for those.</summary>
    SynchronousTimeout = 1 << 28,

    /// <summary><c>onewriter T:</c> takes one write at a time: a second one throws, or mixes its bytes with those of the first.</summary>
    OneWriter = 1 << 29,

    /// <summary><c>onesend T:</c> is documented to take one send at a time.</summary>
    OneSend = 1 << 30,

    /// <summary><c>retries M: [member..]</c> runs the delegate it is given again when it fails; with a member, on objects whose initialiser calls that member.</summary>
    Retries = 1L << 31,

    /// <summary><c>wrapper T:</c> is made over a stream, the first argument of its constructor, and passes on what it is given.</summary>
    Wrapper = 1L << 32,

    /// <summary>Any setting of a connection.</summary>
    AnySetting = Pings | Pongs | SynchronousTimeout,

    /// <summary>Any way of blocking the thread.</summary>
    AnyBlocking = Waits | Sleeps | Blocks,

    /// <summary>Any I/O on a connection.</summary>
    AnyConnectionIO = Connect | Accept | Upgrade | Send | Receive | Close,
}
