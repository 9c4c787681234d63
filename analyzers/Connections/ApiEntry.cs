using System.Collections.Immutable;

namespace WebSocketAnalyzers.Connections;

/// <summary>One fact of the API catalogue: text only, so that it outlives any compilation.</summary>
/// <param name="Kind">What the API does: exactly one flag.</param>
/// <param name="Id">The documentation-comment id. An <c>M:</c> id without a parameter list means every overload; one that ends with <c>()</c> means the overload without parameters alone.</param>
/// <param name="Counterpart">The id of the asynchronous way to do the same, or null when there is none.</param>
/// <param name="Words">What stands behind the ids, such as the names of a callback's delegate parameters.</param>
internal sealed record ApiEntry(ApiKind Kind, string Id, string? Counterpart, ImmutableArray<string> Words)
{
    /// <summary>
    /// The word that limits a line to calls on the type that follows, for a member that the type only inherits or that extends it: the receiver, or a value that the
    /// receiver's call chain starts from, is of that type or a derived one. Behind it may stand a property as well: the receiver is read from that one.
    /// </summary>
    public const string FromWord = "from";

    /// <summary>
    /// The word that marks an accept of requests, of which only those that are upgraded become connections, and an upgrade whose connection ends with the code that serves the request.
    /// </summary>
    public const string RequestWord = "request";

    /// <summary>The word that marks a connect or close that waits for its peer as long as it takes, unless the caller's token ends it.</summary>
    public const string EndlessWord = "endless";

    /// <summary>The word that marks a connect that the operating system gives up, after tens of seconds or minutes.</summary>
    public const string SystemWord = "system";

    /// <summary>The word that marks a connect whose task does not fail: that it could not connect comes up elsewhere, and nobody has to look at the task.</summary>
    public const string QuietWord = "quiet";

    /// <summary>The word that marks a lock which belongs to the thread that takes it.</summary>
    public const string ThreadWord = "thread";

    private const string NoParameters = "()";

    /// <summary>The word that marks a send through a hub's client proxies, which SignalR buffers itself.</summary>
    public const string ProxyWord = "proxy";

    /// <summary>The word that marks a send of a datagram: the system takes it at once, and it may get lost on the way in any case.</summary>
    public const string DatagramWord = "datagram";

    /// <summary>The word that marks a send which is one only where the wrapper that it is called on is made over a connection.</summary>
    public const string WrapperWord = "wrapper";

    /// <summary>Whether the line holds only for wrappers of connections.</summary>
    public bool IsOfWrapper => Words.Contains(WrapperWord);

    /// <summary>Whether this is a send that waits for no peer, because somebody buffers what it sends or it is sent at once.</summary>
    public bool WaitsForNobody => Words.Contains(ProxyWord) || Words.Contains(DatagramWord);

    /// <summary>The member's name as symbols carry it (<c>.ctor</c> for constructors); for a <c>T:</c> id the type's name.</summary>
    public string MemberName { get; } = NameIn(Id);

    /// <summary>The simple name of the type that has the member, or that the words limit it to; for a <c>T:</c> id the type's own name.</summary>
    public string ContainingTypeName => IsType ? MemberName : RequiredReceiver is { } receiver ? NameIn(receiver[0] == 'T' ? receiver : TypeIn(receiver)) : NameIn(TypeIn(Id));

    /// <summary>Whether this is about a type, not a member.</summary>
    public bool IsType => Id[0] == 'T';

    /// <summary>The <c>T:</c> or <c>P:</c> id that the words require of the receiver (see <see cref="FromWord"/>), or null.</summary>
    public string? RequiredReceiver =>
        Words.Length >= 2 && Words[Words.Length - 2] == FromWord ? Words[Words.Length - 1] : null;

    /// <summary>The names of the delegate parameters that a <c>callback</c>, <c>offload</c> or <c>inline</c> line is about; empty when it is about all of them.</summary>
    public ImmutableArray<string> Parameters => RequiredReceiver is null ? Words : Words.RemoveRange(Words.Length - 2, 2);

    /// <summary>Whether <paramref name="documentationId"/>, of a member or type definition, is the one meant here.</summary>
    public bool Matches(string documentationId)
    {
        // The compiler writes a method without parameters as it writes "every overload" here, hence the format's own "()".
        if (Id.EndsWith(NoParameters, StringComparison.Ordinal))
            return documentationId.Length == Id.Length - NoParameters.Length && Id.StartsWith(documentationId, StringComparison.Ordinal);
        if (!documentationId.StartsWith(Id, StringComparison.Ordinal))
            return false;
        if (documentationId.Length == Id.Length)
            return true;
        // M:Type.Name stands for M:Type.Name(..) and for the generic M:Type.Name``1(..).
        return Id[0] == 'M' && documentationId[Id.Length] is '(' or '`' && !Id.Contains('(');
    }

    private static string TypeIn(string id)
    {
        var end = id.IndexOf('(');
        var member = id.LastIndexOf('.', (end < 0 ? id.Length : end) - 1);
        return member < 0 ? id : id.Substring(0, member);
    }

    private static string NameIn(string id)
    {
        var end = id.IndexOf('(');
        if (end < 0)
            end = id.Length;
        var start = id.LastIndexOf('.', end - 1) + 1;
        // ".ctor" carries a dot of its own.
        if (start >= 2 && id[start - 2] == '.')
            start--;
        if (start == 0)
            start = 2;
        var tick = id.IndexOf('`', start, end - start);
        var name = id.Substring(start, (tick < 0 ? end : tick) - start);
        return name == "#ctor" ? ".ctor" : name;
    }
}
