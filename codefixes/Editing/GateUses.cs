using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Flow;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>Everything the solution does with one lock, sorted into declarations, assignments and held regions. There is none when a use is of another kind.</summary>
internal sealed class GateUses
{
    private GateUses(ISymbol gate, ImmutableArray<SyntaxNode> declarations, ImmutableArray<AssignmentExpressionSyntax> assignments, ImmutableArray<ExpressionStatementSyntax> disposals, ImmutableArray<GateRegion> regions, ImmutableArray<BaseObjectCreationExpressionSyntax> creations)
    {
        Gate = gate;
        Declarations = declarations;
        Assignments = assignments;
        Disposals = disposals;
        Regions = regions;
        Creations = creations;
    }

    /// <summary>The lock's variable.</summary>
    public ISymbol Gate { get; }

    /// <summary>Its declarations: the field's or local's statement, or the property. Several only for files that several projects share.</summary>
    public ImmutableArray<SyntaxNode> Declarations { get; }

    /// <summary>Assignments in constructors.</summary>
    public ImmutableArray<AssignmentExpressionSyntax> Assignments { get; }

    /// <summary>Statements that dispose the lock. They go: whoever waits for a disposed lock waits for ever, and nothing is freed that the collector does not free.</summary>
    public ImmutableArray<ExpressionStatementSyntax> Disposals { get; }

    /// <summary>All regions, in the order of their documents and places.</summary>
    public ImmutableArray<GateRegion> Regions { get; }

    /// <summary>How the lock is made: every initialiser and assignment, which agree in their arguments.</summary>
    public ImmutableArray<BaseObjectCreationExpressionSyntax> Creations { get; }

    /// <summary>Finds and sorts the uses; null when some use cannot be rewritten, or some region does nothing on a connection.</summary>
    public static async Task<GateUses?> FindAsync(EditSession session, ISymbol gate, Func<Compilation, ConnectionModel> connectionsOf, CancellationToken cancellationToken)
    {
        var declarations = new List<SyntaxNode>();
        var assignments = new List<AssignmentExpressionSyntax>();
        var disposals = new List<ExpressionStatementSyntax>();
        var uses = new List<Use>();
        var seen = new HashSet<(DocumentId, TextSpan)>();
        foreach (var referenced in await session.ReferencesAsync(gate, cancellationToken).ConfigureAwait(false))
        {
            if (referenced.Definition.Kind == gate.Kind)
            {
                foreach (var reference in referenced.Definition.DeclaringSyntaxReferences)
                {
                    if (DeclarationOf(await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false)) is not { } declaration || session.Solution.GetDocument(declaration.SyntaxTree) is null)
                        return null;
                    declarations.Add(declaration);
                }
            }

            foreach (var location in referenced.Locations)
            {
                if (!seen.Add((location.Document.Id, location.Location.SourceSpan)))
                    continue;
                if (location.Document is SourceGeneratedDocument || location.IsCandidateLocation
                    || await session.ModelAsync(location.Document, cancellationToken).ConfigureAwait(false) is not { } model
                    || NameAt(model.SyntaxTree, location.Location.SourceSpan, gate.Name) is not { } name)
                {
                    return null;
                }

                var expression = Qualified(name);
                if (expression.Parent is AssignmentExpressionSyntax assignment && assignment.Left == expression && IsInConstructor(assignment, gate))
                    assignments.Add(assignment);
                else if (DisposalOf(expression) is { } disposal)
                    disposals.Add(disposal);
                else if (CallOn(expression) is { } call)
                    uses.Add(new Use(location.Document, model, expression, call));
                else
                    return null;
            }
        }

        if (declarations.Count == 0 || HasUsesInDisabledText(declarations.Select(static node => node.SyntaxTree).Concat(uses.Select(static use => use.Model.SyntaxTree)), gate.Name))
            return null;
        var regions = ImmutableArray.CreateBuilder<GateRegion>();
        foreach (var inBody in uses.GroupBy(static use => Bodies.Around(use.Call)))
        {
            if (inBody.Key is not { } body || !AddRegions(body, [.. inBody.OrderBy(static use => use.Call.SpanStart)], gate, connectionsOf, regions, cancellationToken))
                return null;
        }

        var creations = declarations.SelectMany(CreationsIn).Concat(assignments.Select(static assignment => assignment.Right)).ToList();
        return regions.Count > 0 && creations.Count > 0 && creations.All(creation => AreSame(creation, creations[0]))
            ? new GateUses(gate, declarations.ToImmutableArray(), assignments.ToImmutableArray(), disposals.ToImmutableArray(), regions.ToImmutable(), creations.Cast<BaseObjectCreationExpressionSyntax>().ToImmutableArray())
            : null;
    }

    /// <summary>The statement, field or property that declares nothing but the lock, or null.</summary>
    private static SyntaxNode? DeclarationOf(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax or LocalDeclarationStatementSyntax } declaration } => declaration.Parent,
        PropertyDeclarationSyntax { ExpressionBody: null, AccessorList.Accessors: { Count: 1 } accessors } property when accessors[0] is { Body: null, ExpressionBody: null } => property,
        _ => null,
    };

    private static IEnumerable<ExpressionSyntax> CreationsIn(SyntaxNode declaration)
    {
        var value = declaration switch
        {
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Initializer?.Value,
            LocalDeclarationStatementSyntax local => local.Declaration.Variables[0].Initializer?.Value,
            PropertyDeclarationSyntax property => property.Initializer?.Value,
            _ => null,
        };
        if (value is not null)
            yield return value;
    }

    private static bool AreSame(ExpressionSyntax creation, ExpressionSyntax first) =>
        creation is BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: { } arguments }
        && first is BaseObjectCreationExpressionSyntax { ArgumentList: { } others }
        && SyntaxFactory.AreEquivalent(arguments, others);

    private static SimpleNameSyntax? NameAt(SyntaxTree tree, TextSpan span, string name) =>
        tree.GetRoot().FindNode(span, getInnermostNodeForTie: true) is SimpleNameSyntax node && node.Identifier.ValueText == name ? node : null;

    /// <summary>The whole expression that names the lock: <c>_gate</c>, <c>this._gate</c>, <c>ChatSession.Gate</c>.</summary>
    private static ExpressionSyntax Qualified(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;

    private static InvocationExpressionSyntax? CallOn(ExpressionSyntax gate) =>
        gate.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access && access.Expression == gate && call.Expression == access ? call : null;

    private static ExpressionStatementSyntax? DisposalOf(ExpressionSyntax gate)
    {
        SyntaxNode? call = gate.Parent switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose", Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } direct } access when access.Expression == gate => direct,
            ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Dispose" } } } conditional => conditional,
            _ => null,
        };
        return call?.Parent is ExpressionStatementSyntax statement && StatementLists.OwnerOf(statement) is not null && !SyntaxShapes.HasComments(statement) ? statement : null;
    }

    private static bool IsInConstructor(AssignmentExpressionSyntax assignment, ISymbol gate) =>
        assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
        && Bodies.Around(assignment) is ConstructorDeclarationSyntax { Parent: TypeDeclarationSyntax type }
        && gate is IFieldSymbol or IPropertySymbol
        && type.Identifier.ValueText == gate.ContainingType.Name;

    /// <summary>Whether code that is switched off by a directive names the lock.</summary>
    public static bool HasUsesInDisabledText(IEnumerable<SyntaxTree> trees, string name)
    {
        foreach (var tree in trees.Distinct())
        {
            var root = tree.GetRoot();
            if (root.ContainsDirectives && root.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.DisabledTextTrivia) && trivia.ToString().Contains(name)))
                return true;
        }

        return false;
    }

    /// <summary>Pairs the waits of one function with its releases: a release belongs to the last wait above it.</summary>
    private static bool AddRegions(SyntaxNode body, List<Use> uses, ISymbol gate, Func<Compilation, ConnectionModel> connectionsOf, ImmutableArray<GateRegion>.Builder regions, CancellationToken cancellationToken)
    {
        List<Use>? current = null;
        var groups = new List<List<Use>>();
        var connections = connectionsOf(uses[0].Model.Compilation);
        foreach (var use in uses)
        {
            if (use.Model.GetSymbolInfo(use.Call, cancellationToken).Symbol is not { } method)
                return false;
            var facts = connections.Apis.Of(method);
            if (facts.Is(ApiKind.Acquires))
                groups.Add(current = [use]);
            else if (facts.Is(ApiKind.Releases) && current is not null)
                current.Add(use);
            else
                return false;
        }

        foreach (var group in groups)
        {
            if (group.Count < 2 || Region(body, group, gate, connections, cancellationToken) is not { } region)
                return false;
            regions.Add(region);
        }

        return true;
    }

    private static GateRegion? Region(SyntaxNode body, List<Use> uses, ISymbol gate, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var (document, model, _, wait) = uses[0];
        if (AnchorOf(body, uses) is not { } anchor || !IsWaitedFor(wait, model, cancellationToken))
            return null;
        var calls = uses.Select(static use => use.Call).ToImmutableArray();
        var held = HeldRegion.After(wait, call => calls.Contains(call) && call != wait);
        var operations = connections.Guarded.In(held, model, cancellationToken).ToImmutableArray();
        if (held.IsEmpty || operations.IsEmpty)
            return null;
        var guarded = TextSpan.FromBounds(anchor.SpanStart, calls.Max(static call => call.Span.End));
        return new GateRegion(document, model, body, wait, uses.Select(static use => use.Gate).ToImmutableArray(), held, anchor, guarded, operations);
    }

    /// <summary>A synchronous wait, or one whose task is awaited at once.</summary>
    private static bool IsWaitedFor(InvocationExpressionSyntax wait, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetSymbolInfo(wait, cancellationToken).Symbol is not IMethodSymbol method)
            return false;
        ExpressionSyntax value = wait;
        while (value.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            value = configured;
        return value.Parent is AwaitExpressionSyntax || !method.ReturnType.IsTaskLike();
    }

    private static StatementSyntax? AnchorOf(SyntaxNode body, List<Use> uses)
    {
        for (var statement = uses[0].Call.FirstAncestorOrSelf<StatementSyntax>(); statement is not null && Bodies.Around(statement) == body; statement = statement.Parent?.FirstAncestorOrSelf<StatementSyntax>())
        {
            if (StatementLists.OwnerOf(statement) is { } owner and not SwitchSectionSyntax && uses.TrueForAll(use => owner.Span.Contains(use.Call.Span)))
                return statement;
        }

        return null;
    }

    private sealed record Use(Document Document, SemanticModel Model, ExpressionSyntax Gate, InvocationExpressionSyntax Call);
}
