using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>How a type gets to dispose something: by a method that it has, by one that it overrides, or by one of its own.</summary>
internal enum DisposeStyle
{
    /// <summary>The type declares the method.</summary>
    Completed,
    /// <summary>A base type declares it for types below.</summary>
    Overridden,
    /// <summary>The type becomes disposable.</summary>
    Added,
}

/// <summary>Makes a type dispose one more thing, in the style that the type has, or that its modifiers ask for. Several things of one type compose.</summary>
internal sealed class DisposePattern
{
    private readonly string _method;
    private readonly DisposeStyle _style;
    private readonly bool _isAsync;
    private readonly bool _isSealed;

    private DisposePattern(TypeDeclarationSyntax declaration, string method, DisposeStyle style, bool isAsync, bool isSealed)
    {
        Declaration = declaration;
        _method = method;
        _style = style;
        _isAsync = isAsync;
        _isSealed = isSealed;
    }

    /// <summary>The part of the type that is edited.</summary>
    public TypeDeclarationSyntax Declaration { get; }

    /// <summary>The pattern for a type, or null when it has a shape that cannot be completed safely.</summary>
    /// <param name="type">The type.</param>
    /// <param name="at">Its part that declares what is to be disposed.</param>
    /// <param name="isAsync">Whether that can only be disposed asynchronously.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static DisposePattern? Of(INamedTypeSymbol type, TypeDeclarationSyntax at, bool isAsync, CancellationToken cancellationToken)
    {
        foreach (var name in isAsync ? new[] { "DisposeAsyncCore", "DisposeCoreAsync", "DisposeAsync" } : new[] { "Dispose(bool)", "Dispose", "DisposeAsyncCore", "DisposeCoreAsync", "DisposeAsync" })
        {
            if (Declared(type, name) is not { } own)
                continue;
            return own.DeclaringSyntaxReferences.Length == 1 && own.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is MethodDeclarationSyntax { Parent: TypeDeclarationSyntax part } method
                && CanComplete(method, isAsync)
                    ? new DisposePattern(part, name, DisposeStyle.Completed, isAsync, type.IsSealed)
                    : null;
        }

        for (var current = type.BaseType; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
        {
            foreach (var name in isAsync ? new[] { "DisposeAsyncCore", "DisposeAsync" } : new[] { "Dispose(bool)", "Dispose" })
            {
                if (Declared(current, name) is { IsSealed: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal } method && (method.IsVirtual || method.IsOverride))
                    return new DisposePattern(at, name, DisposeStyle.Overridden, isAsync, type.IsSealed);
            }
        }

        var isDisposable = type.AllInterfaces.Any(contract => contract.Name == (isAsync ? "IAsyncDisposable" : "IDisposable") && contract.ContainingNamespace.ToDisplayString() == "System");
        return isDisposable ? null : new DisposePattern(at, isAsync ? "DisposeAsync" : "Dispose", DisposeStyle.Added, isAsync, type.IsSealed);
    }

    /// <summary>The step that makes the type run a statement when it is disposed.</summary>
    /// <param name="key">What is disposed: the same is not added twice.</param>
    /// <param name="statement">The statement.</param>
    public Action<EditSession> Step(string key, StatementSyntax statement) =>
        session => session.Edit(Declaration, EditOrder.Function, "dispose " + key, current => With((TypeDeclarationSyntax)current, statement));

    private static IMethodSymbol? Declared(INamedTypeSymbol type, string name)
    {
        var takesFlag = name == "Dispose(bool)";
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            var isNamed = method.Name == (takesFlag ? "Dispose" : name) || (!takesFlag && method.Name == (name == "Dispose" ? "System.IDisposable.Dispose" : "System.IAsyncDisposable." + name));
            if (isNamed && !method.IsStatic && !method.IsAbstract && (takesFlag ? method.Parameters.Length == 1 && method.Parameters[0].Type.SpecialType == SpecialType.System_Boolean : method.Parameters.IsEmpty))
                return method;
        }

        return null;
    }

    private static bool CanComplete(MethodDeclarationSyntax method, bool isAsync)
    {
        var runsAsync = method.Modifiers.Any(SyntaxKind.AsyncKeyword);
        if (isAsync && !runsAsync)
            return false;
        if (method.ExpressionBody is not null)
            return true;
        return method.Body is { } body && (method.ParameterList.Parameters.Count == 0 || BlockFor(body, method.ParameterList.Parameters[0].Identifier.ValueText) is not null);
    }

    /// <summary>The block of a <c>Dispose(bool)</c> that runs when the flag is set: that of the <c>if</c>, or the whole body behind a guard.</summary>
    private static BlockSyntax? BlockFor(BlockSyntax body, string flag)
    {
        foreach (var statement in body.Statements)
        {
            if (statement is not IfStatementSyntax test)
                continue;
            if (test.Statement is BlockSyntax block && Requires(test.Condition, flag))
                return block;
            if (test.Condition is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: IdentifierNameSyntax name } && name.Identifier.ValueText == flag
                && (test.Statement is ReturnStatementSyntax || test.Statement is BlockSyntax { Statements: { Count: 1 } only } && only[0] is ReturnStatementSyntax))
            {
                return body;
            }
        }

        return null;
    }

    private static bool Requires(ExpressionSyntax condition, string flag)
    {
        while (condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both)
        {
            if (both.Right is IdentifierNameSyntax right && right.Identifier.ValueText == flag)
                return true;
            condition = both.Left;
        }

        return condition is IdentifierNameSyntax name && name.Identifier.ValueText == flag;
    }

    private TypeDeclarationSyntax With(TypeDeclarationSyntax type, StatementSyntax statement)
    {
        // What an edit before this one has added is completed.
        var existing = Find(type, _style == DisposeStyle.Added && !_isSealed && !_isAsync ? "Dispose(bool)" : _method);
        if (existing is not null)
            return type.ReplaceNode(existing, Completed(existing, statement));
        var changed = _style == DisposeStyle.Added ? WithInterface(type) : type;
        foreach (var method in NewMethods(statement))
            changed = WithMethod(changed, method);
        return changed;
    }

    private static MethodDeclarationSyntax? Find(TypeDeclarationSyntax type, string name)
    {
        var takesFlag = name == "Dispose(bool)";
        foreach (var member in type.Members)
        {
            if (member is MethodDeclarationSyntax method && method.Identifier.ValueText == (takesFlag ? "Dispose" : name) && method.ParameterList.Parameters.Count == (takesFlag ? 1 : 0))
                return method;
        }

        return null;
    }

    private static MethodDeclarationSyntax Completed(MethodDeclarationSyntax method, StatementSyntax statement)
    {
        if (method.Body is { } body)
        {
            var block = method.ParameterList.Parameters.Count == 0 ? body : BlockFor(body, method.ParameterList.Parameters[0].Identifier.ValueText) ?? body;
            var last = block.Statements.Count;
            while (last > 0 && IsLast(block.Statements[last - 1]))
                last--;
            var completed = block.WithStatements(block.Statements.Insert(last, statement.WithAdditionalAnnotations(Formatter.Annotation)));
            return method.ReplaceNode(block, completed);
        }

        // An expression body becomes a block in which it is the last statement but for what has to be returned.
        var arrow = method.ExpressionBody!;
        var isVoid = method.ReturnType is PredefinedTypeSyntax || method.Modifiers.Any(SyntaxKind.AsyncKeyword);
        StatementSyntax own = isVoid
            ? SyntaxFactory.ExpressionStatement(arrow.Expression.WithoutTrivia())
            : SyntaxFactory.ReturnStatement(SyntaxShapes.Spaced(SyntaxKind.ReturnKeyword), arrow.Expression.WithoutTrivia(), SyntaxFactory.Token(SyntaxKind.SemicolonToken));
        own = own.WithTrailingTrivia(statement.GetTrailingTrivia());
        var trailing = method.SemicolonToken.TrailingTrivia;
        return method
            .WithParameterList(method.ParameterList.WithTrailingTrivia(statement.GetTrailingTrivia()))
            .WithExpressionBody(null).WithSemicolonToken(default)
            .WithBody(SyntaxFactory.Block((IEnumerable<StatementSyntax>)(isVoid ? new[] { own, statement } : new[] { statement, own })).WithTrailingTrivia(trailing).WithAdditionalAnnotations(Formatter.Annotation))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>Whether what is added goes before the statement: a return, the base type's turn, the end of finalisation.</summary>
    private static bool IsLast(StatementSyntax statement)
    {
        if (statement is ReturnStatementSyntax)
            return true;
        if (statement is not ExpressionStatementSyntax { Expression: var expression })
            return false;
        if (expression is AwaitExpressionSyntax wait)
            expression = wait.Expression;
        if (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: var configured } })
            expression = configured;
        return expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } && (access.Expression is BaseExpressionSyntax || access.Name.Identifier.ValueText == "SuppressFinalize");
    }

    private IEnumerable<string> Texts()
    {
        const string Finalize = "global::System.GC.SuppressFinalize(this);";
        switch (_style, _method)
        {
            case (DisposeStyle.Overridden, "Dispose(bool)"):
                yield return "protected override void Dispose(bool disposing)\n{\nif (disposing)\n{\n}\n\nbase.Dispose(disposing);\n}";
                break;
            case (DisposeStyle.Overridden, "Dispose"):
                yield return "public override void Dispose()\n{\nbase.Dispose();\n}";
                break;
            case (DisposeStyle.Overridden, "DisposeAsyncCore"):
                yield return "protected override async ValueTask DisposeAsyncCore()\n{\nawait base.DisposeAsyncCore();\n}";
                break;
            case (DisposeStyle.Overridden, _):
                yield return "public override async ValueTask DisposeAsync()\n{\nawait base.DisposeAsync();\n}";
                break;
            case (_, "DisposeAsync"):
                yield return _isSealed ? "public async ValueTask DisposeAsync()\n{\n}" : "public virtual async ValueTask DisposeAsync()\n{\n" + Finalize + "\n}";
                break;
            case (_, _) when _isSealed:
                yield return "public void Dispose()\n{\n}";
                break;
            default:
                yield return "public void Dispose()\n{\nDispose(true);\n" + Finalize + "\n}";
                yield return "protected virtual void Dispose(bool disposing)\n{\nif (disposing)\n{\n}\n}";
                break;
        }
    }

    private IEnumerable<MethodDeclarationSyntax> NewMethods(StatementSyntax statement)
    {
        var endOfLine = statement.GetTrailingTrivia().ToString();
        var texts = Texts().ToList();
        for (var i = 0; i < texts.Count; i++)
        {
            var method = (MethodDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(texts[i].Replace("\n", endOfLine))!;
            if (method.ReturnType is IdentifierNameSyntax { Identifier.ValueText: "ValueTask" } task)
                method = method.WithReturnType(TaskTypes.FrameworkType("System.Threading.Tasks.ValueTask").WithTriviaFrom(task));
            if (i == texts.Count - 1)
                method = Completed(method, statement);
            yield return method;
        }
    }

    private static TypeDeclarationSyntax WithMethod(TypeDeclarationSyntax type, MethodDeclarationSyntax method)
    {
        var endOfLine = GateSyntax.EndOfLine(method);
        var added = method.WithTrailingTrivia(endOfLine).WithAdditionalAnnotations(Formatter.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation);
        if (type.Members.Count > 0)
            added = added.WithLeadingTrivia(endOfLine);
        return type.WithMembers(type.Members.Add(added));
    }

    private TypeDeclarationSyntax WithInterface(TypeDeclarationSyntax type)
    {
        var contract = SyntaxFactory.SimpleBaseType(TaskTypes.FrameworkType(_isAsync ? "System.IAsyncDisposable" : "System.IDisposable"));
        if (type.BaseList is { } bases)
        {
            var last = bases.Types[bases.Types.Count - 1];
            var types = bases.Types.Replace(last, last.WithoutTrailingTrivia());
            var separators = types.GetSeparators().Append(SyntaxShapes.Comma);
            return type.WithBaseList(bases.WithTypes(SyntaxFactory.SeparatedList(types.Append<BaseTypeSyntax>(contract.WithTrailingTrivia(last.GetTrailingTrivia())), separators)));
        }

        var next = type.ConstraintClauses.Count > 0 ? type.ConstraintClauses[0].GetFirstToken() : type.OpenBraceToken;
        var previous = next.GetPreviousToken();
        var trailing = previous.TrailingTrivia;
        return type.ReplaceToken(previous, previous.WithTrailingTrivia(SyntaxFactory.Space)).WithBaseList(
            SyntaxFactory.BaseList(SyntaxShapes.Spaced(SyntaxKind.ColonToken), SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(contract)).WithTrailingTrivia(trailing));
    }
}
