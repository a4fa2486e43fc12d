using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Notifications.Channels.Robots;

/// <summary>How the robots of two platforms sign. Neither signs what is said.</summary>
public static class RobotSignatures
{
    /// <summary>钉钉: as it stands in the address. HMAC-SHA256 under the secret, over time and secret.</summary>
    /// <remarks>Source: open.dingtalk.com, custom robots, "signature".</remarks>
    public static string DingTalk(string secret, long milliseconds) =>
        Uri.EscapeDataString(
            Convert.ToBase64String(
                HMACSHA256.HashData(
                    Encoding.UTF8.GetBytes(secret),
                    Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{milliseconds}\n{secret}"))
                )
            )
        );

    /// <summary>飞书: as it stands in the body. HMAC-SHA256 under time and secret, over nothing.</summary>
    /// <remarks>Source: open.feishu.cn, custom bots, "signature".</remarks>
    public static string Feishu(string secret, long seconds) =>
        Convert.ToBase64String(
            HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}\n{secret}")),
                ReadOnlySpan<byte>.Empty
            )
        );
}
