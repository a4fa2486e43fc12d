using System.Runtime.CompilerServices;

// The signature of a request is tested against a known one, which needs a known date.
[assembly: InternalsVisibleTo("AzureSdk.Local.Tests")]
