using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>What can cancel a token; several for the token of a linked source.</summary>
[Flags]
internal enum TokenEnds
{
    /// <summary>Nothing: <c>CancellationToken.None</c>, a default, a source that nobody cancels.</summary>
    None = 0,

    /// <summary>Whoever calls: it is a parameter.</summary>
    Caller = 1 << 0,

    /// <summary>Time.</summary>
    Time = 1 << 1,

    /// <summary>The program itself, which cancels the source somewhere.</summary>
    Program = 1 << 2,

    /// <summary>The end of the request, call or connection that is being served.</summary>
    Peer = 1 << 3,

    /// <summary>The end of the application.</summary>
    Shutdown = 1 << 4,

    /// <summary>Something that cannot be seen.</summary>
    Unknown = 1 << 5,
}

/// <summary>Which token can end a call: tokens and their sources are followed through variables, fields of their type and links.</summary>
internal sealed class Tokens
{
    private readonly Summaries _summaries;
    private readonly ConcurrentDictionary<ISymbol, TokenEnds> _members = new(SymbolEqualityComparer.Default);

    public Tokens(Summaries summaries) => _summaries = summaries;

    /// <summary>Whether a type is <c>System.Threading.CancellationToken</c>.</summary>
    public static bool IsToken(ITypeSymbol? type) => type is { Name: "CancellationToken" } && IsInSystemThreading(type);

    /// <summary>The token that a call is given, an omitted optional one included, or null when it takes none.</summary>
    public static IArgumentOperation? ArgumentOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (IsToken(argument.Parameter?.Type) && !(call.TargetMethod.IsExtensionMethod && argument.Parameter!.Ordinal == 0))
                return argument;
        }

        return null;
    }

    /// <summary>The token that is written for the call, or the call where none is.</summary>
    public static IOperation WrittenFor(IInvocationOperation call) => ArgumentOf(call) is { ArgumentKind: ArgumentKind.Explicit } argument ? argument.Value : call;

    /// <summary>What can cancel the token that a call is given; nothing when it takes none.</summary>
    public TokenEnds EndsOf(IInvocationOperation call, CancellationToken cancellationToken) =>
        ArgumentOf(call) is { } argument ? EndsOf(argument.Value, cancellationToken) : TokenEnds.None;

    /// <summary>What can cancel a token.</summary>
    public TokenEnds EndsOf(IOperation token, CancellationToken cancellationToken)
    {
        // Most tokens are fields, parameters or none: what a member may hold is searched for once.
        if (token.WithoutConversions() is IFieldReferenceOperation { Field: { } field } && IsToken(field.Type))
            return _members.TryGetValue(field.OriginalDefinition, out var known) ? known : _members.GetOrAdd(field.OriginalDefinition, new Search(this, cancellationToken).Run(token));
        return new Search(this, cancellationToken).Run(token);
    }

    /// <summary>The variable behind a token: the source for <c>cts.Token</c> and for a local that holds it, else the local, parameter or member; null when there is none.</summary>
    public static ISymbol? Identity(IOperation token)
    {
        var value = token.WithoutConversions();
        if (value is IPropertyReferenceOperation { Property: { Name: "Token" } property, Instance: { } source } && IsSource(property.ContainingType))
            return source.WithoutConditionalAccess().ReferencedSymbol();
        if (value is ILocalReferenceOperation { Local: var local } && OnlyValueOf(local, value) is { } held && Identity(held) is { } behind)
            return behind;
        return value is IPropertyReferenceOperation { Instance: not (null or IInstanceReferenceOperation) } ? null : value.ReferencedSymbol();
    }

    /// <summary>Whether a token is written down as one that nobody can cancel: <c>CancellationToken.None</c>, <c>default</c>, <c>new CancellationToken()</c>.</summary>
    public static bool IsNone(IOperation token) => token.WithoutConversions() switch
    {
        IDefaultValueOperation => true,
        IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } none } => IsToken(none.ContainingType),
        IObjectCreationOperation { Arguments.IsEmpty: true } creation => IsToken(creation.Type),
        IObjectCreationOperation { Arguments: { Length: 1 } arguments } creation => IsToken(creation.Type) && arguments[0].Value.ConstantValue is { HasValue: true, Value: false },
        _ => false,
    };

    /// <summary>Whether the method is the whole of a background service: the host starts it, cancels its token when it stops, and waits for it.</summary>
    public static bool IsBackgroundBody(IMethodSymbol method)
    {
        if (method is not { Name: "ExecuteAsync", IsOverride: true })
            return false;
        foreach (var type in method.ContainingType.SelfAndBaseTypes())
        {
            if (type is { Name: "BackgroundService", ContainingNamespace: { Name: "Hosting", ContainingNamespace: { Name: "Extensions", ContainingNamespace: { Name: "Microsoft", ContainingNamespace.IsGlobalNamespace: true } } } })
                return true;
        }

        return false;
    }

    private static bool IsSource(ITypeSymbol? type) => type is { Name: "CancellationTokenSource" } && IsInSystemThreading(type);

    private static bool IsInSystemThreading(ITypeSymbol type) =>
        type.ContainingNamespace is { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>The value that a local is declared with, where it is declared with one.</summary>
    private static IOperation? OnlyValueOf(ILocalSymbol local, IOperation reference) =>
        local.DeclaringSyntaxReferences is { Length: 1 } declarations
        && reference.SemanticModel is { } model
        && declarations[0].GetSyntax() is VariableDeclaratorSyntax { Initializer: not null } declarator
        && model.GetOperation(declarator) is IVariableDeclaratorOperation { Initializer.Value: { } value }
        && !ReferenceEquals(value, reference)
            ? value
            : null;

    /// <summary>One question: what it leads to is looked at once, so circles end.</summary>
    private sealed class Search
    {
        private readonly Tokens _owner;
        private readonly CancellationToken _cancellationToken;
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
        private readonly Stack<IOperation> _pending = new();
        private TokenEnds _ends;

        public Search(Tokens owner, CancellationToken cancellationToken)
        {
            _owner = owner;
            _cancellationToken = cancellationToken;
        }

        public TokenEnds Run(IOperation token)
        {
            _pending.Push(token);
            while (_pending.Count > 0)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                Follow(_pending.Pop().WithoutConversions());
            }

            return _ends;
        }

        private void Follow(IOperation value)
        {
            if (IsNone(value) || value.ConstantValue is { HasValue: true, Value: null })
                return;
            switch (value)
            {
                case IParameterReferenceOperation { Parameter: var parameter }:
                    _ends |= IsStopping(parameter) ? TokenEnds.Shutdown : TokenEnds.Caller;
                    return;
                case ILocalReferenceOperation or IFieldReferenceOperation when value.ReferencedSymbol() is { } variable:
                    FollowVariable(variable, value);
                    return;
                case IPropertyReferenceOperation { Property: { Name: "Token" } token, Instance: { } source } when IsSource(token.ContainingType):
                    _pending.Push(source.WithoutConditionalAccess());
                    return;
                case IPropertyReferenceOperation { Property: var property }:
                    FollowProperty(property, value);
                    return;
                case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                    _pending.Push(conditional.WhenTrue);
                    _pending.Push(whenFalse);
                    return;
                case ICoalesceOperation coalesce:
                    _pending.Push(coalesce.Value);
                    _pending.Push(coalesce.WhenNull);
                    return;
                case ISimpleAssignmentOperation assignment:
                    _pending.Push(assignment.Value);
                    return;
                case IConditionalAccessOperation access:
                    _pending.Push(access.WhenNotNull);
                    return;
                case IObjectCreationOperation creation when IsSource(creation.Type):
                    if (!creation.Arguments.IsEmpty && !Timeouts.IsInfinite(creation.Arguments[0].Value))
                        _ends |= TokenEnds.Time;
                    return;
                case IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource" } link } call when IsSource(link.ContainingType):
                    FollowInputs(call);
                    return;
                default:
                    _ends |= TokenEnds.Unknown;
                    return;
            }
        }

        private void FollowInputs(IInvocationOperation link)
        {
            foreach (var argument in link.Arguments)
            {
                if (IsToken(argument.Value.Type))
                    _pending.Push(argument.Value);
                else if (argument.Value.WithoutConversions() is IArrayCreationOperation { Initializer.ElementValues: var tokens })
                    PushAll(tokens);
                else
                    _ends |= TokenEnds.Unknown;
            }
        }

        private void PushAll(ImmutableArray<IOperation> tokens)
        {
            foreach (var token in tokens)
                _pending.Push(token);
        }

        private void FollowProperty(IPropertySymbol property, IOperation reference)
        {
            var ends = WellKnown(property);
            if (ends != TokenEnds.None)
                _ends |= ends;
            else if (ArrowOf(property) is { } arrow)
                _pending.Push(arrow);
            else if (IsToken(property.Type) || IsSource(property.Type))
                FollowVariable(property, reference);
            else
                _ends |= TokenEnds.Unknown;
        }

        private static TokenEnds WellKnown(IPropertySymbol property) => (property.Name, property.ContainingType?.Name) switch
        {
            ("RequestAborted", "HttpContext") or ("ConnectionAborted", "HubCallerContext") or ("CancellationToken", "ServerCallContext") => TokenEnds.Peer,
            ("ApplicationStopping" or "ApplicationStopped", "IHostApplicationLifetime" or "IApplicationLifetime") => TokenEnds.Shutdown,
            _ => TokenEnds.None,
        };

        /// <summary>What a property of this compilation returns, when it is written <c>=> value</c>.</summary>
        private IOperation? ArrowOf(IPropertySymbol property)
        {
            foreach (var reference in property.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax(_cancellationToken) is PropertyDeclarationSyntax { ExpressionBody.Expression: { } expression } && _owner._summaries.Sees(reference.SyntaxTree) && _seen.Add(property))
                    return _owner._summaries.ModelOf(expression).GetOperation(expression, _cancellationToken);
            }

            return null;
        }

        /// <summary>Follows what is put into a variable, and looks at what is done with the source in it.</summary>
        private void FollowVariable(ISymbol variable, IOperation reference)
        {
            variable = variable.OriginalDefinition;
            if (!_seen.Add(variable))
                return;
            var hasValue = false;
            foreach (var scope in ScopesOf(variable, reference.Syntax))
            {
                var model = _owner._summaries.ModelOf(scope);
                hasValue |= FollowDeclaration(variable, scope, model);
                foreach (var use in ValueFlow.ReferencesTo(variable, scope, model, _cancellationToken))
                {
                    if (use.Parent is IAssignmentOperation assignment && assignment.Target == use)
                    {
                        hasValue = true;
                        _pending.Push(assignment.Value);
                    }
                    else if (IsSource(use.Type))
                    {
                        _ends |= DoneWith(use);
                    }
                    else if (use.Parent is ITupleOperation or IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out })
                    {
                        _ends |= TokenEnds.Unknown;
                    }
                }
            }

            // Out variables, patterns, loops, members that others fill.
            if (!hasValue)
                _ends |= TokenEnds.Unknown;
        }

        private bool FollowDeclaration(ISymbol variable, SyntaxNode scope, SemanticModel model)
        {
            foreach (var reference in variable.DeclaringSyntaxReferences)
            {
                var initialiser = reference.GetSyntax(_cancellationToken) switch
                {
                    VariableDeclaratorSyntax declarator => declarator.Initializer,
                    PropertyDeclarationSyntax property => property.Initializer,
                    _ => null,
                };
                if (initialiser is null || !Bodies.Contains(scope, initialiser))
                    continue;
                if (model.GetOperation(initialiser.Value, _cancellationToken) is { } value)
                    _pending.Push(value);
                else
                    _ends |= TokenEnds.Unknown;
                return true;
            }

            return false;
        }

        /// <summary>The code that can put something into the variable; nothing when code that cannot be seen may do so.</summary>
        private IEnumerable<SyntaxNode> ScopesOf(ISymbol variable, SyntaxNode place)
        {
            switch (variable)
            {
                case ILocalSymbol:
                    if (Bodies.OutermostAround(place) is { } body)
                        yield return body;
                    break;
                case IFieldSymbol { DeclaredAccessibility: Accessibility.Private } or IFieldSymbol { IsReadOnly: true } or IPropertySymbol { SetMethod: null or { DeclaredAccessibility: Accessibility.Private } }:
                    // The token of a source that others can name may be cancelled by them.
                    if (variable.DeclaredAccessibility != Accessibility.Private && variable is not IFieldSymbol { Type.Name: "CancellationToken" } and not IPropertySymbol { Type.Name: "CancellationToken" })
                        break;
                    foreach (var declaration in _owner._summaries.DeclarationsOf(variable.ContainingType, _cancellationToken))
                        yield return declaration;

                    break;
            }
        }

        /// <summary>What a mention of a source does to its token.</summary>
        private static TokenEnds DoneWith(IOperation source)
        {
            var value = source.InConversions();
            if (value.Parent is IConditionalAccessOperation access && access.Operation == value)
                return OfMember(access.WhenNotNull);
            return value.Parent switch
            {
                IInvocationOperation call when call.Instance == value => OfMember(call),
                IMemberReferenceOperation member when member.Instance == value => OfMember(member),
                IUsingOperation or IExpressionStatementOperation or IBinaryOperation or IIsPatternOperation => TokenEnds.None,
                _ => TokenEnds.Unknown,
            };
        }

        private static TokenEnds OfMember(IOperation member) => member switch
        {
            IInvocationOperation { TargetMethod.Name: "Cancel" or "CancelAsync" } or IMethodReferenceOperation { Method.Name: "Cancel" or "CancelAsync" } => TokenEnds.Program,
            IInvocationOperation { TargetMethod.Name: "CancelAfter" } call => call.Arguments.IsEmpty || Timeouts.IsInfinite(call.Arguments[0].Value) ? TokenEnds.None : TokenEnds.Time,
            IInvocationOperation { TargetMethod.Name: "Dispose" or "TryReset" or "ConfigureAwait" or "ToString" or "Equals" or "GetHashCode" } => TokenEnds.None,
            IPropertyReferenceOperation { Property.Name: "Token" or "IsCancellationRequested" } => TokenEnds.None,
            // "cts?.Token.Register(..)", "_cts?.CancelAsync().Wait()".
            IInvocationOperation { Instance: { } inner } => OfMember(inner),
            _ => TokenEnds.Unknown,
        };

        /// <summary>The token of a background service's body, which the host cancels when it stops.</summary>
        private static bool IsStopping(IParameterSymbol parameter) => parameter.ContainingSymbol is IMethodSymbol method && IsBackgroundBody(method);
    }
}
