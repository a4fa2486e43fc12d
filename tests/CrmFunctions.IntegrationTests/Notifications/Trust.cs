using System.Security.Cryptography.X509Certificates;

namespace CrmFunctions.IntegrationTests.Notifications;

/// <summary>A file of trusted roots.</summary>
internal sealed class Trust : IDisposable
{
    internal Trust(X509Certificate2 certificate) => File.WriteAllText(Path, certificate.ExportCertificatePem());

    internal string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
