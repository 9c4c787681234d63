using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;
using WebSocketAnalyzers.CodeFixes.Editing;
using WebSocketAnalyzers.Connections;
using WebSocketAnalyzers.Roslyn;
using WebSocketAnalyzers.Rules.Receiving;

namespace WebSocketAnalyzers.CodeFixes.Fixes.Receiving;

/// <summary>
/// WSA5014: gives each connection its own buffer. A local or private field that one function alone uses becomes a local of that function; a static field of the class
/// that owns the connection loses <c>static</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SharedBufferCodeFix))]
public sealed class SharedBufferCodeFix : ConnectionCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(SharedBufferRule.Descriptor.Id);

    private protected override ImmutableArray<FixAction> Actions { get; } = ImmutableArray.Create(new FixAction("BufferPerConnection", "BufferPerConnection", PlanAsync));

    private static async Task<Planned> PlanAsync(FixSite site, CancellationToken cancellationToken)
    {
        var refusal = new ConversionRefusal(RefusalKind.NotThisShape, site.Node.GetLocation(), null);
        if (!site.Diagnostic.Properties.TryGetValue(SharedBufferRule.Buffer, out var name)
            || site.Model.GetOperation(site.Node, cancellationToken) is not { } argument
            || VariableOf(argument, name) is not { } buffer
            || KeepsItsPlace(argument, buffer))
        {
            return refusal;
        }

        var connections = ConnectionModel.For(site.Model.Compilation, site.Document.Project.AnalyzerOptions, cancellationToken);
        return await BufferPerConnection.PlanAsync(site.Session, site.Model, site.Node, buffer, connections, cancellationToken).ConfigureAwait(false) ?? refusal;
    }

    private static ISymbol? VariableOf(IOperation argument, string? name)
    {
        foreach (var variable in ReceivedMessage.VariablesOf(argument))
        {
            if (variable.Name == name)
                return variable;
        }

        return null;
    }

    /// <summary>Whether a member counts how far the buffer is filled: its bytes then outlive the function that receives.</summary>
    private static bool KeepsItsPlace(IOperation argument, ISymbol buffer)
    {
        IOperation call = argument;
        while (call is not (IInvocationOperation or IBlockOperation) && call.Parent is { } parent)
            call = parent;
        foreach (var operation in call.SelfAndDescendantsInBody())
        {
            if (operation is IMemberReferenceOperation { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64, Instance: null or IInstanceReferenceOperation, ConstantValue.HasValue: false } member
                && !SymbolEqualityComparer.Default.Equals(member.Member, buffer))
            {
                return true;
            }
        }

        return false;
    }
}
