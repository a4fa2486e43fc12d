using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
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

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Query { get; } = ["msg_signature", "timestamp", "nonce"];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source) => Verify(delivery, source, Encrypted(delivery.Body) ?? "");

    /// <inheritdoc/>
    public IResult? Greet(Delivery delivery, SourceInForce source)
    {
        if (delivery.Method != "GET" || delivery.Parameter("echostr") is not { } echo || SourceDirectory.IsStranger(source))
            return null;
        var verdict = Verify(delivery, source, echo);
        return verdict.Authentic && Decrypt(source, echo) is { } plain ? TypedResults.Text(plain) : null;
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => "callback";

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        if (Encrypted(delivery.Body) is not { } encrypted || Decrypt(source, encrypted) is not { } plain || Parse(plain) is not { } message)
        {
            mapping.Keep(
                QuarantineReasons.Unreadable,
                "The message cannot be decrypted with the source's aesKey, is meant for another receiver, or is no XML."
            );
            return;
        }

        string? Text(string name) => message.Element(name)?.Value is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
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

    private static SignatureCheck Verify(Delivery delivery, SourceInForce source, string encrypted)
    {
        var (presented, sent, nonce) = (delivery.Parameter("msg_signature"), delivery.Parameter("timestamp"), delivery.Parameter("nonce"));
        string[] parts = [source.Credentials.GetValueOrDefault("token") ?? "", sent ?? "", nonce ?? "", encrypted];
        Array.Sort(parts, StringComparer.Ordinal);
        var expected = Signatures.Hash(HashAlgorithmName.SHA1, Signatures.Utf8(string.Concat(parts)));
        var (fits, at) = (Signatures.IsHex(presented, expected), Signatures.Seconds(sent));
        return fits && at is not null && parts.All(part => part.Length > 0) ? new SignatureCheck("token", at) : SignatureCheck.Refused;
    }

    private static string? Encrypted(ReadOnlyMemory<byte> body) => Parse(Encoding.UTF8.GetString(body.Span))?.Element("Encrypt")?.Value;

    /// <summary>What is within: 16 bytes of noise, the length, the message, and for whom it is.</summary>
    private static string? Decrypt(SourceInForce source, string encrypted)
    {
        try
        {
            var key = Convert.FromBase64String(source.Credentials["aesKey"] + "=");
            using var aes = Aes.Create();
            aes.Key = key;
            var padded = aes.DecryptCbc(Convert.FromBase64String(encrypted), key.AsSpan(0, Noise), PaddingMode.None);
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

    // No document type, no entities, nothing fetched.
    private static XElement? Parse(string xml)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml),
                new XmlReaderSettings
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    MaxCharactersInDocument = 1024 * 1024,
                }
            );
            return XElement.Load(reader);
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
