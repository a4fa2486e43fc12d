namespace Azure.Data.Tables;

/// <summary>Names of the service's own properties.</summary>
internal static class WireNames
{
    public const string PartitionKey = "PartitionKey";
    public const string RowKey = "RowKey";
    public const string Timestamp = "Timestamp";
    public const string ETag = "ETag";
    public const string ODataETag = "odata.etag";
    public const string TypeSuffix = "@odata.type";
}
