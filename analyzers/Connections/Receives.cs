using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>How much of what the peer sent one receive hands back.</summary>
internal enum ReceivedUnit
{
    /// <summary>A whole message, or something of which the catalogue does not know more.</summary>
    Whole,

    /// <summary>Up to a buffer of a message; whether that was its end stands in <c>EndOfMessage</c> of the result.</summary>
    Fragment,

    /// <summary>Up to a buffer of a stream of bytes; the result is their number, 0 at the end.</summary>
    Bytes,
}

/// <summary>A call that receives.</summary>
/// <param name="Call">The invocation.</param>
/// <param name="Unit">How much it hands back.</param>
/// <param name="Connection">The object it is made on, or null when it is static or takes none.</param>
/// <param name="Buffer">The argument that is filled, or null when the call takes none.</param>
/// <param name="IsCatalogued">Whether the call itself receives; false when it is of a method that hands on the result of a receive.</param>
internal sealed record Receive(IInvocationOperation Call, ReceivedUnit Unit, IOperation? Connection, IOperation? Buffer, bool IsCatalogued);

/// <summary>Which calls receive, by the catalogue and by what they give: a type with <c>EndOfMessage</c> is a piece of a message, whoever hands it on.</summary>
internal sealed class Receives
{
    private const string EndOfMessage = "EndOfMessage";

    private readonly Apis _apis;
    private readonly SourceMethods _methods;
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _fragments = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _reassembles = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<SyntaxNode, ReceivedMessage> _messages = new();
    private readonly ValueUses _uses;

    public Receives(Apis apis, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _methods = methods;
        _uses = new ValueUses(methods, summaries);
    }

    /// <summary>The receive that the call is, or null.</summary>
    public Receive? At(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var given = Given(call.TargetMethod.ReturnType);
        if (_apis.Catalogue.Knows(call.TargetMethod.Name) && _apis.Of(call).Is(ApiKind.Receive))
            return new Receive(call, UnitOf(given), call.Receiver(), BufferOf(call), true);
        if (given is not INamedTypeSymbol { SpecialType: SpecialType.None } || !IsFragment(given))
            return null;
        // A method that reads on until the end of the message gives whole messages; what nobody can see may do so, unless it fills the caller's buffer.
        var buffer = BufferOf(call);
        var isWhole = _methods.Target(call, cancellationToken) is { } target ? Reassembles(target, cancellationToken) : buffer is null;
        return new Receive(call, isWhole ? ReceivedUnit.Whole : ReceivedUnit.Fragment, call.Receiver(), buffer, false);
    }

    /// <summary>What becomes of the result and of the data of a receive.</summary>
    public ReceivedMessage MessageOf(Receive receive, CancellationToken cancellationToken) =>
        _messages.TryGetValue(receive.Call.Syntax, out var known)
            ? known
            : _messages.GetOrAdd(receive.Call.Syntax, ReceivedMessage.Read(receive, _uses, _apis, cancellationToken));

    /// <summary>Where the text that a fragment is decoded to becomes part of a message, or null.</summary>
    public IOperation? JoinedAt(IInvocationOperation decode, CancellationToken cancellationToken) => FragmentText.JoinedAt(decode, _uses, _apis, cancellationToken);

    /// <summary>All uses of what a receive gives.</summary>
    public ImmutableArray<ValueUse> UsesOfResult(Receive receive, CancellationToken cancellationToken) => _uses.Of(receive.Call, static _ => null, cancellationToken);

    /// <summary>Whether values of the type describe a piece of a message.</summary>
    public bool IsFragment(ITypeSymbol type) =>
        _fragments.TryGetValue(type.OriginalDefinition, out var known) ? known : _fragments.GetOrAdd(type.OriginalDefinition, HasEndOfMessage(type.OriginalDefinition));

    /// <summary>What awaiting the type, or the value itself, gives.</summary>
    public static ITypeSymbol Given(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } arguments } && type.IsTaskLike() ? arguments[0] : type;

    private ReceivedUnit UnitOf(ITypeSymbol given) =>
        given.SpecialType == SpecialType.System_Int32 ? ReceivedUnit.Bytes : IsFragment(given) ? ReceivedUnit.Fragment : ReceivedUnit.Whole;

    private static bool HasEndOfMessage(ITypeSymbol type)
    {
        foreach (var current in type.SelfAndBaseTypes())
        {
            foreach (var member in current.GetMembers(EndOfMessage))
            {
                if (member is IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean, IsStatic: false } or IFieldSymbol { Type.SpecialType: SpecialType.System_Boolean, IsStatic: false })
                    return true;
            }
        }

        return false;
    }

    /// <summary>The argument that the call fills with bytes, or null.</summary>
    public static IOperation? BufferOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Type: var type } && IsBuffer(type) && !(call.TargetMethod.IsExtensionMethod && argument.Parameter.Ordinal == 0))
                return argument.Value;
        }

        return null;
    }

    /// <summary>Whether bytes can be put into values of the type.</summary>
    private static bool IsBuffer(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.SpecialType == SpecialType.System_Byte,
        INamedTypeSymbol { Name: "ArraySegment" or "Memory" or "Span", TypeArguments: { Length: 1 } arguments } => arguments[0].SpecialType == SpecialType.System_Byte,
        _ => false,
    };

    private bool Reassembles(IMethodSymbol method, CancellationToken cancellationToken) =>
        _reassembles.TryGetValue(method, out var known) ? known : _reassembles.GetOrAdd(method, AsksForEndOfMessage(method, cancellationToken));

    private static bool AsksForEndOfMessage(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (Bodies.Of(method, cancellationToken) is not { } body)
            return false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: EndOfMessage })
                return true;
        }

        return false;
    }
}
