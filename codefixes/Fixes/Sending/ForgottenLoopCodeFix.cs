using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Sending;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Sending;

/// <summary>
/// WSA4013: awaits a connect; awaits a loop as the last act of a handler or a background service; else keeps the loop's task in a field and awaits it where the type cancels the loop,
/// when that is seen to end it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ForgottenLoopCodeFix))]
public sealed class ForgottenLoopCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ForgottenLoopRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(
        new FixAction("AwaitLoop", "Await", PlanAwaitAsync),
        new FixAction("KeepTask", "KeepTask", PlanKeepAsync));

    private static async Task<Planned> PlanAwaitAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call || DroppedTasks.FormOf(call) is null
            || (Editing.TaskTypes.IsTask(Editing.TaskTypes.ResultOf(call.TargetMethod.ReturnType)) && call.Parent is not IArgumentOperation))
        {
            return Refuse(site, RefusalKind.NotThisShape);
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (connections.Apis.Of(call).Is(ApiKind.Connect))
            return await AwaitSend.PlanAsync(site, cancellationToken).ConfigureAwait(false);
        if (BodyOf(call, connections, cancellationToken) is not { } body)
            return Refuse(site, RefusalKind.NotThisShape);
        if (connections.Summaries.RunsUntilEnd(body, cancellationToken) is null)
            return await AwaitSend.PlanAsync(site, cancellationToken).ConfigureAwait(false);
        if (!await IsLastActAsync(site, call, connections, cancellationToken).ConfigureAwait(false))
            return Refuse(site, RefusalKind.EndlessLoop);
        return await AwaitSend.PlanAsync(site, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the loop is all that a handler or background service still has to do, and no loop over connections waits for that.</summary>
    private static async Task<bool> IsLastActAsync(FixSite site, IInvocationOperation call, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (site.Node.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !LastAct.Is(statement)
            || AwaitPosition.Of(site.Node).Function is not MethodDeclarationSyntax function
            || FunctionShape.SymbolOf(site.Model, function, cancellationToken) is not { } method || !Editing.TaskTypes.IsTask(method.ReturnType)
            || (!Tokens.IsBackgroundBody(method) && connections.Handlers.Around(call.Syntax, method, cancellationToken) is null))
        {
            return false;
        }
        foreach (var caller in await ConnectionLoops.CallsOfAsync(site.Session, method, cancellationToken).ConfigureAwait(false))
        {
            if (connections.Sends.IsTurnAboutAnotherConnection(caller.Operation, cancellationToken))
                return false;
        }
        return true;
    }

    private static async Task<Planned> PlanKeepAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Model.GetOperation(site.Node, cancellationToken) is not IInvocationOperation call || DropOf(call) is not { } drop
            || call.TargetMethod.ReturnType is not INamedTypeSymbol { Name: nameof(Task), IsGenericType: false }
            || drop.Parent?.Parent is not MethodDeclarationSyntax { Parent: ClassDeclarationSyntax type } starter || starter.Modifiers.Any(SyntaxKind.StaticKeyword))
        {
            return Refuse(site, RefusalKind.NotThisShape);
        }
        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        if (LoopCall(call, connections, cancellationToken) is not { } loop || connections.Methods.Target(loop, cancellationToken) is not { } target
            || Bodies.Of(target, cancellationToken) is not { } body || connections.Summaries.RunsUntilEnd(body, cancellationToken) is null
            || Tokens.ArgumentOf(loop) is not { Parameter: { } parameter } token || Tokens.Identity(token.Value) is not IFieldSymbol { IsStatic: false } source
            || !EndsWith(body, target.Parameters[parameter.Ordinal], connections, cancellationToken)
            || FieldOf(source, type, cancellationToken) is not { } field || CancelIn(type, source, site.Model, cancellationToken) is not { } cancel)
        {
            return Refuse(site, RefusalKind.EndlessLoop);
        }
        var shutdown = Bodies.Around(cancel)!;
        // Started twice, the field would forget the first; awaited by what the loop itself calls, it would never end.
        if (shutdown == starter || connections.Summaries.Reaches(target, shutdown, cancellationToken)
            || (await ConnectionLoops.CallsOfAsync(site.Session, target, cancellationToken).ConfigureAwait(false)).Count > 1)
        {
            return Refuse(site, RefusalKind.EndlessLoop);
        }
        return new KeptTask(drop, (ExpressionSyntax)site.Node, field, cancel, NameFor(target.Name)).Plan() is { } plan ? plan : Refuse(site, RefusalKind.NotThisShape);
    }

    /// <summary>The statement that is nothing but the dropped call.</summary>
    private static StatementSyntax? DropOf(IInvocationOperation call) => call.Parent switch
    {
        IExpressionStatementOperation { Syntax: ExpressionStatementSyntax statement } => statement,
        ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation { Syntax: ExpressionStatementSyntax statement } } => statement,
        IVariableInitializerOperation { Syntax: EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax local } } } => local,
        _ => null,
    };

    private static SyntaxNode? BodyOf(IInvocationOperation call, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (connections.Methods.Target(call, cancellationToken) is { } target)
            return Bodies.Of(target, cancellationToken);
        if (DelegateTargets.IsCall(call))
            return connections.Delegates.Of(call, cancellationToken) is { Length: 1 } targets ? targets[0].Body : null;
        foreach (var argument in call.Arguments)
        {
            if (connections.Methods.FunctionIn(argument.Value, cancellationToken) is var (_, function))
                return function;
        }
        return null;
    }

    /// <summary>The call of the loop's method: the dropped one, or the only one in the lambda that Task.Run is given.</summary>
    private static IInvocationOperation? LoopCall(IInvocationOperation call, ConnectionModel connections, CancellationToken cancellationToken)
    {
        if (!connections.Apis.Of(call).Is(ApiKind.Offload))
            return call;
        if (call.Arguments.Length == 0 || call.Arguments[0].Value.WithoutConversions() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: { Length: 1 } statements } })
            return null;
        return statements[0] switch
        {
            IReturnOperation { ReturnedValue: { } value } => value.Unwrapped() as IInvocationOperation,
            IExpressionStatementOperation statement => statement.Operation.Unwrapped() as IInvocationOperation,
            _ => null,
        };
    }

    /// <summary>Whether everything that the body waits for on a connection ends with its token.</summary>
    private static bool EndsWith(SyntaxNode body, IParameterSymbol token, ConnectionModel connections, CancellationToken cancellationToken)
    {
        var facts = connections.Summaries.FactsOf(body, cancellationToken);
        foreach (var io in facts.IO)
        {
            if (!io.IsDropped && !IsGiven(io.Call, token))
                return false;
        }
        foreach (var call in facts.Calls)
        {
            if (!call.IsDropped && connections.Summaries.Does(call.Target, ApiKind.AnyConnectionIO, cancellationToken) is not null && !(call.Operation is IInvocationOperation invocation && IsGiven(invocation, token)))
                return false;
        }
        return true;
    }

    private static bool IsGiven(IInvocationOperation call, IParameterSymbol token) =>
        Tokens.ArgumentOf(call) is { } argument && SymbolEqualityComparer.Default.Equals(argument.Value.ReferencedSymbol(), token);

    private static FieldDeclarationSyntax? FieldOf(IFieldSymbol source, ClassDeclarationSyntax type, CancellationToken cancellationToken) =>
        source.DeclaringSyntaxReferences.Length == 1 && source.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } && field.Parent == type
            ? field
            : null;

    /// <summary>The one statement of an async method of the type that cancels the source, right in the method's block; null when there are several, or another form of it.</summary>
    private static StatementSyntax? CancelIn(ClassDeclarationSyntax type, IFieldSymbol source, SemanticModel model, CancellationToken cancellationToken)
    {
        StatementSyntax? cancel = null;
        foreach (var node in type.DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Cancel" or "CancelAsync" } access } call
                || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(access.Expression, cancellationToken).Symbol, source))
            {
                continue;
            }
            var statement = call.Parent switch
            {
                ExpressionStatementSyntax plain => plain,
                AwaitExpressionSyntax { Parent: ExpressionStatementSyntax awaited } => awaited,
                _ => null,
            };
            if (cancel is not null || statement?.Parent?.Parent is not MethodDeclarationSyntax method || !method.Modifiers.Any(SyntaxKind.AsyncKeyword) || method.ReturnType is PredefinedTypeSyntax)
                return null;
            cancel = statement;
        }
        return cancel;
    }

    /// <summary>ReceiveLoopAsync: receiveLoopTask.</summary>
    private static string NameFor(string method)
    {
        var stem = method.EndsWith("Async", StringComparison.Ordinal) && method.Length > 5 ? method.Substring(0, method.Length - 5) : method;
        return char.ToLowerInvariant(stem[0]) + stem.Substring(1) + "Task";
    }

    private static ConversionRefusal Refuse(FixSite site, RefusalKind kind) => new(kind, site.Node.GetLocation(), null);
}
