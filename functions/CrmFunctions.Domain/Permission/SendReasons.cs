namespace CrmFunctions.Domain.Permission;

/// <summary>The codes of why a message was not sent, or not yet. They are stored and counted: never change one.</summary>
public static class SendReasons
{
    public const string Expired = "expired";
    public const string NoLongerTrue = "no-longer-true";
    public const string NoAddress = "no-address";
    public const string NoChannel = "no-channel";
    public const string Bounced = "bounced";
    public const string Stopped = "stopped";
    public const string Complained = "complained";
    public const string NoConsent = "no-consent";
    public const string ConsentWithdrawn = "consent-withdrawn";
    public const string ControlGroup = "control-group";
    public const string QuietHours = "quiet-hours";
    public const string NoCommonHours = "no-common-hours";
    public const string FrequencyCap = "frequency-cap";
    public const string Pace = "pace";
    public const string Throttled = "throttled";
    public const string TryAgain = "try-again";
    public const string ToldElsewhere = "told-elsewhere";
    public const string Died = "died-while-sending";
    public const string TemplateVariable = "template-variable";
    public const string TemplateMissing = "template-missing";
    public const string TextTooLong = "text-too-long";
}
