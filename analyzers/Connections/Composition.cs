using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSocketAnalyzers.Connections;

/// <summary>Which members of an object are made out of which others: facts of syntax, read only for the few types that hold several connections.</summary>
internal static class Composition
{
    /// <summary>
    /// Whether <paramref name="whole"/> is created over what <paramref name="part"/> holds, as in <c>_socket = socket; _reader = new MessageReader(socket);</c>:
    /// then both are ends of one connection.
    /// </summary>
    /// <param name="type">The type whose members they are.</param>
    /// <param name="whole">A field, property or primary-constructor parameter.</param>
    /// <param name="part">Another one.</param>
    public static bool IsMadeOf(INamedTypeSymbol type, ISymbol whole, ISymbol part)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { part.Name };
        foreach (var value in ValuesOf(type, part.Name))
        {
            if (value is IdentifierNameSyntax source)
                names.Add(source.Identifier.ValueText);
        }

        foreach (var value in ValuesOf(type, whole.Name))
        {
            if (value is not BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments })
                continue;
            foreach (var argument in arguments.Arguments)
            {
                if (NameOf(argument.Expression) is { } name && names.Contains(name))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether the object makes what the member holds by itself, wherever it sets the member: nobody else has it then, unless it is given away.</summary>
    public static bool Makes(INamedTypeSymbol type, ISymbol member)
    {
        var made = false;
        foreach (var value in ValuesOf(type, member.Name))
        {
            if (value is not (BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax))
                return false;
            made = true;
        }

        return made;
    }

    /// <summary>What the type's initialisers and constructors put into the member.</summary>
    private static IEnumerable<ExpressionSyntax> ValuesOf(INamedTypeSymbol type, string member)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is not TypeDeclarationSyntax declaration)
                continue;
            foreach (var part in declaration.Members)
            {
                switch (part)
                {
                    case FieldDeclarationSyntax field:
                        foreach (var variable in field.Declaration.Variables)
                        {
                            if (variable.Identifier.ValueText == member && variable.Initializer is { } initializer)
                                yield return initializer.Value;
                        }

                        break;
                    case PropertyDeclarationSyntax { Initializer: { } initializer } property when property.Identifier.ValueText == member:
                        yield return initializer.Value;
                        break;
                    case ConstructorDeclarationSyntax constructor:
                        foreach (var node in constructor.DescendantNodes())
                        {
                            if (node is AssignmentExpressionSyntax assignment && NameOf(assignment.Left) == member)
                                yield return assignment.Right;
                        }

                        break;
                }
            }
        }
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
