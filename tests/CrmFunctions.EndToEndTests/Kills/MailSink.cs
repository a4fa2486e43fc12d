using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// A relay on loopback that takes every mail and remembers its Message-ID. What it took it has taken, whatever becomes of the sender.
/// </summary>
internal sealed class MailSink : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public MailSink()
    {
        listener.Start();
        _ = Accept();
    }

    /// <summary>Message-IDs, in the order of arrival.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>The settings that send here.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Notifications__Email__Host"] = "127.0.0.1",
            ["Notifications__Email__Port"] = $"{((IPEndPoint)listener.LocalEndpoint).Port}",
            ["Notifications__Email__From"] = "crm@example.com",
            ["Notifications__Email__StartTls"] = "false",
        };

    public void Dispose() => listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Talk(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var owned = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 sink");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line == "DATA")
                {
                    await writer.WriteLineAsync("354 go on");
                    var mail = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } part && part != ".")
                        mail.Append(part).Append("\r\n");
                    Received.Enqueue(MessageIdOf(mail.ToString()));
                }

                await writer.WriteLineAsync(line == "QUIT" ? "221 bye" : "250 ok");
            }
        }
        catch (IOException)
        {
            // The sender was killed.
        }
    }

    private static string MessageIdOf(string mail)
    {
        using var text = new MemoryStream(Encoding.ASCII.GetBytes(mail));
        return $"<{MimeMessage.Load(text).MessageId}>";
    }
}
