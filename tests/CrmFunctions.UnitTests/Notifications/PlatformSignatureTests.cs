using CrmFunctions.Notifications.Channels.Acs;
using CrmFunctions.Notifications.Channels.Robots;

namespace CrmFunctions.UnitTests.Notifications;

public sealed class PlatformSignatureTests
{
    /// <remarks>CatchZeng/dingtalk, internal/security/security_test.go (MIT).</remarks>
    [Fact]
    public void DingTalk_s_published_vector_is_met() =>
        Assert.Equal(
            "BQKsG%2BQOCl%2BbYJOLc6pxDHxjVquzlZPWgvRzeN2J5zY%3D",
            RobotSignatures.DingTalk("SECb90923e19e58b466481e9e7b7a5b4f108a4531abde590ad3967fb29f0eae5c68", 1582163555000)
        );

    /// <remarks>go-lark/lark, crypto_test.go (MIT).</remarks>
    [Fact]
    public void Feishu_s_published_vector_is_met() =>
        Assert.Equal("QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=", RobotSignatures.Feishu("xxx", 1661860880));

    /// <remarks>Azure/azure-sdk-for-js, communicationKeyCredentialPolicy.spec.ts (MIT).</remarks>
    [Fact]
    public void Azure_Communication_Services_published_vector_is_met()
    {
        var headers = AcsSignature
            .Headers(
                "pw==",
                "GET",
                new Uri("https://example.com/testPath?testQuery=test"),
                [],
                new DateTimeOffset(2022, 4, 13, 18, 9, 12, TimeSpan.Zero)
            )
            .ToDictionary(header => header.Name, header => header.Value);

        Assert.Equal("Wed, 13 Apr 2022 18:09:12 GMT", headers["x-ms-date"]);
        Assert.Equal(
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=DGdgwggJWnQyc6EHjR/Vbqg1ES64KpD6U2XwTDDj3tU=",
            headers["Authorization"]
        );
    }

    [Fact]
    public void A_message_s_key_makes_one_operation_and_another_key_another()
    {
        Assert.Equal(AcsSignature.IdOf("a"), AcsSignature.IdOf("a"));
        Assert.NotEqual(AcsSignature.IdOf("a"), AcsSignature.IdOf("b"));
        Assert.Equal('8', AcsSignature.IdOf("a").ToString()[14]);
    }
}
