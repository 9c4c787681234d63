using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Bodies = WebSocketAnalyzers.Roslyn.Bodies;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How one function comes to return a task.</summary>
/// <param name="Function">The method, local function or lambda.</param>
/// <param name="IsAsync">Whether it is <c>async</c> then; otherwise it returns completed tasks.</param>
/// <param name="ChangesType">Whether its written return type changes to a task of what it was.</param>
/// <param name="Returns">The edits of its return statements.</param>
internal sealed record FunctionConversion(
    SyntaxNode Function,
    bool IsAsync,
    bool ChangesType,
    IReadOnlyList<Action<EditSession>> Returns)
{
    /// <summary>Adds the edits of the signature and of the returns.</summary>
    public void AddEdits(EditSession session)
    {
        foreach (var edit in Returns)
            edit(session);
        session.Edit(Function, EditOrder.Function, "signature", current =>
        {
            if (ChangesType)
                current = WithTaskType(current);
            return IsAsync && !Bodies.IsAsync(current) ? FunctionShape.WithAsync(current) : current;
        });
    }

    private static SyntaxNode WithTaskType(SyntaxNode function)
    {
        if (FunctionShape.ReturnTypeOf(function) is not { } old)
            return function;
        var type = (old is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } ? TaskTypes.Task() : TaskTypes.TaskOf(old))
            .WithTriviaFrom(old);
        return function switch
        {
            MethodDeclarationSyntax method => method.WithReturnType(type),
            LocalFunctionStatementSyntax local => local.WithReturnType(type),
            ParenthesizedLambdaExpressionSyntax lambda => lambda.WithReturnType(type),
            _ => function,
        };
    }
}
