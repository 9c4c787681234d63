using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace WebSocketAnalyzers.Connections;

/// <summary>
/// The text format of the API catalogue: one fact a line, <c>keyword id [-&gt; id] [word...] [from T:id|P:id]</c>, a comment from white space + <c>#</c> to the end of the line.
/// </summary>
internal static class CatalogueFormat
{
    /// <summary>Files with this beginning of the name, given as AdditionalFiles, extend the catalogue.</summary>
    public const string UserFilePrefix = "WebSocketAnalyzers";

    /// <summary>The ending such a file must have.</summary>
    public const string UserFileExtension = ".txt";

    private static readonly Dictionary<string, ApiKind> Keywords = new(StringComparer.Ordinal)
    {
        ["connection"] = ApiKind.Connection,
        ["perconnection"] = ApiKind.PerConnection,
        ["singleton"] = ApiKind.Singleton,
        ["hub"] = ApiKind.Hub,
        ["connect"] = ApiKind.Connect,
        ["accept"] = ApiKind.Accept,
        ["upgrade"] = ApiKind.Upgrade,
        ["send"] = ApiKind.Send,
        ["receive"] = ApiKind.Receive,
        ["close"] = ApiKind.Close,
        ["creates"] = ApiKind.Creates,
        ["disposes"] = ApiKind.Disposes,
        ["waits"] = ApiKind.Waits,
        ["sleeps"] = ApiKind.Sleeps,
        ["blocks"] = ApiKind.Blocks,
        ["cpu"] = ApiKind.Cpu,
        ["handler"] = ApiKind.Handler,
        ["callback"] = ApiKind.Callback,
        ["request"] = ApiKind.Request,
        ["offload"] = ApiKind.Offload,
        ["inline"] = ApiKind.Inline,
        ["nonblocking"] = ApiKind.Nonblocking,
        ["acquires"] = ApiKind.Acquires,
        ["releases"] = ApiKind.Releases,
        ["proxies"] = ApiKind.Proxies,
        ["decodes"] = ApiKind.Decodes,
        ["pings"] = ApiKind.Pings,
        ["pongs"] = ApiKind.Pongs,
        ["synchronoustimeout"] = ApiKind.SynchronousTimeout,
        ["onewriter"] = ApiKind.OneWriter,
        ["onesend"] = ApiKind.OneSend,
        ["retries"] = ApiKind.Retries,
        ["wrapper"] = ApiKind.Wrapper,
    };

    private const ApiKind AboutTypes = ApiKind.Connection | ApiKind.PerConnection | ApiKind.Singleton | ApiKind.Hub | ApiKind.Nonblocking | ApiKind.Proxies | ApiKind.OneWriter | ApiKind.OneSend
        | ApiKind.Wrapper;
    private const ApiKind AboutBoth = ApiKind.Inline | ApiKind.Creates;
    private const ApiKind WithCounterpart = ApiKind.Blocks | ApiKind.Sleeps | ApiKind.Waits | ApiKind.Cpu;

    /// <summary>Why a line cannot be read. Each value has a text of its own in Texts.resx, <c>CatalogueError_</c> + the name.</summary>
    public enum Error
    {
        /// <summary>The first word is none of the keywords.</summary>
        UnknownKeyword,

        /// <summary>The keyword is not followed by a documentation-comment id of a kind that it takes.</summary>
        MissingId,

        /// <summary>An id's parentheses or braces do not match.</summary>
        UnbalancedId,

        /// <summary>An arrow without an id behind it, or behind a keyword that has no counterpart.</summary>
        BadCounterpart,

        /// <summary>Words behind the id that this keyword does not take.</summary>
        UnexpectedWord,
    }

    /// <summary>A line that could not be read.</summary>
    /// <param name="Span">Its span in the file.</param>
    /// <param name="Error">What is wrong with it.</param>
    /// <param name="Text">The offending word, for the message.</param>
    public sealed record BadLine(TextSpan Span, Error Error, string Text);

    /// <summary>Reads all lines; bad ones are set aside and the others count.</summary>
    public static (ImmutableArray<ApiEntry> Entries, ImmutableArray<BadLine> BadLines) Parse(SourceText text)
    {
        var entries = ImmutableArray.CreateBuilder<ApiEntry>();
        var badLines = ImmutableArray.CreateBuilder<BadLine>();
        foreach (var line in text.Lines)
        {
            var content = WithoutComment(line.ToString()).Trim();
            if (content.Length == 0)
                continue;
            if (ParseLine(content, out var entry, out var error, out var offender))
                entries.Add(entry!);
            else
                badLines.Add(new BadLine(line.Span, error, offender));
        }

        return (entries.ToImmutable(), badLines.ToImmutable());
    }

    /// <summary>Whether a file of this path extends the catalogue.</summary>
    public static bool IsUserFile(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith(UserFilePrefix, StringComparison.OrdinalIgnoreCase)
            && name.EndsWith(UserFileExtension, StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutComment(string line)
    {
        // '#' alone does not start a comment: M:Foo.#ctor(..) is one id.
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line.Substring(0, i);
        }

        return line;
    }

    private static bool ParseLine(string content, out ApiEntry? entry, out Error error, out string offender)
    {
        entry = null;
        var words = content.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        offender = words[0];
        error = Error.UnknownKeyword;
        if (!Keywords.TryGetValue(words[0], out var kind))
            return false;

        error = Error.MissingId;
        offender = words.Length > 1 ? words[1] : words[0];
        if (words.Length < 2 || !IsIdFor(kind, words[1]))
            return false;

        error = Error.UnbalancedId;
        if (!IsBalanced(words[1]))
            return false;

        var next = 2;
        string? counterpart = null;
        if (words.Length > next && words[next] == "->")
        {
            error = Error.BadCounterpart;
            offender = words.Length > next + 1 ? words[next + 1] : words[next];
            if ((kind & WithCounterpart) == 0 || words.Length < next + 2 || !IsIdFor(kind, words[next + 1]) || !IsBalanced(words[next + 1]))
                return false;
            counterpart = Normalise(words[next + 1]);
            next += 2;
        }

        var rest = words.Skip(next).ToImmutableArray();
        error = Error.UnexpectedWord;
        offender = rest.FirstOrDefault() ?? "";
        if (!AcceptsWords(kind, rest))
            return false;

        entry = new ApiEntry(kind, Normalise(words[1]), counterpart, rest);
        return true;
    }

    private static bool AcceptsWords(ApiKind kind, ImmutableArray<string> words)
    {
        if ((kind & AboutTypes) == 0 && words.Length >= 2 && words[words.Length - 2] == ApiEntry.FromWord)
        {
            var receiver = words[words.Length - 1];
            if (!IsId(receiver) || receiver[0] is not ('T' or 'P') || !IsBalanced(receiver))
                return false;
            words = words.RemoveRange(words.Length - 2, 2);
        }

        return kind switch
        {
            _ when words.IsEmpty => true,
            ApiKind.Callback or ApiKind.Request or ApiKind.Offload or ApiKind.Inline or ApiKind.Retries => words.All(IsName),
            ApiKind.Accept or ApiKind.Upgrade => words.Length == 1 && words[0] == ApiEntry.RequestWord,
            ApiKind.Send => words.Length == 1 && words[0] is ApiEntry.ProxyWord or ApiEntry.DatagramWord or ApiEntry.WrapperWord,
            ApiKind.Connect => words.Length == 1 && words[0] is ApiEntry.EndlessWord or ApiEntry.SystemWord or ApiEntry.QuietWord,
            ApiKind.Acquires => words.Length == 1 && words[0] == ApiEntry.ThreadWord,
            ApiKind.Close => words.Length == 1 && words[0] == ApiEntry.EndlessWord,
            _ => false,
        };
    }

    private static bool IsName(string word) => word != ApiEntry.FromWord && word.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static bool IsIdFor(ApiKind kind, string word) => IsId(word) && word[0] switch
    {
        'T' => (kind & (AboutTypes | AboutBoth)) != 0,
        'E' => (kind & (ApiKind.Callback | ApiKind.Offload)) != 0,
        _ => (kind & AboutTypes) == 0,
    };

    private static bool IsId(string word) =>
        word.Length > 2 && word[0] is 'T' or 'M' or 'P' or 'E' && word[1] == ':' && (char.IsLetter(word[2]) || word[2] == '_');

    /// <summary>Writes <c>.ctor</c>, which .editorconfig files need because they cut values at '#', as documentation ids do.</summary>
    private static string Normalise(string id) => id.Replace("..ctor", ".#ctor");

    private static bool IsBalanced(string id)
    {
        int round = 0, curly = 0, square = 0;
        foreach (var c in id)
        {
            round += c == '(' ? 1 : c == ')' ? -1 : 0;
            curly += c == '{' ? 1 : c == '}' ? -1 : 0;
            square += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (round < 0 || curly < 0 || square < 0)
                return false;
        }

        return round == 0 && curly == 0 && square == 0;
    }
}
