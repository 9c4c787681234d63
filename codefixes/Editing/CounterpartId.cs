using Microsoft.CodeAnalysis;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>The documentation id of a method, taken apart.</summary>
/// <param name="TypeName">The full name of the containing type.</param>
/// <param name="Name">The method's name.</param>
/// <param name="Parameters">The parameter list with its parentheses, or null for every overload.</param>
internal sealed record CounterpartId(string TypeName, string Name, string? Parameters)
{
    private const string Token = "System.Threading.CancellationToken";

    /// <summary>The parts of an id such as <c>M:System.IO.File.ReadAllTextAsync(System.String)</c>, or null when it is not one.</summary>
    public static CounterpartId? Parse(string id)
    {
        if (!id.StartsWith("M:", StringComparison.Ordinal))
            return null;
        var open = id.IndexOf('(');
        var path = open < 0 ? id.Substring(2) : id.Substring(2, open - 2);
        var dot = path.LastIndexOf('.');
        if (dot <= 0 || dot == path.Length - 1)
            return null;
        var name = path.Substring(dot + 1);
        var tick = name.IndexOf('`');
        return new CounterpartId(path.Substring(0, dot), tick < 0 ? name : name.Substring(0, tick), open < 0 ? null : id.Substring(open));
    }

    /// <summary>Whether a method, one that it overrides or the one it was reduced from is the one meant; the token parameter may be missing.</summary>
    public bool Matches(IMethodSymbol method)
    {
        for (var current = (method.ReducedFrom ?? method).OriginalDefinition; current is not null; current = current.OverriddenMethod?.OriginalDefinition)
        {
            if (current.GetDocumentationCommentId() is not { } id || Parse(id) is not { } other || other.TypeName != TypeName || other.Name != Name)
                continue;
            if (Parameters is null || (other.Parameters ?? "()") == Parameters || (other.Parameters ?? "()") == WithoutToken(Parameters))
                return true;
        }
        return false;
    }

    private static string WithoutToken(string parameters)
    {
        if (parameters == "(" + Token + ")")
            return "()";
        var end = "," + Token + ")";
        return parameters.EndsWith(end, StringComparison.Ordinal) ? parameters.Substring(0, parameters.Length - end.Length) + ")" : parameters;
    }
}
