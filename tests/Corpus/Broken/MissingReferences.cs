using Some.Missing.Library;

namespace Corpus.Missing;

public class Worker : MissingBase<Worker>, IMissing
{
    private readonly MissingSocket _socket = new MissingSocket();
    private MissingGate Gate { get; } = MissingGate.Create();

    public override async MissingTask RunAsync(MissingSocket socket, CancellationToken token)
    {
        await foreach (var item in socket.ReadAllAsync(token))
        {
            await Gate.WaitAsync();
            _ = _socket.SendAsync(item);
            socket.SendAsync(item).Wait();
            var t = socket.SendAsync(item).ConfigureAwait(false);
            using var other = new MissingSocket { Value = item?.Foo?.Bar() };
            Gate.Release();
        }

        int Local(undefined x) => Local(x);
        Func<Task> f = async () => await Nope(f);
    }
}
