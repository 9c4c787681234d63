using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fails with an <see cref="InvalidOperationException"/>, whatever the test framework. A derived class overrides <see cref="PushContext"/>.</summary>
public class DefaultVerifier : IVerifier
{
    public DefaultVerifier() : this([]) { }

    /// <summary>A verifier within contexts, the innermost on top.</summary>
    protected DefaultVerifier(ImmutableStack<string> context) => Context = context;

    protected ImmutableStack<string> Context { get; }

    public virtual void Empty<T>(string collectionName, IEnumerable<T> collection) => True(!collection.Any(), $"'{collectionName}' is not empty");
    public virtual void NotEmpty<T>(string collectionName, IEnumerable<T> collection) => True(collection.Any(), $"'{collectionName}' is empty");

    public virtual void Equal<T>(T expected, T actual, string? message = null) =>
        True(EqualityComparer<T>.Default.Equals(expected, actual), message ?? $"Values differ. Expected: '{expected}' Actual: '{actual}'");

    public virtual void True([DoesNotReturnIf(false)] bool assert, string? message = null)
    {
        if (!assert)
            Fail(message ?? "Expected 'true' but was 'false'");
    }

    public virtual void False([DoesNotReturnIf(true)] bool assert, string? message = null) => True(!assert, message ?? "Expected 'false' but was 'true'");

    [DoesNotReturn]
    public virtual void Fail(string? message = null) => throw new InvalidOperationException(CreateMessage(message ?? "The test failed"));
    public virtual void LanguageIsSupported(string language) => True(language is LanguageNames.CSharp, $"Language '{language}' is not supported");

    public virtual void SequenceEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual, IEqualityComparer<T>? equalityComparer = null, string? message = null) =>
        True(expected.SequenceEqual(actual, equalityComparer), message ?? $"Sequences differ. Expected: '{string.Join("', '", expected)}' Actual: '{string.Join("', '", actual)}'");

    public virtual IVerifier PushContext(string context)
    {
        if (GetType() != typeof(DefaultVerifier))
            throw new NotImplementedException($"{GetType()} has to override {nameof(PushContext)}, or its contexts would fail as {nameof(DefaultVerifier)} does.");
        return new DefaultVerifier(Context.Push(context));
    }

    /// <summary>The message of a failure, with the contexts in front, the outermost first.</summary>
    protected virtual string CreateMessage(string message) => string.Concat(Context.Reverse().Select(context => $"Context: {context}{Environment.NewLine}")) + message;
}
