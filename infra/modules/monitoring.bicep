// Logs and traces: one workspace with a daily cap, and Application Insights on it without keys.

param location string
param tags object
param name string

@description('The app\'s identity, which may publish telemetry.')
param principalId string

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('GB a day at the most; then nothing more is taken in until the next day. At list prices telemetry is most of the bill.')
@minValue(1)
param dailyCapGb int

@description('Per cent of the traces that Application Insights keeps.')
@minValue(1)
@maxValue(100)
param samplingPercentage int

var metricsPublisher = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyCapGb
    }
    features: {
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    SamplingPercentage: samplingPercentage
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
  }
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, metricsPublisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: metricsPublisher
  }
}

output workspaceId string = workspace.id
output insightsId string = insights.id
output connectionString string = insights.properties.ConnectionString
