namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Assertions made of those every verifier has.</summary>
public static class IVerifierExtensions
{
    /// <summary>Fails with a difference by line unless both texts are equal.</summary>
    /// <param name="verifier">What fails.</param>
    /// <param name="expected">The baseline: its lines are marked with <c>-</c>.</param>
    /// <param name="actual">Its lines are marked with <c>+</c>.</param>
    /// <param name="message">What to say before the difference; null for a general sentence.</param>
    public static void EqualOrDiff(this IVerifier verifier, string expected, string actual, string? message = null)
    {
        if (expected != actual)
            verifier.Fail($"{message ?? "The texts differ. Diff shown with expected as baseline:"}{Environment.NewLine}{LineDifference.Show(expected, actual)}");
    }
}
