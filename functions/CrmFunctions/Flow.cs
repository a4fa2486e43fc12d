using CrmFunctions.Domain.Access;

namespace CrmFunctions;

/// <summary>
/// Start here: every route, queue, table and schedule, in the order of the flow. An event comes in by webhook or in a file (Sources) or
/// over
/// the API (Events); a recalculation is requested and the event is appended to the log (Events); the customer is decided (Tiering), and
/// again when silence alone changes the decision (Tiering/Reviews); and messages go to whom it concerns (Notifications), at the pace and
/// with the permission that each channel wants. FLOW.md beside this file says why nothing is lost and nothing counts twice.
/// </summary>
public static class Flow
{
    /// <summary>The setting that holds the Service Bus connection, or <c>__fullyQualifiedNamespace</c> of it.</summary>
    public const string ServiceBus = "ServiceBusConnection";

    /// <summary>The setting that holds the storage connection, or <c>__tableServiceUri</c> of it.</summary>
    public const string Storage = "CrmStorage";

    /// <remarks>
    /// The Functions host sorts functions by name, and the first whose route matches answers: a literal has no precedence over a parameter.
    /// Where two routes match one address, the function of the literal comes first by its name (FindShared before GetCustomer). RouteTests
    /// hold it.
    /// </remarks>
    public static class Routes
    {
        // Events and imports
        public const string Events = "events";
        public const string Imports = "imports";
        public const string Import = "imports/{id}";
        public const string ImportRows = "imports/{id}/rows";
        public const string ImportPreview = "imports/preview";

        // Webhooks
        public const string Hook = "hooks/{source}";
        public const string Quarantine = "quarantine";
        public const string Quarantined = "quarantine/{id}";
        public const string Release = "quarantine/{id}/release";
        public const string Releases = "quarantine/release";
        public const string Sources = "sources";
        public const string Source = "sources/{id}";

        // Customers
        public const string CustomersFound = "customers/find";
        public const string Customer = "customers/{id}";
        public const string Receipt = "customers/{id}/receipt";
        public const string Timeline = "customers/{id}/timeline";
        public const string Messages = "customers/{id}/messages";
        public const string Pin = "customers/{id}/pin";
        public const string Ratings = "customers/{id}/ratings";

        // People
        public const string MergeCustomers = "customers/merge";
        public const string UnmergeCustomers = "customers/unmerge";
        public const string SharedHandles = "customers/shared";

        // Quality
        public const string Quality = "quality";
        public const string QualityKind = "quality/{kind}";

        // Privacy
        public const string CustomerExport = "customers/{id}/export";
        public const string CustomerErase = "customers/{id}/erase";
        public const string PrivacyRequests = "privacy/requests";
        public const string PrivacyRequestDone = "privacy/requests/{id}/done";
        public const string PrivacyRequestApproved = "privacy/requests/{id}/approve";
        public const string PrivacyRequestWithdrawn = "privacy/requests/{id}/withdraw";

        // Service
        public const string Plans = "plans";
        public const string Plan = "plans/{scheme}";
        public const string CustomerPlan = "customers/{id}/plan";
        public const string CustomerService = "customers/{id}/services/{service}";
        public const string CustomerOwner = "customers/{id}/owner";
        public const string Owners = "owners";
        public const string Owner = "owners/{owner}";
        public const string HandOver = "owners/{owner}/handover";
        public const string OwnerCalendar = "owners/{owner}/calendar";
        public const string CalendarFeed = "calendar/{token}";
        public const string Duties = "duties";
        public const string DutyDone = "duties/{id}/done";

        // Notifications
        public const string Templates = "templates";
        public const string Template = "templates/{name}";
        public const string TemplatePreview = "templates/{name}/preview";
        public const string Outcomes = "outcomes";
        public const string Unsubscribe = "unsubscribe/{token}";

        // Reports
        public const string BaseReport = "reports/base";
        public const string ChurnWarnings = "reports/churn-warnings";
        public const string GapReport = "reports/gaps";
        public const string AtRisk = "reports/at-risk";
        public const string FeedbackReport = "reports/feedback";

        // Standards
        public const string Standards = "standards";
        public const string Standard = "standards/{scheme}";
        public const string StandardSchema = "standards/schema";
        public const string StandardVersion = "standards/{scheme}/{version}";
        public const string Suggestions = "standards/{scheme}/suggestions";

        // Calibrations
        public const string Calibrations = "calibrations";
        public const string Calibration = "calibrations/{scheme}/{version}";

        // Operations
        public const string Recalculations = "recalculations";
        public const string Rebuilds = "rebuilds";
        public const string Verifications = "verifications";
        public const string DeadLetters = "dead-letters";
        public const string DeadLettersOf = "dead-letters/{queue}";
        public const string ReplayDeadLetters = "dead-letters/{queue}/replay";
        public const string DropDeadLetters = "dead-letters/{queue}/drop";
        public const string Keys = "keys";
        public const string Key = "keys/{id}";
        public const string Audit = "audit";
        public const string Operations = "operations";
        public const string Health = "health";
        public const string HealthDetails = "health/details";
        public const string Live = "health/live";
        public const string Ready = "health/ready";
        public const string Fresh = "health/fresh";
        public const string OpenApi = "openapi.json";
    }

    /// <summary>
    /// 权限: the roles that open each HTTP function, by its name; admin opens all. A function that does not stand here is admin's only, and
    /// a test holds that each stands here. docs/roles.md is made of it.
    /// </summary>
    public static class Access
    {
        private const Roles Reading = Roles.Viewer | Roles.Steward | Roles.Manager;

        public static IReadOnlyDictionary<string, Roles> Of { get; } =
            new Dictionary<string, Roles>(StringComparer.Ordinal)
            {
                // What is public, or signed in another way
                ["ReceiveHook"] = Roles.Anonymous,
                ["TakeOutcome"] = Roles.Anonymous,
                ["ShowUnsubscribe"] = Roles.Anonymous,
                ["TakeUnsubscribe"] = Roles.Anonymous,
                ["GetCalendar"] = Roles.Anonymous,
                ["GetLive"] = Roles.Anonymous,
                ["GetReady"] = Roles.Anonymous,
                ["GetFresh"] = Roles.Anonymous,
                ["GetHealth"] = Roles.Anonymous,
                ["GetOpenApi"] = Roles.Anonymous,
                ["GetHealthDetails"] = Reading,

                // Events and imports
                ["ReceiveEvents"] = Roles.Ingest,
                ["ReceiveImport"] = Roles.Steward,
                ["PreviewImport"] = Roles.Steward,
                ["GetImport"] = Roles.Steward,
                ["GetImportRows"] = Roles.Steward,

                // Customers
                ["FindCustomers"] = Reading | Roles.Owner,
                ["GetCustomer"] = Reading | Roles.Owner,
                ["GetReceipt"] = Reading | Roles.Owner,
                ["GetTimeline"] = Reading | Roles.Owner,
                ["GetMessages"] = Reading | Roles.Owner,
                ["GetCustomerPlan"] = Reading | Roles.Owner,
                ["AskForService"] = Reading | Roles.Owner,
                ["PinTier"] = Roles.Manager,
                ["UnpinTier"] = Roles.Manager,
                ["RateCustomer"] = Roles.Manager | Roles.Owner,

                // People, quality and privacy
                ["FindShared"] = Roles.Steward,
                ["RuleOnShared"] = Roles.Steward,
                ["MergeCustomers"] = Roles.Steward,
                ["UnmergeCustomers"] = Roles.Steward,
                ["GetQuality"] = Reading,
                ["ListDefects"] = Reading,
                ["ExportCustomer"] = Roles.Steward,
                ["AskToErase"] = Roles.Steward,
                ["ListPrivacyRequests"] = Roles.Steward,
                ["CloseRequest"] = Roles.Steward,
                ["ApproveRequest"] = Roles.Steward,
                ["WithdrawRequest"] = Roles.Steward,

                // Quarantine
                ["ListQuarantine"] = Roles.Steward,
                ["GetQuarantined"] = Roles.Steward,
                ["DiscardQuarantined"] = Roles.Steward,
                ["ReleaseQuarantined"] = Roles.Steward,
                ["ReleaseSource"] = Roles.Steward,

                // Service
                ["GetDuties"] = Reading | Roles.Owner,
                ["CompleteDuty"] = Roles.Manager | Roles.Owner,
                ["GetCalendarLink"] = Roles.Manager | Roles.Owner,
                ["RenewCalendarLink"] = Roles.Manager | Roles.Owner,
                ["GetOwners"] = Reading | Roles.Owner,
                ["PutOwner"] = Roles.Manager,
                ["HandOver"] = Roles.Manager,
                ["CustomerOwner"] = Roles.Manager,
                ["DisownCustomer"] = Roles.Manager,
                ["GetPlans"] = Reading | Roles.Owner,
                ["GetPlan"] = Reading | Roles.Owner,
                ["PutPlan"] = Roles.Manager,
                ["DeletePlan"] = Roles.Manager,

                // Rules and wording
                ["GetStandards"] = Reading,
                ["GetStandard"] = Reading,
                ["GetStandardVersion"] = Reading,
                ["DescribeStandard"] = Reading,
                ["GetStandardSuggestions"] = Reading,
                ["PutStandard"] = Roles.Manager,
                ["GetCalibrations"] = Reading,
                ["GetCalibration"] = Reading,
                ["RequestCalibration"] = Roles.Manager,
                ["ListTemplates"] = Reading,
                ["PreviewTemplate"] = Roles.Manager,
                ["PutTemplate"] = Roles.Manager,
                ["DeleteTemplate"] = Roles.Manager,

                // Reports
                ["GetBaseReport"] = Reading,
                ["GetChurnWarnings"] = Reading,
                ["GetAtRisk"] = Reading,
                ["GetFeedback"] = Reading,
                ["GetGapReport"] = Reading,
                ["ListAudit"] = Roles.Steward | Roles.Manager,

                // Running the suite
                ["ListSources"] = Roles.Admin,
                ["GetSource"] = Roles.Admin,
                ["PutSource"] = Roles.Admin,
                ["DeleteSource"] = Roles.Admin,
                ["ListKeys"] = Roles.Admin,
                ["CreateKey"] = Roles.Admin,
                ["RevokeKey"] = Roles.Admin,
                ["GetOperations"] = Roles.Admin,
                ["RecalculateAll"] = Roles.Admin,
                ["GetRebuild"] = Roles.Admin,
                ["RequestRebuild"] = Roles.Admin,
                ["GetVerification"] = Roles.Admin,
                ["RequestVerification"] = Roles.Admin,
                ["CountDeadLetters"] = Roles.Admin,
                ["ListDeadLetters"] = Roles.Admin,
                ["ReplayDeadLetters"] = Roles.Admin,
                ["DropDeadLetters"] = Roles.Admin,
            };
    }

    public static class Queues
    {
        public const string Imports = "imports";
        public const string Recalculations = "recalculations";
        public const string Notifications = "notifications";
        public const string Robots = "robots";
        public const string Calibrations = "calibrations";
        public const string Rollouts = "rollouts";
        public const string Rebuilds = "rebuilds";
        public const string Erasures = "erasures";

        public static IReadOnlyList<string> All { get; } =
        [Imports, Recalculations, Notifications, Robots, Calibrations, Rollouts, Rebuilds, Erasures];
    }

    public static class Tables
    {
        public const string Events = "events";
        public const string Orders = "orders";
        public const string Quarantine = "quarantine";
        public const string Sources = "sources";
        public const string Keys = "keys";
        public const string Audit = "audit";
        public const string Gaps = "gaps";
        public const string Imports = "imports";
        public const string Handles = "handles";
        public const string Customers = "customers";
        public const string Due = "due";
        public const string Plans = "plans";
        public const string Owners = "owners";
        public const string Duties = "duties";
        public const string Complaints = "complaints";
        public const string Messages = "messages";
        public const string Consents = "consents";
        public const string Paces = "paces";
        public const string Templates = "templates";
        public const string Standards = "standards";
        public const string Calibrations = "calibrations";
        public const string Rebuilds = "rebuilds";
        public const string Privacy = "privacy";
        public const string Timers = "timers";
        public const string Tallies = "tallies";

        public static IReadOnlyList<string> All { get; } =
        [
            Events,
            Orders,
            Quarantine,
            Sources,
            Keys,
            Audit,
            Gaps,
            Imports,
            Handles,
            Customers,
            Due,
            Plans,
            Owners,
            Duties,
            Complaints,
            Messages,
            Consents,
            Paces,
            Templates,
            Standards,
            Calibrations,
            Rebuilds,
            Privacy,
            Timers,
            Tallies,
        ];
    }

    public static class Schedules
    {
        /// <summary>Every minute: tiers and stages that silence changes.</summary>
        public const string ReclassifyDue = "5 * * * * *";

        /// <summary>Every night: what was kept aside for its order, or for too long.</summary>
        public const string SweepQuarantine = "30 17 3 * * *";

        /// <summary>Every ten minutes; sends in business hours only.</summary>
        public const string SendChurnWarnings = "20 */10 * * * *";

        /// <summary>Every ten minutes; sends in business hours only.</summary>
        public const string SendRevisitReminders = "40 */10 * * * *";

        /// <summary>Every ten minutes; tells in business hours only of words that nobody answered, and of what is overdue.</summary>
        public const string SweepDuties = "50 */10 * * * *";

        /// <summary>
        /// Every day, 01:10 UTC, when the day begins in China: whether the last days had more complaints than chance explains.
        /// </summary>
        public const string WatchComplaints = "45 10 1 * * *";

        /// <summary>Every quarter of an hour: what sources have that no webhook told.</summary>
        public const string ReconcileSources = "35 5/15 * * * *";

        /// <summary>Every Sunday, 18:30 UTC, when Asia sleeps: percentiles and value models of the base.</summary>
        public const string Calibrate = "0 30 18 * * 0";

        /// <summary>Every ten minutes: goes on with imports that stood still, and clears uploads that broke off.</summary>
        public const string SweepImports = "50 */10 * * * *";

        /// <summary>All, by the name of their function; what health judges their silence by.</summary>
        public static IReadOnlyDictionary<string, string> All { get; } =
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [nameof(ReclassifyDue)] = ReclassifyDue,
                [nameof(SweepQuarantine)] = SweepQuarantine,
                [nameof(SendChurnWarnings)] = SendChurnWarnings,
                [nameof(SendRevisitReminders)] = SendRevisitReminders,
                [nameof(SweepDuties)] = SweepDuties,
                [nameof(ReconcileSources)] = ReconcileSources,
                [nameof(Calibrate)] = Calibrate,
                [nameof(SweepImports)] = SweepImports,
                [nameof(WatchComplaints)] = WatchComplaints,
            };
    }
}
