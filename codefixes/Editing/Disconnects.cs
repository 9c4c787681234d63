using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>
/// The exceptions by which a WebSocket says that it is gone, measured on .NET 10: a lost peer, a time limit or a host that stops, a connection that is disposed already. Their names are
/// written as short as the place allows.
/// </summary>
internal sealed class Disconnects
{
    private static readonly string[] Types = ["System.Net.WebSockets.WebSocketException", "System.OperationCanceledException", "System.ObjectDisposedException"];

    private readonly string[] _types;
    private readonly bool _knowsPatterns;

    private Disconnects(string exception, string[] types, bool knowsPatterns)
    {
        Exception = exception;
        _types = types;
        _knowsPatterns = knowsPatterns;
    }

    /// <summary>The name of the type that a clause for all of them declares.</summary>
    public string Exception { get; }

    /// <summary>The names at a place.</summary>
    public static Disconnects At(SemanticModel model, SyntaxNode place)
    {
        var position = place.SpanStart;
        var knowsPatterns = place.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp9 };
        return new Disconnects(NameOf(model, "System.Exception", position), Types.Select(type => NameOf(model, type, position)).ToArray(), knowsPatterns);
    }

    /// <summary><c>when (e is A or B or C)</c>.</summary>
    /// <param name="name">The caught exception.</param>
    /// <param name="trailing">What follows the clause.</param>
    public CatchFilterClauseSyntax Filter(string name, SyntaxTriviaList trailing) => SyntaxFactory.CatchFilterClause(
        SyntaxShapes.Spaced(SyntaxKind.WhenKeyword),
        SyntaxFactory.Token(SyntaxKind.OpenParenToken),
        SyntaxFactory.ParseExpression($"{name} is {string.Join(_knowsPatterns ? " or " : $" || {name} is ", _types)}"),
        SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.CloseParenToken, trailing));

    private static string NameOf(SemanticModel model, string type, int position) =>
        DocumentationCommentId.GetFirstSymbolForDeclarationId("T:" + type, model.Compilation) is { } symbol ? symbol.ToMinimalDisplayString(model, position) : type;
}
