using 'main.bicep'

// To try things out: small, cheap, gone with its resource group.
param environmentName = 'dev'
param redundancy = 'Standard_LRS'
param zoneRedundant = false
param locked = false
param instanceMemoryMB = 512
param maximumInstanceCount = 40
param alwaysReady = 0
param logDays = 30
param logCapGb = 1
param samplingPercentage = 100

param alerts = {
  emails: [
    readEnvironmentVariable('CRM_ALERT_EMAIL', 'crm-dev@example.com')
  ]
  backlog: 1000
  failures: 20
  throttled: 100
  budget: 50
}

param settings = {
  Notifications__Language: 'zh-CN'
}
