using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AzureSdk.Local.Tests")]
