using System.Reflection;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// In this process: what BenchmarkDotNet would build of its own restores again, and knows nothing of the host's Roslyn version.
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
