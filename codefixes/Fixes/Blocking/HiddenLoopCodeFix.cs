using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Rules.Blocking;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Blocking;

/// <summary>
/// WSA2008: Task.Run, whose task ends with the work. Not for a scheduler or state of the caller's, not where the caller would begin to wait for an endless loop in the middle of its own work.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HiddenLoopCodeFix))]
public sealed class HiddenLoopCodeFix : ConnectionCodeFix
{
    /// <summary>TaskCreationOptions.AttachedToParent.</summary>
    private const int AttachedToParent = 4;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(HiddenLoopRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("UseTaskRun", "UseTaskRun", static (site, cancellationToken) => Task.FromResult(Plan(site, cancellationToken))));

    private static Planned Plan(FixSite site, CancellationToken cancellationToken)
    {
        var refusal = new ConversionRefusal(RefusalKind.NotThisShape, site.Diagnostic.Location, null);
        var properties = site.Diagnostic.Properties;
        if (properties.ContainsKey(HiddenLoopRule.IsLost)
            || PassToken.CallAt(site.Node) is not { Expression: MemberAccessExpressionSyntax { Expression: var factory } } call
            || site.Model.GetSymbolInfo(factory, cancellationToken).Symbol is not IPropertySymbol { Name: nameof(Task.Factory), IsStatic: true } property || !TaskTypes.IsTask(property.ContainingType)
            || site.Model.GetTypeInfo(call, cancellationToken).Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } results } || !TaskTypes.IsTask(results[0]) || TaskTypes.IsValueTask(results[0])
            || Kept(site.Model, call, cancellationToken) is not { } kept
            || !FitsIn(call, properties.ContainsKey(HiddenLoopRule.IsEndless)))
        {
            return refusal;
        }

        var task = factory is MemberAccessExpressionSyntax { Expression: var name } && property.ContainingType.Arity == 0 ? name.WithoutTrivia() : TaskTypes.Task();
        InvocationExpressionSyntax Rewrite(InvocationExpressionSyntax current) => current
            .WithExpression(SyntaxShapes.Member(task, nameof(Task.Run)).WithTriviaFrom(current.Expression))
            .WithArgumentList(Without(current.ArgumentList, kept));

        // The delegate must mean the same to Task.Run.
        return PassToken.Bind(site.Model, call, Rewrite(call)) is { Name: nameof(Task.Run) } bound && SymbolEqualityComparer.Default.Equals(bound.ReturnType, results[0])
            ? EditPlan.Of(target => target.Edit(call, EditOrder.Content, "task run", current => Rewrite((InvocationExpressionSyntax)current)))
            : refusal;
    }

    /// <summary>The places of the arguments that Task.Run takes, or null when one that it does not take means something.</summary>
    private static ImmutableArray<int>? Kept(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        var kept = ImmutableArray.CreateBuilder<int>();
        for (var index = 0; index < call.ArgumentList.Arguments.Count; index++)
        {
            var argument = call.ArgumentList.Arguments[index];
            var type = model.GetTypeInfo(argument.Expression, cancellationToken).ConvertedType;
            if (type?.TypeKind == TypeKind.Delegate || (TokenInScope.IsToken(type) && !TokenInScope.IsNone(argument.Expression)))
            {
                kept.Add(index);
                continue;
            }

            var isIdle = type?.Name switch
            {
                nameof(CancellationToken) => true,
                nameof(TaskCreationOptions) => model.GetConstantValue(argument.Expression, cancellationToken) is { HasValue: true, Value: int options } && (options & AttachedToParent) == 0,
                nameof(TaskScheduler) => model.GetSymbolInfo(argument.Expression, cancellationToken).Symbol is IPropertySymbol { Name: nameof(TaskScheduler.Default) },
                _ => false,
            };
            if (!isIdle || SyntaxShapes.HasComments(argument))
                return null;
        }

        return kept.ToImmutable();
    }

    /// <summary>Whether a plain task fits where the task of a task stands, and whether an await there may wait for the end of the work.</summary>
    private static bool FitsIn(InvocationExpressionSyntax call, bool isEndless)
    {
        var whole = SyntaxShapes.Outermost(call);
        if (whole.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(Task.ConfigureAwait), Parent: InvocationExpressionSyntax configured })
            whole = SyntaxShapes.Outermost(configured);
        return whole.Parent switch
        {
            AwaitExpressionSyntax { Parent: ExpressionStatementSyntax statement } => !isEndless || IsLastAct(statement),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(Task.Wait) } => !isEndless,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: var type } } } => type.IsVar || type is SimpleNameSyntax { Arity: 0 } or QualifiedNameSyntax { Right.Arity: 0 },
            _ => true,
        };
    }

    private static bool IsLastAct(ExpressionStatementSyntax statement) =>
        statement.Parent is BlockSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax } block && block.Statements.Last() == statement;

    private static ArgumentListSyntax Without(ArgumentListSyntax list, ImmutableArray<int> kept)
    {
        if (kept.Length == list.Arguments.Count)
            return list;
        var arguments = kept.Select(index => list.Arguments[index]).ToList();
        var last = arguments.Count - 1;
        // What closed the list closes it still, and each argument stays on its line.
        arguments[last] = arguments[last].WithTrailingTrivia(list.Arguments.Last().GetTrailingTrivia());
        return list.WithArguments(SyntaxFactory.SeparatedList(arguments, kept.Skip(1).Select(index => list.Arguments.GetSeparator(index - 1))));
    }
}
