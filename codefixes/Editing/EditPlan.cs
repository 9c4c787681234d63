using System.Collections.Immutable;

namespace WebSocketAnalyzers.CodeFixes.Editing;

/// <summary>What an edit would change. Nothing happens before <see cref="Apply"/>, which only hands intents to a session.</summary>
internal sealed class EditPlan
{
    private readonly ImmutableArray<Action<EditSession>> _steps;

    private EditPlan(ImmutableArray<Action<EditSession>> steps) => _steps = steps;

    /// <summary>A plan of one step.</summary>
    public static EditPlan Of(Action<EditSession> step) => new(ImmutableArray.Create(step));

    /// <summary>A plan of several steps in order.</summary>
    public static EditPlan Of(IEnumerable<Action<EditSession>> steps) => new(steps.ToImmutableArray());

    /// <summary>This plan and then <paramref name="next"/>.</summary>
    public EditPlan Then(EditPlan next) => new(_steps.AddRange(next._steps));

    /// <summary>This plan and then one more step.</summary>
    public EditPlan Then(Action<EditSession> step) => new(_steps.Add(step));

    /// <summary>Hands the intents to <paramref name="session"/>; applying a plan twice is the same as applying it once.</summary>
    public void Apply(EditSession session)
    {
        foreach (var step in _steps)
            step(session);
    }
}

/// <summary>The outcome of planning: a plan or a refusal, never both.</summary>
internal readonly struct Planned
{
    private Planned(EditPlan? plan, ConversionRefusal? refusal)
    {
        Plan = plan;
        Refusal = refusal;
    }

    /// <summary>The plan, or null when the edit is refused.</summary>
    public EditPlan? Plan { get; }

    /// <summary>The reason, or null when there is a plan.</summary>
    public ConversionRefusal? Refusal { get; }

    /// <summary>Whether the edit can be made.</summary>
    public bool IsPossible => Plan is not null;

    /// <summary>This plan and then <paramref name="step"/>; a refusal stays one.</summary>
    public Planned Then(Action<EditSession> step) => Plan is null ? this : Plan.Then(step);

    /// <summary>A plan is an outcome.</summary>
    public static implicit operator Planned(EditPlan plan) => new(plan, null);

    /// <summary>A refusal is an outcome.</summary>
    public static implicit operator Planned(ConversionRefusal refusal) => new(null, refusal);
}
