using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WebSocketAnalyzers.Roslyn;

/// <summary>Spans of time that the code itself fixes.</summary>
internal static class ConstantTime
{
    private const string TimeSpanName = "TimeSpan";

    /// <summary>
    /// The span that an expression of type <c>TimeSpan</c> always gives, or null when it cannot be told. An infinite one is -1 ms, as the framework writes it.
    /// </summary>
    public static TimeSpan? Of(IOperation? operation) => operation?.WithoutConversions() switch
    {
        IParenthesizedOperation parenthesized => Of(parenthesized.Operand),
        IDefaultValueOperation { Type.Name: TimeSpanName } => TimeSpan.Zero,
        IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: TimeSpanName } } => TimeSpan.Zero,
        IFieldReferenceOperation { Field: { Name: "InfiniteTimeSpan", ContainingType.Name: "Timeout" } } => Timeout.InfiniteTimeSpan,
        IObjectCreationOperation { Type.Name: TimeSpanName } creation => OfParts(creation),
        IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: TimeSpanName } } call => OfFactory(call),
        _ => null,
    };

    /// <summary>The span of an argument that is a <c>TimeSpan</c> or a number of milliseconds, or null when it cannot be told.</summary>
    public static TimeSpan? OfTimeout(IOperation argument) =>
        Number(argument) is { } milliseconds ? Ticks(milliseconds * TimeSpan.TicksPerMillisecond) : Of(argument);

    /// <summary><c>new TimeSpan(..)</c>: ticks, or hours, minutes, seconds with days before and fractions behind.</summary>
    private static TimeSpan? OfParts(IObjectCreationOperation creation)
    {
        var ticks = 0.0;
        foreach (var argument in creation.Arguments)
        {
            if (TicksPer(argument.Parameter?.Name) is not { } unit || Number(argument.Value) is not { } number)
                return null;
            ticks += number * unit;
        }

        return Ticks(ticks);
    }

    /// <summary><c>TimeSpan.FromSeconds(..)</c> and its like; the first number counts what the name says, whatever its parameter is called.</summary>
    private static TimeSpan? OfFactory(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        if (!name.StartsWith("From", StringComparison.Ordinal) || TicksPer(name.Substring("From".Length)) is not { } first)
            return null;
        var ticks = 0.0;
        foreach (var argument in call.Arguments)
        {
            var unit = argument.Parameter?.Ordinal == 0 ? first : TicksPer(argument.Parameter?.Name);
            if (unit is null || Number(argument.Value) is not { } number)
                return null;
            ticks += number * unit.Value;
        }

        return Ticks(ticks);
    }

    private static double? TicksPer(string? unit) => unit?.ToUpperInvariant() switch
    {
        "DAYS" => TimeSpan.TicksPerDay,
        "HOURS" => TimeSpan.TicksPerHour,
        "MINUTES" => TimeSpan.TicksPerMinute,
        "SECONDS" => TimeSpan.TicksPerSecond,
        "MILLISECONDS" => TimeSpan.TicksPerMillisecond,
        "MICROSECONDS" => TimeSpan.TicksPerMillisecond / 1000.0,
        "TICKS" => 1,
        _ => null,
    };

    private static double? Number(IOperation value) => value.WithoutConversions().ConstantValue is { HasValue: true, Value: { } constant }
        ? constant switch
        {
            int number => number,
            long number => number,
            double number => number,
            _ => null,
        }
        : null;

    private static TimeSpan? Ticks(double ticks) => Math.Abs(ticks) < long.MaxValue ? TimeSpan.FromTicks((long)ticks) : null;
}
