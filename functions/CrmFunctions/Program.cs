using CrmFunctions;
using CrmFunctions.Operations;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<CountDeliveries>();
builder.AddCrm();
builder.Build().Run();
