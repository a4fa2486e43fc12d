using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// 企业微信 WeCom callbacks: XML, encrypted with AES and signed with SHA-1. The test of the address is answered with what it holds, decrypted.
/// </summary>
/// <remarks>Source: developer.work.weixin.qq.com/document/path/90238 and /90968; customers: /92130. The vectors are wechatpy's.</remarks>
public sealed class WeCom : IProvider
{
    private const int Noise = 16;
    private const int LengthBytes = 4;
    private const int Block = 32;
    private const string AesKey = "aesKey";
    private const int AesKeyLength = 43;
    private const int MostLevels = 8;

    /// <inheritdoc/>
    public string Name => ProviderNames.WeCom;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new(SecretIs: null) { NeedsCredentials = ["token", AesKey], CredentialProblem = ProblemOf };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Query { get; } = ["msg_signature", "timestamp", "nonce"];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source) => Verify(delivery, source, Encrypted(delivery.Body));

    /// <inheritdoc/>
    public IResult? Greet(Delivery delivery, SourceInForce source)
    {
        if (delivery.Method != "GET" || delivery.Parameter("echostr") is not { } echo || SourceDirectory.IsStranger(source))
            return null;
        var encrypted = Signatures.Utf8(echo);
        return Verify(delivery, source, encrypted).Authentic && Decrypt(source, encrypted) is { } plain ? TypedResults.Text(plain) : null;
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => "callback";

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        if (Decrypt(source, Encrypted(delivery.Body)) is not { } plain || Members(plain) is not { } message)
        {
            mapping.Keep(
                QuarantineReasons.Unreadable,
                "The message cannot be decrypted with the source's aesKey, is meant for another receiver, or is no XML."
            );
            return;
        }

        string? Text(string name) =>
            message.GetValueOrDefault(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
        var (kind, time) = (Text("MsgType"), Signatures.Seconds(Text("CreateTime")));
        var topic = kind == "event" ? string.Join('/', new[] { Text("Event"), Text("ChangeType") }.OfType<string>()) : kind;
        if (GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored)
            return;
        var external = new Identifiers(Id: Text("ExternalUserID"));
        var about = $"{topic}/{Text("UserID")}/{external.Id}";
        switch (topic)
        {
            case "change_external_contact/add_external_contact" or "change_external_contact/add_half_external_contact":
                mapping.Say(
                    new MappedEvent(EventTypes.CustomerCreated, about, external)
                    {
                        Time = time,
                        Data = Attributes(("follower", Text("UserID")), ("state", Text("State"))),
                    }
                );
                break;
            case "change_external_contact/edit_external_contact":
                mapping.Say(
                    new MappedEvent(EventTypes.CustomerUpdated, about, external)
                    {
                        Time = time,
                        Data = Attributes(("follower", Text("UserID"))),
                    }
                );
                break;
            case "change_external_contact/del_follow_user":
                // The customer took us off: from now on there is nobody who could be written to.
                mapping.Say(
                    new MappedEvent(EventTypes.ConsentChanged, about, external)
                    {
                        Time = time,
                        Data = new JsonObject
                        {
                            ["channel"] = "wecom",
                            ["purpose"] = "marketing",
                            ["granted"] = false,
                        },
                    }
                );
                break;
            case "text" or "image" or "voice" or "video" or "location" or "link":
                mapping.Say(
                    new MappedEvent(
                        EventTypes.Interaction,
                        $"message/{Text("MsgId") ?? Text("FromUserName")}",
                        new Identifiers(Id: Text("FromUserName"))
                    )
                    {
                        Time = time,
                        Data = new JsonObject { ["channel"] = "wecom", ["direction"] = "in" },
                    }
                );
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    /// <inheritdoc/>
    public IResult Answer(Delivery delivery, DeliveryReceipt receipt) => TypedResults.Text("success");

    private static string? ProblemOf(string name, string value) =>
        name == AesKey && (value.Length != AesKeyLength || ProviderRules.BytesOf(value + "=") is null)
            ? $"must be the EncodingAESKey: {AesKeyLength} letters and digits"
            : null;

    private static SignatureCheck Verify(Delivery delivery, SourceInForce source, ReadOnlyMemory<byte> encrypted)
    {
        var (presented, sent) = (delivery.Parameter("msg_signature"), delivery.Parameter("timestamp"));
        ReadOnlyMemory<byte>[] parts =
        [
            Signatures.Utf8(source.Credentials.GetValueOrDefault("token") ?? ""),
            Signatures.Utf8(sent ?? ""),
            Signatures.Utf8(delivery.Parameter("nonce") ?? ""),
            encrypted,
        ];
        Array.Sort(parts, (one, other) => one.Span.SequenceCompareTo(other.Span));
        var (fits, at) = (Signatures.IsHex(presented, Signatures.Hash(HashAlgorithmName.SHA1, parts)), Signatures.Seconds(sent));
        return fits && at is not null && parts.All(part => part.Length > 0) ? new SignatureCheck("token", at) : SignatureCheck.Refused;
    }

    // Found by its tags and not by an XML parser, which can be made to work for seconds by a sender who is not authentic. Where it is found
    // does not matter: the signature is over the text alone.
    private static ReadOnlyMemory<byte> Encrypted(ReadOnlyMemory<byte> body)
    {
        var start = body.Span.IndexOf("<Encrypt>"u8) + "<Encrypt>"u8.Length;
        var length = start < "<Encrypt>"u8.Length ? -1 : body.Span[start..].IndexOf("</Encrypt>"u8);
        if (length < 0)
            return default;
        var (text, open, close) = (Trim(body.Slice(start, length)), "<![CDATA["u8.Length, "]]>"u8.Length);
        return text.Span.StartsWith("<![CDATA["u8) && text.Span.EndsWith("]]>"u8) && text.Length >= open + close
            ? text[open..^close]
            : text;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text) => text[System.Text.Ascii.Trim(text.Span)];

    /// <summary>What is within: 16 bytes of noise, the length, the message, and for whom it is.</summary>
    private static string? Decrypt(SourceInForce source, ReadOnlyMemory<byte> encrypted)
    {
        try
        {
            var key = Convert.FromBase64String(source.Credentials[AesKey] + "=");
            using var aes = Aes.Create();
            aes.Key = key;
            var padded = aes.DecryptCbc(
                Convert.FromBase64String(Encoding.ASCII.GetString(encrypted.Span)),
                key.AsSpan(0, Noise),
                PaddingMode.None
            );
            var padding = padded.Length == 0 ? 0 : padded[^1];
            if (padding is < 1 or > Block || padded.Length < padding + Noise + LengthBytes)
                return null;
            var plain = padded.AsSpan(Noise, padded.Length - padding - Noise);
            var length = BinaryPrimitives.ReadInt32BigEndian(plain);
            if (length < 0 || length > plain.Length - LengthBytes)
                return null;
            var receiver = Encoding.UTF8.GetString(plain[(LengthBytes + length)..]);
            return source.Source.ClientId is { } mine && mine != receiver
                ? null
                : Encoding.UTF8.GetString(plain.Slice(LengthBytes, length));
        }
        catch (Exception notOurs) when (notOurs is CryptographicException or FormatException)
        {
            return null;
        }
    }

    // The members of a message, which has one level. No document type, no entities, nothing fetched; null where it is no such XML.
    private static Dictionary<string, string>? Members(string xml)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            var text = new StringBuilder();
            while (reader.Read())
            {
                if (reader.Depth > MostLevels)
                    return null;
                if (reader.NodeType is XmlNodeType.Element && reader.Depth == 1)
                    text.Clear();
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && reader.Depth > 1)
                    text.Append(reader.Value);
                else if (reader.NodeType is XmlNodeType.EndElement && reader.Depth == 1)
                    members.TryAdd(reader.LocalName, text.ToString());
            }

            return members;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static JsonObject Attributes(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var attributes = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
                attributes[name] = value;
        }

        return new JsonObject { ["attributes"] = attributes };
    }
}
