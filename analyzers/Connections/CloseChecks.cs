using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Whether a receive notices that the peer closes, and whether anybody answers.</summary>
internal sealed class CloseChecks
{
    private const string WebSockets = "M:System.Net.WebSockets.";

    /// <summary>The value of <c>WebSocketMessageType.Close</c>.</summary>
    private const int Close = 2;

    /// <summary>The value of <c>WebSocketState.Open</c>.</summary>
    private const int Open = 2;

    private static readonly HashSet<string> NamesOfCloses = new(
        ApiCatalogue.BuiltIn.Entries.Where(static entry => entry.Kind == ApiKind.Close && entry.Id.StartsWith(WebSockets, StringComparison.Ordinal)).Select(static entry => entry.MemberName),
        StringComparer.Ordinal);

    private static readonly TreeFacts<(bool Makes, bool Closes)> Mentioned = new(static (tree, cancellationToken) =>
    {
        var (makes, closes) = (false, false);
        foreach (var token in tree.GetRoot(cancellationToken).DescendantTokens())
        {
            if (!token.IsKind(SyntaxKind.IdentifierToken))
                continue;
            makes |= token.ValueText == "ClientWebSocket" || ApiCatalogue.BuiltIn.Upgrades(token.ValueText);
            closes |= NamesOfCloses.Contains(token.ValueText);
        }

        return (makes, closes);
    });

    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private readonly Lazy<(bool Makes, bool Closes)> _mentioned;

    public CloseChecks(Compilation compilation, Apis apis)
    {
        _compilation = compilation;
        _apis = apis;
        _mentioned = new Lazy<(bool, bool)>(Search);
    }

    /// <summary>The next receive that a close is followed by, which throws; null when the close is noticed before, or the result leaves what can be seen.</summary>
    public Evidence? FollowedByReceive(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (message.Leaves || message.IsIgnored || AsksWhatItIs(message, cancellationToken))
            return null;
        var call = message.Receive.Call;
        return Reachability.FirstWithoutException(call, operation => ReceivesOn(operation, message), MayBeCheck, AfterClose, cancellationToken) is { } next
            ? new Evidence("ReceivesAgain", next.Syntax.GetLocation(), null, call.TargetMethod.ShortName())
            : null;
    }

    /// <summary>What is done with the nothing that a close carries, as if it were a message; null when the close is noticed before, or the result leaves what can be seen.</summary>
    public Evidence? TakenForData(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (message.Leaves || message.IsIgnored || AsksWhatItIs(message, cancellationToken))
            return null;
        var call = message.Receive.Call;
        return Reachability.FirstWithoutException(call, operation => UsesData(operation, message), MayBeCheck, AfterClose, cancellationToken) is { } use
            ? new Evidence("CloseTakenForData", use.Syntax.GetLocation(), null, call.TargetMethod.ShortName())
            : null;
    }

    /// <summary>
    /// The place where a close is noticed in a program that makes or accepts WebSockets and never closes one, and so leaves it unanswered; null when it does, does
    /// not notice, or serves sockets that somebody else makes.
    /// </summary>
    public IOperation? NoticedButUnanswered(ReceivedMessage message)
    {
        if (!message.Receive.IsCatalogued || message.Leaves || _mentioned.Value is not (Makes: true, Closes: false))
            return null;
        foreach (var consultation in message.Consultations)
        {
            if (consultation.Operation.Syntax.SyntaxTree == message.Receive.Call.Syntax.SyntaxTree && NoticedAt(consultation) is { } place)
                return place;
        }

        return null;
    }

    /// <summary>
    /// Whether the receive only waits for the connection to end: the loop around it looks at the state, a close on the connection stands before it, or it is the last thing that is
    /// tried and every failure of it is as good as none.
    /// </summary>
    public bool IsDrain(Receive receive, CancellationToken cancellationToken)
    {
        if (Bodies.Around(receive.Call.Syntax) is not { } body)
            return false;
        for (var parent = receive.Call.Parent; parent is not null && parent.Syntax != body; parent = parent.Parent)
        {
            if (parent is IWhileLoopOperation { Condition: { } condition } && LooksAtState(condition))
                return true;
            if (parent is ITryOperation @try && EndsWith(@try.Body, receive.Call) && SwallowsEverything(@try))
                return true;
        }

        if (receive.Connection.ReferencedSymbol() is not { } connection || receive.Call.SemanticModel is not { } model || BodyFacts.OperationOf(body, model, cancellationToken) is not { } root)
            return false;
        foreach (var operation in root.SelfAndDescendantsInBody())
        {
            if (operation.Syntax.SpanStart >= receive.Call.Syntax.SpanStart)
                continue;
            if (operation is IInvocationOperation call && SymbolEqualityComparer.Default.Equals(call.Receiver().ReferencedSymbol(), connection) && _apis.Of(call).Is(ApiKind.Close))
                return true;
        }

        return false;
    }

    private static bool EndsWith(IBlockOperation block, IOperation operation) => !block.Operations.IsEmpty && block.Operations[block.Operations.Length - 1].Syntax.Span.Contains(operation.Syntax.Span);

    private static bool SwallowsEverything(ITryOperation @try)
    {
        foreach (var clause in @try.Catches)
        {
            if (!clause.Handler.Operations.IsEmpty)
                return false;
        }

        return BodyFacts.CatchesEverything(@try);
    }

    private static bool LooksAtState(IOperation condition)
    {
        foreach (var operation in condition.SelfAndDescendantsInBody())
        {
            if (IsStateCheck(operation))
                return true;
        }

        return false;
    }

    /// <summary>Whether anything in this program closes a WebSocket.</summary>
    public bool ClosesAnything => _mentioned.Value.Closes;

    /// <summary>The members that would answer, for messages.</summary>
    public static string Closes => string.Join(" / ", NamesOfCloses.OrderBy(static name => name, StringComparer.Ordinal));

    private static bool AsksWhatItIs(ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (message.Consults("MessageType", cancellationToken) || message.Consults("CloseStatus", cancellationToken) || message.Consults("CloseStatusDescription", cancellationToken))
            return true;
        // A close carries no data: to leave when nothing came is to leave on it.
        foreach (var consultation in message.Consultations)
        {
            if (consultation.Member == ReceivedMessage.CountMember && ReceivedMessage.IsComparedWithZero(consultation.Operation))
                return true;
        }

        return false;
    }

    private static bool UsesData(IOperation operation, ReceivedMessage message)
    {
        foreach (var use in message.Data)
        {
            if (use.Kind != DataUseKind.Filled && use.Operation.Syntax == operation.Syntax)
                return true;
        }

        // Handed on to a method or function that uses it.
        return operation is ILocalReferenceOperation or IParameterReferenceOperation
            && operation.ReferencedSymbol() is { } variable && message.Buffers.Contains(variable, SymbolEqualityComparer.Default)
            && operation.ParentIgnoringConversions() is IArgumentOperation { Parent: IInvocationOperation call } && (call.TargetMethod.IsInSource() || call.TargetMethod.MethodKind == MethodKind.DelegateInvoke);
    }

    private bool ReceivesOn(IOperation operation, ReceivedMessage message) =>
        operation is IInvocationOperation call
        && (call.Syntax == message.Receive.Call.Syntax
            || (message.Receive.Connection.ReferencedSymbol() is { } connection && SymbolEqualityComparer.Default.Equals(call.Receiver().ReferencedSymbol(), connection) && _apis.Of(call).Is(ApiKind.Receive)));

    /// <summary>A look at the state of a connection, whichever name it goes by here.</summary>
    private static bool IsStateCheck(IOperation operation) => operation is IPropertyReferenceOperation { Property.Name: "State" or "CloseStatus" };

    /// <summary>What conditions are when a close has been received: the result is the end of its message, and the connection is not open.</summary>
    private static bool? AfterClose(IOperation condition) => condition switch
    {
        IPropertyReferenceOperation { Property.Name: "EndOfMessage" } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } comparison when IsStateOpen(comparison) => false,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } comparison when IsStateOpen(comparison) => true,
        _ => null,
    };

    private static bool IsStateOpen(IBinaryOperation comparison) =>
        (IsStateCheck(comparison.LeftOperand.WithoutConversions()) && IsOpen(comparison.RightOperand)) || (IsStateCheck(comparison.RightOperand.WithoutConversions()) && IsOpen(comparison.LeftOperand));

    private static bool IsOpen(IOperation operand) => operand.WithoutConversions() is { Type.Name: "WebSocketState", ConstantValue: { HasValue: true, Value: Open } };

    /// <summary>A look at the state other than whether it is open, or a question to the program itself, which may look at it.</summary>
    private static bool MayBeCheck(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation when IsStateCheck(operation) => operation.ParentIgnoringConversions() is not IBinaryOperation comparison || !IsStateOpen(comparison),
        IPropertyReferenceOperation { Property: { Type.SpecialType: SpecialType.System_Boolean } property } => property.IsInSource(),
        IInvocationOperation { TargetMethod: { ReturnType.SpecialType: SpecialType.System_Boolean } method } => method.IsInSource(),
        _ => false,
    };

    private static IOperation? NoticedAt(Consultation consultation)
    {
        var asked = consultation.Operation;
        switch (consultation.Member)
        {
            case "CloseStatus":
                return asked.ParentIgnoringConversions() is IPropertyReferenceOperation { Property.Name: "HasValue" } has ? has : null;
            case "MessageType":
                break;
            default:
                return null;
        }

        switch (asked.ParentIgnoringConversions())
        {
            case IBinaryOperation comparison when IsClose(comparison.LeftOperand) || IsClose(comparison.RightOperand):
                return comparison;
            case ISwitchOperation @switch:
                foreach (var section in @switch.Cases)
                {
                    foreach (var clause in section.Clauses)
                    {
                        if (clause is ISingleValueCaseClauseOperation { Value: { } value } && IsClose(value))
                            return clause;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private static bool IsClose(IOperation operand) =>
        operand.WithoutConversions() is { Type.Name: "WebSocketMessageType", ConstantValue: { HasValue: true, Value: Close } };

    private (bool Makes, bool Closes) Search()
    {
        var (makes, closes) = (false, false);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var mentioned = Mentioned.Of(tree, CancellationToken.None);
            makes |= mentioned.Makes;
            closes |= mentioned.Closes;
        }

        return (makes, closes);
    }
}
