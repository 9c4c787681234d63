using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>The lists that statements stand in: blocks, switch sections, top-level programs.</summary>
internal static class StatementLists
{
    /// <summary>The node whose list the statement stands in, or null for an embedded statement.</summary>
    public static SyntaxNode? OwnerOf(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block,
        SwitchSectionSyntax section => section,
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } => unit,
        _ => null,
    };

    /// <summary>The statements of a list's owner in order.</summary>
    public static IReadOnlyList<StatementSyntax> StatementsOf(SyntaxNode owner) => owner switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        // A collection expression would take the type of the other arms, and adding to a SyntaxList adds nothing.
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>().Select(static member => member.Statement).ToArray(),
        _ => Array.Empty<StatementSyntax>(),
    };

    /// <summary>The statement's list, itself included; empty for an embedded statement.</summary>
    public static IReadOnlyList<StatementSyntax> SiblingsOf(StatementSyntax statement) =>
        OwnerOf(statement) is { } owner ? StatementsOf(owner) : Array.Empty<StatementSyntax>();
}
