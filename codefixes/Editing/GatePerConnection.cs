using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// Replaces one lock for many connections by one lock for each, everywhere it is used, in one edit or not at all. A static lock in the class that owns the connection
/// becomes an instance field; a local moves to the connection it is for, where that is made; every other becomes a table from connection to lock.
/// </summary>
internal static class GatePerConnection
{
    private const string Key = "gate";
    private const string Table = "T:System.Runtime.CompilerServices.ConditionalWeakTable`2";

    /// <summary>The plan for one lock.</summary>
    /// <param name="session">The session.</param>
    /// <param name="document">A document of the project that declares the lock.</param>
    /// <param name="gate">The lock's field, property or local.</param>
    /// <param name="connections">The questions about connections in that project.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Planned> PlanAsync(EditSession session, Document document, ISymbol gate, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var project = document.Project;
        var uses = await GateUses.FindAsync(session, gate, compilation => ConnectionModel.For(compilation, project.AnalyzerOptions, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (uses is null)
            return new ConversionRefusal(RefusalKind.UnknownUse, gate.SourceLocation(), gate.Name);

        var places = new List<Place>();
        foreach (var region in uses.Regions)
        {
            if (PlaceOf(region, connections, cancellationToken) is not { } place)
                return new ConversionRefusal(RefusalKind.Reassigned, region.Wait.GetLocation(), gate.Name);
            places.Add(place);
        }

        if (gate is IFieldSymbol or IPropertySymbol && gate.IsStatic && gate.ContainingType is { TypeKind: TypeKind.Class, IsRecord: false } owner && connections.Types.IsConnection(owner))
            return AsInstanceMember(uses, places, owner, connections, cancellationToken);
        if (gate is ILocalSymbol && NewConnectionOf(places, uses, connections, cancellationToken) is { } made)
            return GuardsMore(places, uses, connections, cancellationToken) ?? MovedTo(uses, made);
        return AsTable(document, uses, places, connections, cancellationToken);
    }

    /// <summary>A region, what stands for its connection there, and whether the lock has to go around each item of the region's loop.</summary>
    private sealed record Place(GateRegion Region, IReadOnlyList<GateKey> Keys, bool IsLoop)
    {
        /// <summary>The keys that can be put where the type is wanted.</summary>
        public GateKey? KeyFor(ITypeSymbol type) =>
            Keys.FirstOrDefault(key => Region.Model.Compilation.ClassifyConversion(key.Type, type) is { IsImplicit: true, IsUserDefined: false } conversion && (conversion.IsIdentity || conversion.IsReference));
    }

    private static Place? PlaceOf(GateRegion region, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (CommonKeys(region, new GateKeys(connections, region.Model, region.Anchor.SpanStart, region.Anchor, null, region.Guarded), connections, cancellationToken) is { Count: > 0 } keys)
            return new Place(region, keys, false);
        if (region.AsLoop() is not var (_, _, loop))
            return null;
        var position = loop.Statement is BlockSyntax block ? block.OpenBraceToken.Span.End : loop.Statement.SpanStart;
        return CommonKeys(region, new GateKeys(connections, region.Model, position, loop, loop, region.Guarded), connections, cancellationToken) is { Count: > 0 } items
            ? new Place(region, items, true)
            : null;
    }

    /// <summary>What stands for the connection of every operation in the region; none when they are not known to be on one and the same.</summary>
    private static List<GateKey> CommonKeys(GateRegion region, GateKeys finder, ConnectionModel connections, CancellationToken cancellationToken)
    {
        List<GateKey>? common = null;
        foreach (var io in region.Operations)
        {
            // A call that is given two connections may work on both.
            if (io.Operation.Arguments.Count(argument => connections.Types.IsConnection(argument.Value.WithoutConversions().Type)) > 1)
                return [];
            var keys = finder.Of(io, cancellationToken);
            common = common is null ? keys : [.. common.Where(key => keys.Exists(key.IsSameAs))];
        }

        return common ?? [];
    }

    private static Planned AsInstanceMember(GateUses uses, List<Place> places, INamedTypeSymbol owner, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var edits = new List<Action<EditSession>>();
        if (uses.Assignments.Length > 0)
            return new ConversionRefusal(RefusalKind.NotThisShape, uses.Gate.SourceLocation(), uses.Gate.Name);
        foreach (var place in places)
        {
            if (place.KeyFor(owner) is not { } key)
                return new ConversionRefusal(RefusalKind.NothingInScope, place.Region.Wait.GetLocation(), uses.Gate.Name);
            var gate = key.IsThis
                ? OwnName(uses.Gate, place.Region)
                : SyntaxShapes.Member(SyntaxShapes.AsPrimary(key.Expression), uses.Gate.Name);
            AddRegionEdits(edits, place, gate, null);
        }

        if (GuardsMore(places, uses, connections, cancellationToken) is { } refusal)
            return refusal;
        foreach (var declaration in uses.Declarations)
            edits.Add(session => session.Edit(declaration, EditOrder.Content, Key, static current => GateSyntax.WithoutStatic((MemberDeclarationSyntax)current)));
        AddDisposals(edits, uses);
        return EditPlan.Of(edits);
    }

    private static void AddDisposals(List<Action<EditSession>> edits, GateUses uses)
    {
        foreach (var disposal in uses.Disposals)
            edits.Add(session => session.Expand(disposal, static _ => []));
    }

    /// <summary>The member by its bare name, or after <c>this</c> where a local hides it.</summary>
    private static ExpressionSyntax OwnName(ISymbol gate, GateRegion region)
    {
        var visible = region.Model.LookupSymbols(region.Wait.SpanStart, name: gate.Name);
        return visible.Length == 1 && SymbolEqualityComparer.Default.Equals(visible[0].OriginalDefinition, gate.OriginalDefinition)
            ? SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(gate.Name))
            : SyntaxShapes.Member(SyntaxFactory.ThisExpression(), gate.Name);
    }

    /// <summary>
    /// The statement that makes the one connection of all regions, in a function inside the one that declares the lock: everybody who uses that connection
    /// under the lock is then served by a lock made there. Null when there is no such statement.
    /// </summary>
    private static StatementSyntax? NewConnectionOf(List<Place> places, GateUses uses, ConnectionModel connections, CancellationToken cancellationToken)
    {
        foreach (var key in places[0].Keys)
        {
            if (key.Root is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } local
                || key.Expression is not IdentifierNameSyntax
                || !places.TrueForAll(place => !place.IsLoop && place.Keys.Any(key.IsSameAs))
                || references[0].GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator
                || declarator.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
                || StatementLists.OwnerOf(statement) is null or SwitchSectionSyntax
                || Bodies.Around(statement) == Bodies.Around(uses.Declarations[0]))
            {
                continue;
            }

            var model = places[0].Region.Model;
            if (value.SyntaxTree == model.SyntaxTree && model.GetOperation(value, cancellationToken)?.Unwrapped() is { } made
                && (made is IObjectCreationOperation
                    || (made is IInvocationOperation call && connections.Apis.Of(call).Is(ApiKind.Upgrade | ApiKind.Accept | ApiKind.Creates))))
            {
                return statement;
            }
        }

        return null;
    }

    private static Planned MovedTo(GateUses uses, StatementSyntax connection)
    {
        var declaration = (LocalDeclarationStatementSyntax)uses.Declarations[0];
        if (declaration.ContainsDirectives || uses.Disposals.Length > 0 || StatementLists.OwnerOf(declaration) is null)
            return new ConversionRefusal(RefusalKind.NotThisShape, declaration.GetLocation(), uses.Gate.Name);
        return MovedDeclaration.Before(declaration, connection);
    }

    private static Planned AsTable(Document document, GateUses uses, List<Place> places, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var gate = uses.Gate;
        var compilation = places[0].Region.Model.Compilation;
        if (!connections.Apis.IsPresent(Table) || TypeOf(gate) is not { } gateType || !HasFixedArguments(uses, compilation, cancellationToken))
            return new ConversionRefusal(RefusalKind.DoesNotBind, gate.SourceLocation(), gate.Name);
        if (KeyTypeOf(places, gate) is not { } keyType)
            return new ConversionRefusal(RefusalKind.NothingInScope, places[0].Region.Wait.GetLocation(), gate.Name);
        if (GuardsMore(places, uses, connections, cancellationToken) is { } refusal)
            return refusal;

        var generator = SyntaxGenerator.GetGenerator(document);
        var semaphore = NameOf(generator, gateType);
        var table = GateSyntax.TableOf(NameOf(generator, keyType), semaphore).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation, TaskTypes.ImportOf(Table));
        var arguments = uses.Creations[0].ArgumentList!;
        var name = TableName(gate, uses);
        var edits = new List<Action<EditSession>>();
        foreach (var declaration in uses.Declarations)
        {
            if (declaration is LocalDeclarationStatementSyntax local)
                edits.Add(session => session.Edit(local, EditOrder.Statement, Key, current => GateSyntax.AsTable(current, name, table)));
            else
                edits.Add(session => session.Edit(declaration, EditOrder.Content, Key, current => GateSyntax.AsTable(current, name, table)));
        }

        foreach (var assignment in uses.Assignments)
        {
            edits.Add(session => session.Edit(assignment, EditOrder.Content, Key, current => ((AssignmentExpressionSyntax)current)
                .WithLeft(GateSyntax.Renamed(assignment.Left, name).WithTriviaFrom(assignment.Left))
                .WithRight(GateSyntax.Creation(table, assignment).WithTriviaFrom(assignment.Right))));
        }

        var scopes = new List<(Place Place, GateKey Key, string Name)>();
        foreach (var place in places)
        {
            var region = place.Region;
            var key = place.KeyFor(keyType)!;
            if (Reusable(scopes, place, key) is { } known)
            {
                AddRegionEdits(edits, place, SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(known)), null);
                continue;
            }

            var local = NameIn(region, gate, uses, scopes);
            scopes.Add((place, key, local));
            var declared = GateSyntax.GateOf(local, GateSyntax.Renamed(region.Gates[0], name), key.Expression, semaphore, arguments, region.Wait);
            AddRegionEdits(edits, place, SyntaxFactory.IdentifierName(SyntaxShapes.Identifier(local)), declared);
        }

        AddDisposals(edits, uses);
        return EditPlan.Of(edits);
    }

    private static TypeSyntax NameOf(SyntaxGenerator generator, INamedTypeSymbol type) =>
        (TypeSyntax)generator.TypeExpression(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), addImport: true).WithoutTrivia();

    /// <summary>The edits of one region: the lock is declared before it, or found, and every use names it.</summary>
    private static void AddRegionEdits(List<Action<EditSession>> edits, Place place, ExpressionSyntax gate, StatementSyntax? declaration)
    {
        var region = place.Region;
        var isLoop = place.IsLoop;
        foreach (var use in isLoop ? region.Gates.RemoveAt(0) : region.Gates)
        {
            if (!SyntaxFactory.AreEquivalent(use, gate))
                edits.Add(session => session.Edit(use, EditOrder.Content, Key, current => gate.WithTriviaFrom(current)));
        }

        if (isLoop && region.AsLoop() is var (wait, guard, _))
        {
            var itemWait = wait.ReplaceNode(region.Gates[0], gate.WithTriviaFrom(region.Gates[0]));
            edits.Add(session =>
            {
                session.Expand(wait, static _ => []);
                session.Expand(guard, current => [GateSyntax.AroundEachItem(declaration, itemWait, (TryStatementSyntax)current)]);
            });
        }
        else if (declaration is not null)
        {
            edits.Add(session => session.Expand(region.Anchor, current => GateSyntax.Before(current, declaration)));
        }
    }

    private static Planned? GuardsMore(List<Place> places, GateUses uses, ConnectionModel connections, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            var type = place.Region.Model.GetEnclosingSymbol(place.Region.Wait.SpanStart, cancellationToken)?.ContainingType;
            var isOwn = type is not null && (connections.Types.IsConnection(type) || (connections.Apis.Of(type) & (ApiKind.Hub | ApiKind.PerConnection)) != 0);
            var home = place.Keys[0].Root is { DeclaringSyntaxReferences: { Length: 1 } references } ? Bodies.Around(references[0].GetSyntax(cancellationToken)) : null;
            if (new GateProtection(connections, uses.Gate, isOwn, place.Keys[0].Root).GuardsMore(place.Region, home, cancellationToken))
                return new ConversionRefusal(RefusalKind.GuardsMore, place.Region.Wait.GetLocation(), uses.Gate.Name);
        }

        return null;
    }

    /// <summary>The type by which every region finds its connection, the nearest to the connection first; null when they have none in common, or the lock's member may not show it.</summary>
    private static INamedTypeSymbol? KeyTypeOf(List<Place> places, ISymbol gate)
    {
        foreach (var place in places)
        {
            foreach (var key in place.Keys)
            {
                if (!HasMethodTypeParameter(key.Type) && IsVisibleWith(key.Type, gate) && places.TrueForAll(other => other.KeyFor(key.Type) is not null))
                    return key.Type;
            }
        }

        return null;
    }

    private static bool HasMethodTypeParameter(INamedTypeSymbol type) =>
        type.TypeArguments.Any(static argument => argument is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } || (argument is INamedTypeSymbol named && HasMethodTypeParameter(named)));

    private static bool IsVisibleWith(INamedTypeSymbol key, ISymbol gate)
    {
        if (gate is ILocalSymbol || gate.DeclaredAccessibility == Accessibility.Private)
            return true;
        return gate.ContainingType is { } owner && Visibility(key) >= Math.Min(Visibility(owner), gate.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal ? 2 : 1);
    }

    /// <summary>2 for public, 1 for internal, 0 for less.</summary>
    private static int Visibility(INamedTypeSymbol type)
    {
        var visibility = 2;
        for (var current = type; current is not null; current = current.ContainingType)
        {
            visibility = Math.Min(visibility, current.DeclaredAccessibility switch
            {
                Accessibility.Public => 2,
                Accessibility.Internal or Accessibility.ProtectedOrInternal => 1,
                _ => 0,
            });
        }

        return visibility;
    }

    private static INamedTypeSymbol? TypeOf(ISymbol gate) => gate switch
    {
        IFieldSymbol field => field.Type as INamedTypeSymbol,
        IPropertySymbol property => property.Type as INamedTypeSymbol,
        ILocalSymbol local => local.Type as INamedTypeSymbol,
        _ => null,
    };

    /// <summary>Whether the lock's arguments mean the same wherever they stand.</summary>
    private static bool HasFixedArguments(GateUses uses, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var argument in uses.Creations[0].ArgumentList!.Arguments)
        {
            if (argument.Expression is not LiteralExpressionSyntax && !compilation.GetSemanticModel(argument.SyntaxTree).GetConstantValue(argument.Expression, cancellationToken).HasValue)
                return false;
        }

        return true;
    }

    private static string TableName(ISymbol gate, GateUses uses)
    {
        var name = GateSyntax.Plural(gate.Name);
        var roots = uses.Regions.Select(static region => region.Wait.SyntaxTree).Concat(uses.Declarations.Select(static node => node.SyntaxTree)).Distinct().Select(static tree => tree.GetRoot()).ToList();
        var free = name;
        for (var number = 2; roots.Exists(root => IsUsed(root, free)) || (gate.ContainingType?.GetMembers(free).IsEmpty == false); number++)
            free = name + number;
        return free;
    }

    private static bool IsUsed(SyntaxNode scope, string name) => scope.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);

    /// <summary>The local of an earlier region that this one can use as well: of the same connection, in the same function, declared in a block around it.</summary>
    private static string? Reusable(List<(Place Place, GateKey Key, string Name)> scopes, Place place, GateKey key)
    {
        foreach (var (earlier, known, name) in scopes)
        {
            if (!earlier.IsLoop && !place.IsLoop
                && earlier.Region.Body == place.Region.Body && known.IsSameAs(key)
                && earlier.Region.Anchor.SpanStart < place.Region.Anchor.SpanStart
                && StatementLists.OwnerOf(earlier.Region.Anchor) is { } owner && owner.Span.Contains(place.Region.Anchor.Span)
                && (key.Root is not ILocalSymbol and not IParameterSymbol || !IsWrittenBetween(earlier.Region, place.Region, key.Root)))
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsWrittenBetween(GateRegion earlier, GateRegion later, ISymbol variable) =>
        LocalWrites.All(earlier.Model, variable, earlier.Body, default).Any(write => TextSpan.FromBounds(earlier.Anchor.SpanStart, later.Anchor.SpanStart).Contains(write.SpanStart));

    /// <summary>A name for the region's local that nothing in sight has.</summary>
    private static string NameIn(GateRegion region, ISymbol gate, GateUses uses, List<(Place Place, GateKey Key, string Name)> scopes)
    {
        var wanted = GateSyntax.LocalName(gate.Name);
        SyntaxNode member = region.Wait.FirstAncestorOrSelf<MemberDeclarationSyntax>(static node => node is not GlobalStatementSyntax) ?? region.Wait.SyntaxTree.GetRoot();
        // The names of the lock itself go away.
        var ours = uses.Regions.SelectMany(static other => other.Gates).Select(static use => use.Span).ToImmutableHashSet();
        var taken = member.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken) && !(token.Parent is { } parent && (ours.Contains(parent.Span) || IsDeclarator(parent, uses))))
            .Select(static token => token.ValueText)
            .ToImmutableHashSet();
        var scope = StatementLists.OwnerOf(region.Anchor);
        var name = wanted;
        for (var number = 2; taken.Contains(name) || scopes.Exists(other => other.Name == name && Overlap(StatementLists.OwnerOf(other.Place.Region.Anchor), scope)); number++)
            name = wanted + number;
        return name;
    }

    private static bool IsDeclarator(SyntaxNode node, GateUses uses) =>
        node is VariableDeclaratorSyntax && uses.Declarations.Contains(node.Parent?.Parent!);

    private static bool Overlap(SyntaxNode? first, SyntaxNode? second) =>
        first is null || second is null || (first.SyntaxTree == second.SyntaxTree && (first.Span.Contains(second.Span) || second.Span.Contains(first.Span)));
}
