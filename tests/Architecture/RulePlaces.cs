using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace WebSocketAnalyzers.Tests.Architecture;

/// <summary>One rule is four places with one stem: the rule, its fix, its tests, and its section of the page.</summary>
/// <param name="Type">The class that holds the descriptor.</param>
/// <param name="Descriptor">What it reports.</param>
internal sealed record RulePlaces(Type Type, DiagnosticDescriptor Descriptor)
{
    private const string TestNamespace = "WebSocketAnalyzers.Tests.Rules.";

    /// <summary>The id, such as WSA2001.</summary>
    public string Id => Descriptor.Id;

    /// <summary>The mistake as a noun phrase, without "Rule" behind it.</summary>
    public string Stem => Type.Name[..^"Rule".Length];

    /// <summary>The folder below Rules, Fixes and tests/Rules, which is also the category.</summary>
    public string Folder => Type.Namespace!.Split('.')[^1];

    /// <summary>The title in the neutral language.</summary>
    public string Title => Descriptor.Title.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The severity in the words of .editorconfig.</summary>
    public string Severity => Descriptor.DefaultSeverity switch
    {
        DiagnosticSeverity.Info => "suggestion",
        DiagnosticSeverity.Hidden => "silent",
        var severity => severity.ToString().ToLowerInvariant(),
    };

    /// <summary>Whether the rule speaks about C# code, and not about configuration: such rules have snippets on the page.</summary>
    public bool IsAboutCode => typeof(ConnectionRule).IsAssignableFrom(Type);

    /// <summary>Where the rule stands.</summary>
    public string RuleFile => $"analyzers/Rules/{Folder}/{Stem}Rule.cs";

    /// <summary>Where its fix stands, if it has one.</summary>
    public string FixFile => $"codefixes/Fixes/{Folder}/{Stem}CodeFix.cs";

    /// <summary>Where its tests stand.</summary>
    public string TestFile => $"tests/Rules/{Folder}/{Stem}Tests.cs";

    /// <summary>Its fix, or null.</summary>
    public Type? Fix => Repository.Fixes.SingleOrDefault(fix => fix.Name == Stem + "CodeFix" && fix.Namespace!.Split('.')[^1] == Folder);

    /// <summary>Its test classes: those of its folder whose name begins with its stem and with no longer one.</summary>
    public IReadOnlyList<Type> TestClasses => AllTestClasses().Where(type => OwnerOf(type) == this).ToList();

    /// <summary>The test classes of all rules.</summary>
    public static IEnumerable<Type> AllTestClasses() =>
        typeof(RulePlaces).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith(TestNamespace, StringComparison.Ordinal) == true && TestMethods(type).Any());

    /// <summary>The rule that a test class belongs to, or null.</summary>
    public static RulePlaces? OwnerOf(Type testClass) => Repository.Rules
        .Where(rule => testClass.Namespace == TestNamespace + rule.Folder && testClass.Name.StartsWith(rule.Stem, StringComparison.Ordinal) && testClass.Name.EndsWith("Tests", StringComparison.Ordinal))
        .MaxBy(rule => rule.Stem.Length);

    /// <summary>How many cases its tests have whose names begin so; every line of inline data is a case.</summary>
    public int Cases(string prefix) => TestClasses.SelectMany(TestMethods)
        .Where(method => method.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Sum(method => Math.Max(1, method.GetCustomAttributes<InlineDataAttribute>().Count()));

    /// <summary>Makes its fix, which it must have.</summary>
    public CodeFixProvider CreateFix() => (CodeFixProvider)Activator.CreateInstance(Fix!)!;

    private static IEnumerable<MethodInfo> TestMethods(Type type) => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any());
}
