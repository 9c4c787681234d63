using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>Why a connection does not notice that its peer is gone.</summary>
internal enum KeepAliveGap
{
    /// <summary>It sends no pings.</summary>
    PingsOff,

    /// <summary>It sends pings and is told to wait for no answer.</summary>
    PongsOff,

    /// <summary>It sends pings, and how long to wait for the answer is set nowhere: the default is for ever.</summary>
    PongsMissing,
}

/// <summary>A setting that leaves dead peers unnoticed.</summary>
/// <param name="Gap">What is wrong.</param>
/// <param name="Timeout">The setting that says how long to wait for the answer to a ping; null where the framework has none.</param>
/// <param name="IsTimeoutSet">Whether that setting is made elsewhere on the same object.</param>
internal sealed record KeepAliveFlaw(KeepAliveGap Gap, IPropertySymbol? Timeout, bool IsTimeoutSet);

/// <summary>
/// Whether connections find out that their peer is gone: pings, and a limit to the wait for their answer. A ping without a limit is sent into the void for as long
/// as the operating system keeps the connection.
/// </summary>
internal sealed class KeepAlive
{
    /// <summary>With the built-in catalogue the facts of a tree stay the same from one compilation to the next.</summary>
    private static readonly TreeFacts<ImmutableArray<AssignmentExpressionSyntax>> Trees = new(static (tree, cancellationToken) => Read(tree, ApiCatalogue.BuiltIn, cancellationToken));

    private readonly Compilation _compilation;
    private readonly Apis _apis;
    private ISimpleAssignmentOperation[]? _timeouts;

    public KeepAlive(Compilation compilation, Apis apis)
    {
        _compilation = compilation;
        _apis = apis;
    }

    /// <summary>Where this compilation limits the wait for the answer to a ping to the given time or less, or null when it is known to do so nowhere.</summary>
    public Location? TimeoutWithin(TimeSpan time, CancellationToken cancellationToken)
    {
        foreach (var timeout in Timeouts(cancellationToken))
        {
            if (ConstantTime.Of(timeout.Value) is { } limit && limit > TimeSpan.Zero && limit <= time)
                return timeout.Syntax.GetLocation();
        }

        return null;
    }

    /// <summary>What is wrong with a setting of pings or of the wait for their answer, or null when nothing is, or nothing is proven.</summary>
    public KeepAliveFlaw? FlawOf(ConnectionSetting setting, CancellationToken cancellationToken)
    {
        var assignment = setting.Assignment;
        if (!setting.Facts.Is(ApiKind.Pings | ApiKind.Pongs) || assignment.Value.WithoutConversions() is IInvalidOperation || OptionsObject.Of(assignment, cancellationToken) is not { } options || options.IsHandedToStrangers(_apis, cancellationToken))
            return null;
        if (setting.Facts.Is(ApiKind.Pongs))
            return IsOff(assignment.Value) && !options.Sets(IsPingsOff, cancellationToken) ? new KeepAliveFlaw(KeepAliveGap.PongsOff, setting.Property, true) : null;

        // Set twice, one way or another: which of them holds depends on the way taken.
        if (options.Sets(other => other.Syntax != assignment.Syntax && IsKind(other, ApiKind.Pings), cancellationToken))
            return null;
        var timeout = TimeoutOf(setting.Property.ContainingType);
        var isSet = timeout is not null && MayBeSet(timeout, options, cancellationToken);
        if (IsOff(assignment.Value))
            return new KeepAliveFlaw(KeepAliveGap.PingsOff, timeout, isSet);
        return timeout is not null && !isSet ? new KeepAliveFlaw(KeepAliveGap.PongsMissing, timeout, false) : null;
    }

    private static bool IsOff(IOperation value) => ConstantTime.Of(value) is { } time && time <= TimeSpan.Zero;

    private bool IsPingsOff(ISimpleAssignmentOperation assignment) => IsKind(assignment, ApiKind.Pings) && IsOff(assignment.Value);

    private bool IsKind(ISimpleAssignmentOperation assignment, ApiKind kind) => assignment.Target is IPropertyReferenceOperation { Property: var property } && _apis.Of(property).Is(kind);

    /// <summary>The limit that the same options have, or null in frameworks before it existed.</summary>
    private IPropertySymbol? TimeoutOf(INamedTypeSymbol options)
    {
        foreach (var member in options.GetMembers())
        {
            if (member is IPropertySymbol property && _apis.Of(property).Is(ApiKind.Pongs))
                return property;
        }

        return null;
    }

    private bool MayBeSet(IPropertySymbol timeout, OptionsObject options, CancellationToken cancellationToken)
    {
        foreach (var place in Timeouts(cancellationToken))
        {
            if (place.Target is IPropertyReferenceOperation { Property: var property } && SymbolEqualityComparer.Default.Equals(property.OriginalDefinition, timeout.OriginalDefinition)
                && (OptionsObject.Of(place, cancellationToken) is not { } other || options.MayBe(other)))
            {
                return true;
            }
        }

        return false;
    }

    private ISimpleAssignmentOperation[] Timeouts(CancellationToken cancellationToken) => _timeouts ??= FindTimeouts(cancellationToken);

    private ISimpleAssignmentOperation[] FindTimeouts(CancellationToken cancellationToken)
    {
        var found = new List<ISimpleAssignmentOperation>();
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var places = _apis.Catalogue == ApiCatalogue.BuiltIn ? Trees.Of(tree, cancellationToken) : Read(tree, _apis.Catalogue, cancellationToken);
            if (places.IsEmpty)
                continue;
            var model = _compilation.GetSemanticModel(tree);
            foreach (var place in places)
            {
                if (model.GetOperation(place, cancellationToken) is ISimpleAssignmentOperation assignment && IsKind(assignment, ApiKind.Pongs))
                    found.Add(assignment);
            }
        }

        return found.ToArray();
    }

    private static ImmutableArray<AssignmentExpressionSyntax> Read(SyntaxTree tree, ApiCatalogue catalogue, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<AssignmentExpressionSyntax>();
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is AssignmentExpressionSyntax assignment && assignment.Left.RightmostName() is { } name && catalogue.LimitsPongs(name))
                found.Add(assignment);
        }

        return found.ToImmutable();
    }
}
