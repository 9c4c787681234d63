using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Timeouts that only synchronous calls obey, set on connections that are read or written by asynchronous ones.</summary>
internal sealed class SynchronousTimeouts
{
    private readonly Apis _apis;
    private readonly ConnectionTypes _types;
    private readonly ValueUses _uses;

    public SynchronousTimeouts(Apis apis, ConnectionTypes types, SourceMethods methods, Summaries summaries)
    {
        _apis = apis;
        _types = types;
        _uses = new ValueUses(methods, summaries);
    }

    /// <summary>
    /// An asynchronous call that the timeout would have to limit, when every use of the connection can be seen and none in that direction is synchronous; else null.
    /// </summary>
    public IInvocationOperation? IgnoredBy(ConnectionSetting setting, CancellationToken cancellationToken)
    {
        if (!setting.Facts.Is(ApiKind.SynchronousTimeout) || setting.Assignment.Value.ConstantValue is { HasValue: true, Value: <= 0 } || OwnerOf(setting.Assignment, cancellationToken) is not { } owner
            || !IsOnlyHere(owner))
        {
            return null;
        }

        var isRead = setting.Property.Name is "ReadTimeout" or "ReceiveTimeout";
        IInvocationOperation? ignoring = null;
        foreach (var use in _uses.Of(owner, setting.Assignment.Syntax, Pass, cancellationToken))
        {
            switch (Judge(use, isRead))
            {
                case Use.Escape or Use.Synchronous:
                    return null;
                case Use.Asynchronous:
                    ignoring ??= (IInvocationOperation)use.User!;
                    break;
            }
        }

        return ignoring;
    }

    /// <summary>What a use does in the direction of the timeout.</summary>
    private enum Use
    {
        Other,
        Asynchronous,
        Synchronous,
        Escape,
    }

    private Use Judge(ValueUse use, bool isRead)
    {
        switch (use.User)
        {
            case IInvocationOperation call when call.Receiver() == use.Value || call.Instance == use.Value:
                return JudgeCall(call, isRead);
            case IPropertyReferenceOperation or IFieldReferenceOperation or IEventReferenceOperation or INameOfOperation or IBinaryOperation or IIsTypeOperation or IExpressionStatementOperation or IUsingOperation:
            case IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } }:
            case IVariableDeclarationOperation or IUsingDeclarationOperation:
                return Use.Other;
            default:
                return Use.Escape;
        }
    }

    private Use JudgeCall(IInvocationOperation call, bool isRead)
    {
        var name = call.TargetMethod.Name;
        var reads = StartsWith(name, "Read") || StartsWith(name, "Receive") || StartsWith(name, "Peek") || StartsWith(name, "CopyTo");
        var writes = StartsWith(name, "Write") || StartsWith(name, "Send") || StartsWith(name, "Flush");
        // Methods of a program's own have names of their own.
        if (!reads && !writes)
            return _apis.IsDeclaredHere(call.TargetMethod) || StartsWith(name, "Begin") || StartsWith(name, "End") || StartsWith(name, "Authenticate") && !call.TargetMethod.ReturnsAwaitable() ? Use.Escape : Use.Other;
        if (isRead ? !reads : !writes)
            return Use.Other;
        if (call.TargetMethod.ReturnsAwaitable())
            return Use.Asynchronous;
        // SocketAsyncEventArgs: asynchronous, and obeys no timeout either.
        return call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean && name.EndsWith("Async", StringComparison.Ordinal) ? Use.Asynchronous : Use.Synchronous;
    }

    private static bool StartsWith(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>The variable that holds the connection, through which all its streams are reached.</summary>
    private static ISymbol? OwnerOf(ISimpleAssignmentOperation assignment, CancellationToken cancellationToken)
    {
        var current = (assignment.Target as IPropertyReferenceOperation)?.Instance;
        for (var steps = 0; current is not null && steps < 16; steps++)
        {
            current = current.WithoutConditionalAccess();
            switch (current)
            {
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver }:
                    return OptionsObject.Of(assignment, cancellationToken)?.Variable;
                case ILocalReferenceOperation local:
                    // "var stream = client.GetStream()" is the client's.
                    if (ValueFlow.InitialValue(local, cancellationToken)?.Unwrapped() is { } value && OverOf(value) is { } inner)
                    {
                        current = inner;
                        continue;
                    }

                    return local.Local;
                case IParameterReferenceOperation parameter:
                    return parameter.Parameter;
                case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field:
                    return field.Field;
                default:
                    current = OverOf(current);
                    continue;
            }
        }

        return null;
    }

    /// <summary>What a stream or socket belongs to: the client of <c>client.GetStream()</c> and <c>client.Client</c>, the stream under <c>new SslStream(stream)</c>.</summary>
    private static IOperation? OverOf(IOperation value) => value switch
    {
        IInvocationOperation { TargetMethod.Name: "GetStream" } call => call.Receiver(),
        IPropertyReferenceOperation { Property.Name: "Client" or "Socket" or "BaseStream" or "InnerStream", Instance: { } instance } => instance,
        IObjectCreationOperation { Type.Name: "SslStream" or "NegotiateStream" or "NetworkStream", Arguments: { IsEmpty: false } arguments } => arguments[0].Value.WithoutConversions(),
        _ => null,
    };

    private static bool IsOnlyHere(ISymbol owner) => owner is not IFieldSymbol { DeclaredAccessibility: not Accessibility.Private };

    /// <summary>The steps from a connection to its streams, and to readers and writers over them.</summary>
    private ValueStep? Pass(IOperation value)
    {
        switch (value.Parent)
        {
            case IInvocationOperation { TargetMethod.Name: "GetStream" } call when call.Instance == value:
                return new ValueStep(call, false);
            case IPropertyReferenceOperation { Property.Name: "Client" or "Socket" or "BaseStream" } property when property.Instance == value && property.Property.Type is { } type && _types.IsConnection(type):
                return new ValueStep(property, false);
            case IArgumentOperation { Parameter.Ordinal: 0, Parent: IObjectCreationOperation { Type: { } made } creation } when !made.IsInSource()
                && made.Name is "SslStream" or "NegotiateStream" or "NetworkStream" or "BufferedStream" or "StreamReader" or "StreamWriter" or "BinaryReader" or "BinaryWriter":
                return new ValueStep(creation, false);
            default:
                return null;
        }
    }
}
