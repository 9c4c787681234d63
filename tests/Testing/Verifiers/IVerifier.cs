using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How a test fails: the assertions of a test framework.</summary>
public interface IVerifier
{
    void Empty<T>(string collectionName, IEnumerable<T> collection);
    void Equal<T>(T expected, T actual, string? message = null);
    void True([DoesNotReturnIf(false)] bool assert, string? message = null);
    void False([DoesNotReturnIf(true)] bool assert, string? message = null);

    [DoesNotReturn]
    void Fail(string? message = null);

    /// <summary>Fails unless tests can be written in the language.</summary>
    void LanguageIsSupported(string language);
    void NotEmpty<T>(string collectionName, IEnumerable<T> collection);
    void SequenceEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual, IEqualityComparer<T>? equalityComparer = null, string? message = null);

    /// <summary>A verifier whose failures begin with the context as well.</summary>
    IVerifier PushContext(string context);
}

/// <summary>Assertions made of those every verifier has.</summary>
public static class IVerifierExtensions
{
    /// <summary>Fails with a difference by line, <c>-</c> expected and <c>+</c> actual, unless both texts are equal.</summary>
    public static void EqualOrDiff(this IVerifier verifier, string expected, string actual, string? message = null)
    {
        if (expected != actual)
            verifier.Fail($"{message ?? "The texts differ. Diff shown with expected as baseline:"}{Environment.NewLine}{LineDifference.Show(expected, actual)}");
    }
}
