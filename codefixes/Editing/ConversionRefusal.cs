using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Why an edit cannot be made: a value, because the tests and the user interface distinguish the reasons.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Location">The code that stands in the way.</param>
/// <param name="SymbolName">The function or symbol that stands in the way, or null when the place has none.</param>
/// <param name="Inner">Why that function cannot change, when the obstacle is a caller; otherwise null.</param>
internal sealed record ConversionRefusal(RefusalKind Kind, Location Location, string? SymbolName, ConversionRefusal? Inner = null)
{
    /// <summary>The reason at the end of the chain of callers.</summary>
    public ConversionRefusal Root => Inner is null ? this : Inner.Root;

    /// <summary>One line for people: <c>CallerCannotAwait: Foo.Bar (Constructor)</c>.</summary>
    public override string ToString() =>
        Kind + (SymbolName is null ? "" : ": " + SymbolName) + (Inner is null ? "" : " (" + Inner + ")");
}

/// <summary>The reasons for which an edit is refused.</summary>
internal enum RefusalKind
{
    /// <summary>The code is not inside a function at all.</summary>
    NoFunction,
    /// <summary>A constructor, its initialiser or a primary constructor's base call.</summary>
    Constructor,
    /// <summary>A property, indexer or event accessor.</summary>
    Accessor,
    /// <summary>An operator or a conversion.</summary>
    Operator,
    /// <summary>A finalizer.</summary>
    Finalizer,
    /// <summary>A field, property or enum initialiser, or a default value.</summary>
    Initializer,
    /// <summary>An attribute's argument.</summary>
    Attribute,
    /// <summary>A method that uses <c>yield</c>.</summary>
    Iterator,
    /// <summary>A <c>ref</c>, <c>out</c> or <c>in</c> parameter or a by-reference return.</summary>
    ByReference,
    /// <summary>A span or other ref struct would have to live across the await.</summary>
    RefStruct,
    /// <summary>Inside a <c>lock</c>.</summary>
    Lock,
    /// <summary>Inside unsafe code.</summary>
    Unsafe,
    /// <summary>Inside a <c>fixed</c> statement.</summary>
    Fixed,
    /// <summary>Inside a catch filter.</summary>
    CatchFilter,
    /// <summary>Inside a query expression.</summary>
    Query,
    /// <summary>The lambda becomes an expression tree.</summary>
    ExpressionTree,
    /// <summary>The lambda is converted to a delegate that returns nothing: it would become <c>async void</c>.</summary>
    VoidDelegate,
    /// <summary>The lambda's delegate type wants the value itself, not a task of it.</summary>
    DelegateResult,
    /// <summary><c>Dispose</c> and the like: others call it and cannot await it.</summary>
    Dispose,
    /// <summary>The method is extern.</summary>
    Extern,
    /// <summary>The method is partial.</summary>
    Partial,
    /// <summary>An instance method of a mutable struct: an async method works on a copy.</summary>
    MutableStruct,
    /// <summary>The base or interface member, or another implementation, is not in source or cannot change with it.</summary>
    DeclaredElsewhere,
    /// <summary>The method is used as a method group and the delegate does not take the new return type.</summary>
    MethodGroup,
    /// <summary>A caller cannot await; <see cref="ConversionRefusal.Inner"/> says why.</summary>
    CallerCannotAwait,
    /// <summary>A framework calls the method by name or attribute and wants its present return type.</summary>
    Convention,
    /// <summary>The return type has no task form, or a <c>return</c> cannot be rewritten.</summary>
    ReturnType,
    /// <summary>A use that is not understood: dynamic, broken code, a generated document.</summary>
    UnknownUse,
    /// <summary>Another language uses the method.</summary>
    OtherLanguage,
    /// <summary>More functions would have to change than a fix may touch.</summary>
    TooManyFunctions,
    /// <summary>Inside a loop over connections: an await would make each wait for the one before.</summary>
    LoopOverConnections,
    /// <summary>The task ends only with its connection, or waits for the code that would await it.</summary>
    EndlessLoop,
    /// <summary>The task ends when the peer answers, however long that takes: who awaits it may wait for ever.</summary>
    EndlessWait,
    /// <summary>The node is not the shape the edit is about.</summary>
    NotThisShape,
    /// <summary>The result is used in a way the edit would change.</summary>
    ResultIsUsed,
    /// <summary>The wait ends after a time; awaiting with a limit would throw there instead of going on.</summary>
    TimedWait,
    /// <summary>The rewritten expression does not bind to what was meant.</summary>
    DoesNotBind,
    /// <summary>A surrounding catch of <c>AggregateException</c> would no longer see the failure.</summary>
    CatchesAggregate,
    /// <summary>There is nothing to pass or add.</summary>
    NothingInScope,
    /// <summary>The call already passes a token.</summary>
    HasToken,
    /// <summary>The local is assigned again or passed by reference.</summary>
    Reassigned,
    /// <summary>Labels and gotos, or a switch section, leave no room for another scope.</summary>
    Jumps,
    /// <summary>The lock protects more than the one connection.</summary>
    GuardsMore,
    /// <summary>Moving the code would change which variables it assigns, declares or jumps to.</summary>
    MovesVariables,
}
