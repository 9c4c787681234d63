using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>A send on a connection that an object keeps.</summary>
/// <param name="Call">The send.</param>
/// <param name="Body">The body it stands in.</param>
/// <param name="Gates">The locks that are held there for certain, each with the statements under it.</param>
internal sealed record MemberSend(IInvocationOperation Call, SyntaxNode Body, ImmutableArray<HeldGate> Gates);

/// <summary>A lock, and the statements of one body that run under it.</summary>
/// <param name="Gate">The lock: its variable, or the method that takes it.</param>
/// <param name="Statements">The statements; none when the release is not in sight.</param>
/// <param name="IsCertain">Whether it is one on every way; not for what only has the name of a lock.</param>
internal sealed record HeldGate(ISymbol Gate, ImmutableArray<StatementSyntax> Statements, bool IsCertain);

/// <summary>
/// Which sends on the connection that a field or property holds run under which lock: as the structure of the code shows it, as <see cref="Locks"/> follows it, with wrappers and releasers, and as names in a
/// <c>using</c> say.
/// </summary>
internal sealed class GatedSends
{
    private readonly Apis _apis;
    private readonly Summaries _summaries;
    private readonly Locks _locks;
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<MemberSend>> _sends = new(SymbolEqualityComparer.Default);

    public GatedSends(Compilation compilation, Apis apis, Summaries summaries, Locks locks)
    {
        _locks = locks;
        _compilation = compilation;
        _apis = apis;
        _summaries = summaries;
    }

    /// <summary>The field or property that the connection of a call is kept in, or null.</summary>
    public static ISymbol? MemberOf(IInvocationOperation call) =>
        call.Receiver() is IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } member ? member.Member.OriginalDefinition : null;

    /// <summary>All sends on the connection in a member, in the type that declares it and in the one that is asked for.</summary>
    public ImmutableArray<MemberSend> On(ISymbol member, INamedTypeSymbol from, CancellationToken cancellationToken)
    {
        var own = In(member, member.ContainingType.OutermostType()!, cancellationToken);
        return SymbolEqualityComparer.Default.Equals(member.ContainingType.OutermostType(), from) ? own : own.AddRange(Find(member, from, cancellationToken));
    }

    /// <summary>The lock under which every send on the connection in a member runs, or null when there is none, or no send.</summary>
    public ISymbol? GateOf(ISymbol member, INamedTypeSymbol from, CancellationToken cancellationToken)
    {
        var sends = On(member, from, cancellationToken);
        if (sends.IsEmpty)
            return null;
        foreach (var candidate in sends[0].Gates)
        {
            var isEverywhere = true;
            foreach (var send in sends)
                isEverywhere &= IsUnder(send.Gates, candidate.Gate);
            if (isEverywhere && _locks.AdmitsOne(candidate.Gate, TypeOf(candidate.Gate), _compilation, cancellationToken))
                return candidate.Gate;
        }

        return null;
    }

    /// <summary>The locks that are held at a call, by waits in its own body; a wait whose release is not in sight holds everything behind it.</summary>
    public ImmutableArray<HeldGate> HeldAt(SyntaxNode call, CancellationToken cancellationToken)
    {
        if (Bodies.Around(call) is not { } body)
            return ImmutableArray<HeldGate>.Empty;
        var model = _summaries.ModelOf(body);
        var held = ImmutableArray.CreateBuilder<HeldGate>();
        foreach (var candidate in Bodies.NodesOf(body))
        {
            if (candidate is not InvocationExpressionSyntax syntax || syntax.SpanStart > call.SpanStart || syntax.Expression.RightmostName() is not { } name)
                continue;
            if (Locks.SoundsLikeLock(name) && StatementsWithin(syntax) is { IsEmpty: false } within && within.Any(statement => statement.Span.Contains(call.Span)))
            {
                if (LockOf(syntax, model, cancellationToken) is { } named)
                    held.Add(new HeldGate(named, within, false));
                continue;
            }

            if (!_apis.Catalogue.Knows(name) || model.GetOperation(syntax, cancellationToken) is not IInvocationOperation wait || !_apis.Of(wait).Is(ApiKind.Acquires) || wait.Receiver().ReferencedSymbol() is not { } gate)
                continue;
            var statements = HeldRegion.After(syntax, release => Gates.IsReleaseOf(release, gate, model, _apis, cancellationToken));
            if (statements.IsEmpty || statements.Any(statement => statement.Span.Contains(call.Span)))
                held.Add(new HeldGate(gate.OriginalDefinition, statements, true));
        }

        if (model.GetOperation(call, cancellationToken) is { } operation && _locks.Around(operation, cancellationToken) is { } followed)
        {
            foreach (var (acquisition, how) in followed.HeldAt(call, cancellationToken))
            {
                var gate = acquisition.Lock.Symbol.OriginalDefinition;
                if (!held.Any(known => known.IsCertain && SymbolEqualityComparer.Default.Equals(known.Gate, gate)))
                    held.Add(new HeldGate(gate, _locks.StatementsUnder(acquisition.Call, cancellationToken), how == Held.Surely));
            }
        }

        return held.ToImmutable();
    }

    /// <summary>The statements of the <c>using</c> that holds what a call gives; none when there is no such <c>using</c>.</summary>
    private static ImmutableArray<StatementSyntax> StatementsWithin(InvocationExpressionSyntax call)
    {
        for (var node = call.Parent; node is not null && !Bodies.IsBody(node); node = node.Parent)
        {
            switch (node)
            {
                case UsingStatementSyntax statement:
                    return ImmutableArray.Create(statement.Statement);
                case LocalDeclarationStatementSyntax declaration when declaration.UsingKeyword != default:
                    return StatementLists.SiblingsOf(declaration).SkipWhile(sibling => sibling != declaration).Skip(1).ToImmutableArray();
                case StatementSyntax:
                    return ImmutableArray<StatementSyntax>.Empty;
            }
        }

        return ImmutableArray<StatementSyntax>.Empty;
    }

    /// <summary>The variable that the call is made on, or the method of the own object.</summary>
    private static ISymbol? LockOf(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetOperation(call, cancellationToken) is IInvocationOperation wait ? wait.Receiver().ReferencedSymbol()?.OriginalDefinition ?? wait.TargetMethod.OriginalDefinition : null;

    /// <summary>The type of a lock that a field or property holds, or null.</summary>
    public static ITypeSymbol? TypeOf(ISymbol gate) => gate switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    /// <summary>Whether some call of the type, made under the lock, may come to the body.</summary>
    public bool IsReachedUnder(ISymbol gate, SyntaxNode body, INamedTypeSymbol type, CancellationToken cancellationToken) =>
        IsReachedUnder(body, type, held => IsUnder(held, gate), cancellationToken);

    /// <summary>Whether some call of the type, made under any lock, may come to the body.</summary>
    public bool IsReachedUnderAny(SyntaxNode body, INamedTypeSymbol type, CancellationToken cancellationToken) =>
        IsReachedUnder(body, type, static held => !held.IsEmpty, cancellationToken);

    private bool IsReachedUnder(SyntaxNode body, INamedTypeSymbol type, Func<ImmutableArray<HeldGate>, bool> isMeant, CancellationToken cancellationToken)
    {
        foreach (var caller in BodiesOf(type, cancellationToken))
        {
            foreach (var call in _summaries.FactsOf(caller, cancellationToken).Calls)
            {
                if (_summaries.Reaches(call.Target, body, cancellationToken) && isMeant(HeldAt(call.Operation.Syntax, cancellationToken)))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether one body of the type comes to both bodies: then they need not run at the same time.</summary>
    public bool HaveOneCaller(SyntaxNode first, SyntaxNode second, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var caller in BodiesOf(type, cancellationToken))
        {
            if (Comes(caller, first, cancellationToken) && Comes(caller, second, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Whether the lock is among those held.</summary>
    public static bool IsUnder(ImmutableArray<HeldGate> held, ISymbol gate)
    {
        foreach (var candidate in held)
        {
            if (SymbolEqualityComparer.Default.Equals(candidate.Gate, gate))
                return true;
        }

        return false;
    }

    private bool Comes(SyntaxNode caller, SyntaxNode body, CancellationToken cancellationToken)
    {
        if (caller == body)
            return true;
        foreach (var call in _summaries.FactsOf(caller, cancellationToken).Calls)
        {
            if (_summaries.Reaches(call.Target, body, cancellationToken))
                return true;
        }

        return false;
    }

    private ImmutableArray<MemberSend> In(ISymbol member, INamedTypeSymbol type, CancellationToken cancellationToken) =>
        _sends.TryGetValue(member, out var known) ? known : _sends.GetOrAdd(member, Find(member, type, cancellationToken));

    private ImmutableArray<MemberSend> Find(ISymbol member, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var sends = ImmutableArray.CreateBuilder<MemberSend>();
        foreach (var body in BodiesOf(type, cancellationToken))
        {
            foreach (var io in _summaries.FactsOf(body, cancellationToken).IO)
            {
                if ((io.Kind & ApiKind.Send) != 0 && SymbolEqualityComparer.Default.Equals(MemberOf(io.Call), member))
                    sends.Add(new MemberSend(io.Call, body, HeldAt(io.Call.Syntax, cancellationToken).RemoveAll(static held => !held.IsCertain)));
            }
        }

        return sends.ToImmutable();
    }

    private IEnumerable<SyntaxNode> BodiesOf(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var declaration in _summaries.DeclarationsOf(type, cancellationToken))
        {
            foreach (var node in declaration.DescendantNodes())
            {
                if (Bodies.IsBody(node))
                    yield return node;
            }
        }
    }
}
