using System.Buffers;
using System.Text;

namespace Azure.Data.Tables;

/// <summary>The body of a transaction: a batch of one changeset, each operation a request within it.</summary>
internal sealed class Changeset
{
    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly string _batch = $"batch_{Guid.NewGuid()}";
    private readonly string _changeset = $"changeset_{Guid.NewGuid()}";

    public Changeset() => Append($"--{_batch}\r\nContent-Type: multipart/mixed; boundary={_changeset}\r\n\r\n");

    public string ContentType => $"multipart/mixed; boundary={_batch}";

    public int Bytes => _body.WrittenCount;

    public void Add(RowWrite write)
    {
        Append($"--{_changeset}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{write.Method} {write.Address} HTTP/1.1\r\n");
        Append("Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n");
        foreach (var (name, value) in write.Headers)
            Append($"{name}: {value}\r\n");
        Append("\r\n");
        if (write.Body is { } body)
            _body.Write(body.Span);
        Append("\r\n");
    }

    /// <summary>Nothing can be added after.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Append($"--{_changeset}--\r\n\r\n--{_batch}--\r\n");
        return _body.WrittenMemory;
    }

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _body);
}
