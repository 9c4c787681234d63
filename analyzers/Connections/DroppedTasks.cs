using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.Roslyn;

namespace WebSocketAnalyzers.Connections;

/// <summary>How a task is dropped.</summary>
internal enum DropForm
{
    /// <summary>The call is a statement (also <c>?.</c>, <c>.ConfigureAwait(false);</c>, an expression-bodied void member, a lambda for a void delegate).</summary>
    Statement,

    /// <summary><c>_ = F();</c>, and <c>F().Forget();</c> with a method of the program that does nothing with its task.</summary>
    Discard,

    /// <summary><c>var t = F();</c> and <c>t</c> is never read.</summary>
    UnusedLocal,

    /// <summary><c>t = F(a); t = F(b);</c> and <c>t</c> is not read in between.</summary>
    Overwritten,
}

/// <summary>Which calls hand back a task that nobody looks at.</summary>
internal static class DroppedTasks
{
    /// <summary>How the task of <paramref name="call"/> is dropped, or null when it is used or is no task.</summary>
    public static DropForm? FormOf(IInvocationOperation call)
    {
        if (!call.TargetMethod.ReturnType.IsTaskLike())
            return null;

        IOperation value = call;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IConditionalAccessOperation access when access.WhenNotNull == value:
                case IConditionalOperation choice when choice.Condition != value:
                case ICoalesceOperation or ISwitchExpressionOperation:
                case ISwitchExpressionArmOperation arm when arm.Value == value:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" } wrapped when wrapped.Instance == value:
                    value = parent;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Unwrap", ContainingType.Name: nameof(TaskExtensions) } } unwrapped }:
                    value = unwrapped;
                    continue;
                case IArgumentOperation { Parameter: { } parameter } when IsNeverRead(parameter):
                    return DropForm.Discard;
                case IExpressionStatementOperation:
                    return DropForm.Statement;
                case ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation }:
                    return DropForm.Discard;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when IsNeverRead(declarator):
                    return DropForm.UnusedLocal;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether the parameter belongs to a method whose body, which is in sight, makes no use of it.</summary>
    private static bool IsNeverRead(IParameterSymbol parameter)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { IsStatic: true, ReturnsVoid: true } method || Bodies.Of(method, CancellationToken.None) is not { } body)
            return false;
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == parameter.Name)
                return false;
        }

        return true;
    }

    private static bool IsNeverRead(IVariableDeclaratorOperation declarator)
    {
        // "using var x" reads its variable at the end of the scope.
        if (declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation || declarator.Symbol.IsRef)
            return false;
        if (Bodies.Around(declarator.Syntax) is not { } body)
            return false;
        var name = declarator.Symbol.Name;
        foreach (var node in body.DescendantNodes())
        {
            if (node is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name)
                return false;
        }

        return true;
    }
}
