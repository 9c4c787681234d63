using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The statement that disposes what a variable holds, which may be nothing.</summary>
internal static class DisposeStatement
{
    /// <summary><c>x?.Dispose();</c> or, where there is nothing else, <c>if (x is not null) await x.DisposeAsync();</c>, ended by the file's end of line.</summary>
    /// <param name="variable">What names the variable.</param>
    /// <param name="disposal">How its type is disposed.</param>
    /// <param name="mayBeNull">Whether it may hold nothing.</param>
    /// <param name="place">The code it is for: its language version and its style decide.</param>
    public static StatementSyntax Of(ExpressionSyntax variable, Disposal disposal, bool mayBeNull, SyntaxNode place)
    {
        variable = variable.WithoutTrivia();
        var receiver = disposal.NeedsCast
            ? (ExpressionSyntax)SyntaxFactory.ParenthesizedExpression(SyntaxFactory.CastExpression(TaskTypes.FrameworkType(disposal.IsAsync ? "System.IAsyncDisposable" : "System.IDisposable"), variable))
            : variable;
        if (!disposal.IsAsync)
            return StatementTemplate.Parse(mayBeNull ? "Connection?.Dispose();" : "Connection.Dispose();", ("Connection", receiver)).WithTrailingTrivia(GateSyntax.EndOfLine(place));
        var dispose = "await Connection.DisposeAsync()" + (ConfigureAwaitStyle.AppliesAt(place) ? ".ConfigureAwait(false);" : ";");
        if (mayBeNull)
            dispose = (place.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp9 } ? "if (Variable is not null)\n" : "if (Variable != null)\n") + dispose;
        return StatementTemplate.Parse(dispose, ("Connection", receiver), ("Variable", variable)).WithTrailingTrivia(GateSyntax.EndOfLine(place));
    }
}
