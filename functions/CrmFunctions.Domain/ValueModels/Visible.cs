using System.Runtime.CompilerServices;

// The likelihoods and their gradients are tested apart from the fits.
[assembly: InternalsVisibleTo("CrmFunctions.UnitTests")]
