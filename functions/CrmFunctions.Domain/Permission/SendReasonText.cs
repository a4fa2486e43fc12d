using System.Globalization;

namespace CrmFunctions.Domain.Permission;

/// <summary>Answers "why did I not get it" in words.</summary>
public static class SendReasonText
{
    /// <summary>One sentence for what became of a message.</summary>
    /// <param name="status">As in the ledger.</param>
    /// <param name="reason">The code, perhaps with a detail in brackets or after a colon.</param>
    /// <param name="until">When it is tried again, where it waits.</param>
    /// <param name="language"><c>zh-CN</c> or <c>en</c>.</param>
    public static string Of(string status, string? reason, DateTimeOffset? until, string language)
    {
        var chinese = Language.IsChinese(language);
        var (zh, en) = Sentence(status, reason ?? "");
        if (until is not { } instant || status != "deferred")
            return chinese ? zh : en;
        var time = instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return chinese ? $"{zh.TrimEnd('。')}；{time} 再试。" : $"{en.TrimEnd('.')}; it is tried again at {time}.";
    }

    private static (string Chinese, string English) Sentence(string status, string reason) =>
        status switch
        {
            "sent" => ("已送达接收方。", "It was handed over."),
            "sending" => ("正在发送。", "It is on its way."),
            "uncertain" => (
                "已发出但没有得到答复，可能已送达；为避免重复，不再发送。",
                "It left and no answer came: it may have arrived, and is not repeated."
            ),
            "failed" => ("暂时未能发送，稍后重试或已放弃。", "It could not be sent; it is tried again, or was given up."),
            _ => Code(reason.Split(':', ' ')[0], reason),
        };

    private static (string Chinese, string English) Code(string code, string whole) =>
        code switch
        {
            SendReasons.Expired => ("已过有效期，不再发送。", "It was no longer worth sending: its time was over."),
            SendReasons.NoLongerTrue => ("内容已不成立，已撤回。", "It was withdrawn: what it would have said is no longer true."),
            SendReasons.ToldElsewhere => (
                "客户的另一标识下已开始发送同一消息，由那一条发送。",
                "The same message was begun under another identifier of the person, and goes out under that one."
            ),
            SendReasons.NoAddress => ("客户在该渠道没有可用地址。", "The customer has no address on this channel."),
            SendReasons.NoChannel => ("没有配置可用的渠道。", "No channel is configured that could carry it."),
            SendReasons.Bounced => ("该地址曾被退信，已停用。", "The address bounced before and is not used any more."),
            SendReasons.Stopped => ("客户已在该渠道退订全部消息。", "The customer has stopped everything on this channel."),
            SendReasons.Complained => (
                "客户曾投诉为垃圾信息，不再发送营销。",
                "The customer has called a message spam; no marketing is sent."
            ),
            SendReasons.NoConsent => (
                "没有客户对该渠道营销的同意记录。",
                "There is no record that the customer agreed to marketing on this channel."
            ),
            SendReasons.ConsentWithdrawn => ("客户已撤回同意。", "The customer has withdrawn the consent."),
            SendReasons.ControlGroup => ("客户在对照组中，不发送营销。", "The customer is in the control group, which gets no marketing."),
            SendReasons.QuietHours => ("客户所在时区处于免打扰时段。", "It is quiet hours where the customer is."),
            SendReasons.NoCommonHours => (
                "时区未知，且可能的时区没有共同的可联系时段。",
                "The zone is unknown, and the candidates have no open hours in common."
            ),
            SendReasons.FrequencyCap => ("已达到频次上限。", "The customer has had as many messages as the cap allows."),
            SendReasons.Pace => ("等待渠道的发送速率。", "It waits for the pace that the channel allows."),
            SendReasons.Throttled => ("渠道要求稍后再发。", "The channel asked to be left alone for a while."),
            SendReasons.TryAgain => ("上次没有成功。", "The last try did not succeed."),
            SendReasons.TemplateVariable => ($"模板缺少变量：{Detail(whole)}。", $"The template lacks a variable: {Detail(whole)}."),
            SendReasons.TemplateMissing => ($"没有这个模板：{Detail(whole)}。", $"There is no such template: {Detail(whole)}."),
            SendReasons.TextTooLong => (
                $"代入变量后正文过长：{Detail(whole)} 字。",
                $"With its variables the text is too long: {Detail(whole)} characters."
            ),
            "email-recipient-refused" => ("对方邮件服务器拒绝该地址。", "The receiving server refused the address."),
            _ => ($"被渠道拒绝（{whole}）。", $"The channel refused it ({whole})."),
        };

    private static string Detail(string whole) =>
        whole.Contains(':', StringComparison.Ordinal) ? whole[(whole.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : whole;
}
