using System.ComponentModel;

namespace CrmFunctions.Http.Describing;

/// <summary>The sections of the API's documents, in their order.</summary>
public enum ApiTag
{
    [Description("事件接入")]
    Intake,

    [Description("文件导入")]
    Imports,

    [Description("Webhook 接入与隔离区")]
    Webhooks,

    [Description("来源")]
    Sources,

    [Description("客户")]
    Customers,

    [Description("What each tier gets: plans, owners, duties（差异化服务）")]
    Service,

    [Description("触达与同意")]
    Notifications,

    [Description("个人数据")]
    Privacy,

    [Description("数据质量")]
    Quality,

    [Description("报表")]
    Reports,

    [Description("分层标准")]
    Standards,

    [Description("校准")]
    Calibrations,

    [Description("运维")]
    Operations,
}
